"""The door to the engine: plain values in, plain values out, and every wish held against a loop."""

from dataclasses import replace
from itertools import product

import pytest

from omakase.errors import ConfigError, RuleError, UnknownName
from omakase_service.catalog.contracts import ItemIn, Preferences
from omakase_service.catalog.services import upsert_items
from omakase_service.serving import live_version
from omakase_service.serving.contracts import RequestContext
from omakase_service.serving.engine import (
    AUTO,
    POPULAR,
    EngineRequest,
    LiveRecommender,
    cards,
    remembered_cards,
)
from omakase_service.serving.engine.cards import newest_rows
from omakase_service.training.services import train, versions_folder
from omakase_settings import Placement

pytestmark = pytest.mark.django_db
HISTORY = (("i02", 1.0, 1_700_000_000), ("i04", 1.0, 1_700_000_100))


@pytest.fixture
def answering(tribes) -> LiveRecommender:
    """A version with a model that has vectors, over items with prices and nested categories."""
    upsert_items(
        items=[
            ItemIn(
                item_id=f"i{n:02}",
                price=n * 1.0,
                category=f"{'Odd' if n % 2 else 'Even'} > C{n % 3}",
            )
            for n in range(11)
        ]
    )
    train(models={"ials": {"factors": 4}, "ease": {"l2": 1.0}}, evaluate=False)
    return live_version.now().live


def ids(found: list[tuple[str, float]]) -> list[str]:
    return [item_id for item_id, _ in found]


def asked(**more) -> EngineRequest:
    return EngineRequest(
        **{"n": 12, "model": "ease", "history": HISTORY, "now": 1_700_001_000, **more}
    )


def test_scores_fall_and_nothing_comes_twice(answering):
    found = answering.recommend(asked())
    scores = [score for _, score in found]
    assert scores == sorted(scores, reverse=True)
    assert len(set(ids(found))) == len(found) == 10
    assert not {"i02", "i04"} & set(ids(found))


@pytest.mark.parametrize(
    ("shunned", "low", "high", "rule"),
    list(
        product(
            [(), ("Even",), ("C1",), ("Odd > C2", "Even > C0")],
            [None, 3.0],
            [None, 8.0],
            ["", "item.price != 5"],
        )
    ),
)
def test_wishes_and_filter_hold_together(answering, shunned, low, high, rule):
    wishes = Preferences(excluded_categories=shunned, price_min=low, price_max=high)
    shown = set(ids(answering.recommend(asked(wishes=wishes, filter=rule))))
    expected = set()
    for key, card in answering.cards.items():
        names = {card.category, *card.category.split(" > ")}
        wanted = not names & set(shunned) and key not in ("i02", "i04")
        if card.price is not None:
            wanted &= (low is None or card.price >= low) and (high is None or card.price <= high)
        if rule:
            wanted &= card.price != 5.0
        expected |= {key} if wanted else set()
    assert shown == expected


def test_a_filter_may_name_everything_of_the_moment(answering):
    context = RequestContext(
        device="tv", page="home", hour=9, latitude=1.0, longitude=2.0, budget=4.0
    )
    rule = (
        'context.device == "tv" and context.page == "home" and context.hour == 9 '
        'and context.time_segment == "morning" and context.latitude < context.longitude '
        "and item.price <= context.budget"
    )
    assert set(ids(answering.recommend(asked(filter=rule, context=context)))) == {
        "i00",
        "i01",
        "i03",
    }
    assert answering.recommend(asked(filter=rule)) == []


def test_rules_are_read_once(answering):
    place = Placement(filters=("item.price > 1",))
    first = answering.rules.holding(asked(placement=place))
    again = answering.rules.holding(asked(placement=place))
    assert again.filters[0] is first.filters[0]


def test_a_changed_catalog_is_what_rules_look_at(answering):
    card = answering.cards["i07"]
    dearer = answering.with_cards(
        {
            "i07": type(card)(
                **{name: getattr(card, name) for name in card.__slots__} | {"price": 99.0}
            )
        },
        whole=False,
    )
    assert ids(dearer.recommend(asked(filter="item.price > 50"))) == ["i07"]
    assert answering.recommend(asked(filter="item.price > 50")) == []


def test_a_placements_own_pipeline_outlives_a_changed_catalog(answering):
    place = Placement(pipeline={"sources": [{"kind": "fixed", "config": {"model": "popular"}}]})
    assert "i07" in ids(answering.recommend(asked(placement=place, model="", n=12)))
    (built,) = answering.choice.by_placement.values()
    gone = replace(answering.cards["i07"], offered=False)
    changed = answering.with_cards({"i07": gone}, whole=False)
    assert "i07" not in ids(changed.recommend(asked(placement=place, model="", n=12)))
    (kept,) = changed.choice.by_placement.values()
    assert kept.proposers is built.proposers


def test_reasons_for_any_items_in_their_order(answering):
    whys = answering.reasons_for(asked(), ["i00", "never heard of", "i06"], "en")
    assert [why.primary for why in whys] == ["history", "fill", "history"]
    assert {cited.item_id for cited in whys[0].because} <= {"i02", "i04"}
    assert answering.reasons_for(asked(), ["never heard of"], "ko")[0].primary == "fill"
    assert answering.reasons_for(asked(), [], "en") == []


def test_explaining_changes_nothing(answering):
    made = answering.ranked_list(asked(n=5), "en")
    assert list(made.items) == answering.recommend(asked(n=5))
    assert len(made.whys) == 5
    assert sum(cited.share for cited in made.whys[0].because) == pytest.approx(1.0, abs=1e-3)


@pytest.mark.parametrize("strategy", [AUTO, "weighted", "mixed", "cascade", "rrf", "switching"])
def test_every_strategy_keeps_the_gate(answering, strategy):
    wishes = Preferences(excluded_categories=("Odd",))
    shown = ids(
        answering.recommend(asked(model="", strategy=strategy, wishes=wishes, exclude=["i00"]))
    )
    assert set(shown) == {"i06", "i08", "i10"}


def test_variety_is_by_vectors_and_grows(answering):
    plain = ids(answering.recommend(asked(n=4)))
    assert ids(answering.recommend(asked(n=4, diversity=0.0))) == plain
    varied = ids(answering.recommend(asked(n=4, diversity=1.0)))
    assert varied[0] == plain[0]
    odd = [sum(int(i[1:]) % 2 for i in shown) for shown in (plain, varied)]
    assert odd[1] >= odd[0]
    assert answering.variety.spreader(0.5).diversity == 0.5


def test_what_is_named_must_exist(answering):
    answering.require(model="ease", strategy="", filter="")
    answering.require(model="", strategy=AUTO, filter="item.price > 1")
    for wrong, error in (
        ({"model": "eas"}, UnknownName),
        ({"strategy": "best"}, UnknownName),
        ({"model": "ease", "strategy": AUTO}, ConfigError),
        ({"filter": "item.price >"}, RuleError),
    ):
        with pytest.raises(error):
            answering.require(**{"model": "", "strategy": "", "filter": "", **wrong})


def test_a_version_remembers_its_items(answering):
    cards = remembered_cards(answering.opened)
    assert cards["i03"].price == 3.0
    assert cards["i03"].category == "Odd > C0"
    assert all(card.offered for card in cards.values())
    alone = LiveRecommender.load(versions_folder(), answering.name, ["ease"], None)
    assert ids(alone.recommend(asked(n=3))) == ids(answering.recommend(asked(n=3)))


def test_an_item_that_is_gone_has_a_bare_card(answering):
    assert answering.card("i03") is answering.cards["i03"]
    bare = answering.card("gone")
    assert (bare.item_id, bare.title, bare.price) == ("gone", "gone", None)


def test_a_stranger_gets_everybodys_list(answering):
    found = answering.recommend(asked(model=POPULAR, history=()))
    assert len(found) == 12
    assert answering.trained_at > 1_700_000_000


def test_newest_rows_beyond_the_cap_are_of_the_newest_changes(monkeypatch):
    monkeypatch.setattr(cards, "MOST_CHANGED", 2)
    before = {"a": {"year": 1}, "b": {"year": 1}}
    assert newest_rows(before, {"a": {"year": 2}}) == {"b": {"year": 1}, "a": {"year": 2}}
    assert newest_rows(before, {"c": {"year": 3}}) == {"b": {"year": 1}, "c": {"year": 3}}
