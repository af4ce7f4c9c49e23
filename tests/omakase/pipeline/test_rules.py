"""Rules of a pipeline and of a request: what they let pass, lift, and pin."""

from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from omakase.artifacts.in_memory import InMemoryVersion
from omakase.conformance.toy_data import everyone, two_tribes
from omakase.errors import RuleError, UnknownIds
from omakase.explain.why_not import why_not
from omakase.pipeline.rules import CompiledRules, RulesConfig, facts
from omakase.registry import INDEXES, MODELS, build_pipeline
from omakase.rules.columns import AttributeType, columns_of
from omakase.types import PAD, Context, Queries, Slate

DATA = two_tribes()
ITEMS = DATA.items.with_columns(
    price=pl.Series([float(1000 * n) for n in range(12)]),
    category=pl.Series(["film", "song", "book"] * 4),
    tags=pl.Series([["vegan"] if n % 4 == 0 else [] for n in range(12)]),
)


@pytest.fixture(scope="module")
def parts():
    configs = {"ease": MODELS["ease"].config_type(l2=1), "popular": MODELS["popular"].config_type()}
    made = InMemoryVersion.fitted(DATA, MODELS, configs, np.random.default_rng(0))
    svd = MODELS["pure_svd"].fit(
        DATA, MODELS["pure_svd"].config_type(factors=4), rng=np.random.default_rng(0)
    )
    index = INDEXES["exact"].build(
        svd.item_vectors(), INDEXES["exact"].config_type(), rng=np.random.default_rng(0)
    )
    return InMemoryVersion(ITEMS, {**made.models, "svd": svd}, {"near": index})


def pipeline(parts, **rules):
    return build_pipeline(
        {
            "name": "home",
            "sources": [{"kind": "scored", "config": {"model": "ease"}}],
            "fallback": {"kind": "fixed", "config": {"model": "popular"}},
            "rules": rules,
        },
        parts,
    )


def made(**rules) -> CompiledRules:
    return CompiledRules.of(RulesConfig(**rules), ITEMS)


def stranger(**context) -> Queries:
    history = np.full((1, 1), PAD, np.int32)
    return Queries.of(history, contexts=(Context(**context),))


def shown(slate: Slate, row: int = 0) -> list[int]:
    return [item for item, _ in slate.lists()[row]]


def test_a_filter_holds_also_for_what_fills_up(parts):
    slate = pipeline(parts, filters=["item.price < 5000"]).recommend(stranger(), 12)
    assert sorted(shown(slate)) == [0, 1, 2, 3, 4]


def test_filters_of_pipeline_and_request_both_hold(parts):
    own = pipeline(parts, filters=["item.price < 5000"])
    slate = own.recommend(stranger(), 12, rules=made(filters=('"vegan" in item.tags',)))
    assert sorted(shown(slate)) == [0, 4]


def test_a_filter_may_ask_about_the_person_and_the_request(parts):
    rules = made(
        filters=("item.price <= context.budget", "item.category != user.hates"),
        user={"hates": AttributeType.TEXT},
    )
    asked = stranger(budget=4000.0, user={"hates": "song"})
    assert sorted(shown(pipeline(parts).recommend(asked, 12, rules=rules))) == [0, 2, 3]


def test_everybody_in_a_batch_has_their_own_answer(parts):
    contexts = (Context(budget=1000.0), Context(budget=3000.0), Context())
    history = np.full((3, 1), PAD, np.int32)
    asked = Queries.of(history, contexts=contexts)
    slate = pipeline(parts, filters=["item.price <= context.budget"]).recommend(asked, 12)
    assert [sorted(shown(slate, row)) for row in range(3)] == [[0, 1], [0, 1, 2, 3], []]


def test_the_hour_and_the_weekday_are_those_of_the_request():
    thursday_2am = 2 * 3600
    asked = replace(stranger(), now=np.asarray([7 * 86400 + thursday_2am]))
    _, context = facts(asked)
    assert (context["hour"], context["weekday"]) == (2, 3)
    assert facts(stranger())[1]["hour"] is None


@pytest.mark.parametrize("source", ["indexed", "scored", "item_to_item", "fixed"])
def test_a_filter_is_told_to_sources_beforehand(parts, source):
    """None of what is proposed is wasted on items that may not pass."""
    config = {"indexed": {"model": "svd", "index": "near"}}.get(source, {"model": "ease"})
    made_of = build_pipeline(
        {"name": "x", "sources": [{"kind": source, "config": config}], "pool": 3}, parts
    )
    rules = made(filters=('item.category == "film"',))
    stages = dict(made_of.stages(everyone(DATA)[:1], 3, rules=rules))
    proposed = shown(next(iter(stages.values())))
    assert proposed
    assert {item % 3 for item in proposed} == {0}


def test_include_and_exclude_are_lists_of_ids(parts):
    only = pipeline(parts, include=["i01", "i03", "i05"], exclude=["i03", "nobody"])
    assert sorted(shown(only.recommend(stranger(), 12))) == [1, 5]
    assert shown(pipeline(parts, include=[]).recommend(stranger(), 12)) == []


def test_a_boost_multiplies_the_score_between_0_and_1():
    slate = Slate(np.asarray([[0, 1, 2]], np.int32), np.asarray([[8, 6, 4]], np.float32))
    boosted = made(boosts=("1 + item.price / 1000",)).boosted(stranger(), slate)
    items, scores = zip(*boosted.lists()[0], strict=True)
    assert items == (1, 0, 2)
    np.testing.assert_allclose(scores, [2 * 0.525, 1, 3 * 0.05], rtol=1e-5)


def test_a_boost_of_nothing_sends_to_the_end(parts):
    sunk = pipeline(parts, boosts=["item.price / 1000"]).recommend(stranger(), 12)
    assert sorted(shown(sunk)) == list(range(12))
    assert shown(sunk)[-1] == 0


def test_what_is_not_known_is_not_boosted():
    items = ITEMS.with_columns(price=pl.Series([None, 2.0] * 6, dtype=pl.Float64))
    rules = CompiledRules.of(RulesConfig(boosts=("item.price",)), items)
    slate = Slate(np.asarray([[0, 1]], np.int32), np.asarray([[1, 1]], np.float32))
    boosted = rules.boosted(stranger(), slate)
    assert boosted.lists()[0] == [(1, 2.0), (0, 1.0)]


def test_a_negative_boost_counts_as_none_and_padding_stays_at_the_end():
    slate = Slate(np.asarray([[3, PAD]], np.int32), np.asarray([[1, -np.inf]], np.float32))
    boosted = made(boosts=("-1",)).boosted(stranger(), slate)
    assert boosted.lists()[0] == [(3, 0.0)]


def test_pins_take_their_places_and_the_rest_moves_down(parts):
    plain = shown(pipeline(parts).recommend(stranger(), 5))
    pinned = pipeline(parts, pins={1: "i09", 3: "i00"}).recommend(stranger(), 5)
    rest = [item for item in plain if item not in (0, 9)]
    assert shown(pinned) == [9, rest[0], 0, *rest[1:3]]
    assert np.isfinite(pinned.scores).all()


def test_a_pin_passes_the_gate_or_does_not_come(parts):
    hidden = np.ones(12, dtype=bool)
    hidden[9] = False
    own = pipeline(parts, pins={1: "i09"})
    assert 9 not in shown(own.with_available(hidden).recommend(stranger(), 12))
    seen = Queries.of(np.asarray([[9, 1]], np.int32))
    assert 9 not in shown(own.recommend(seen, 12))


def test_a_pin_is_not_held_back_by_a_filter(parts):
    own = pipeline(parts, pins={1: "i11"}, filters=["item.price < 3000"])
    assert shown(own.recommend(stranger(), 12))[0] == 11


def test_a_pin_of_the_request_takes_the_place_of_the_pipelines(parts):
    own = pipeline(parts, pins={1: "i11"})
    assert shown(own.recommend(stranger(), 3, rules=made(pins={1: "i02"})))[0] == 2


def test_an_item_pinned_twice_comes_once(parts):
    slate = pipeline(parts, pins={1: "i02", 4: "i02"}).recommend(stranger(), 6)
    assert shown(slate).count(2) == 1
    assert shown(slate)[0] == 2


def test_pins_beyond_the_list_come_at_its_end_or_not_at_all(parts):
    own = pipeline(parts, pins={3: "i09", 8: "i07"}, include=["i01"])
    assert shown(own.recommend(stranger(), 5)) == [1, 9]


@pytest.mark.parametrize(
    ("rules", "message"),
    [
        (
            {"filters": ["item.pricee < 3"]},
            r"no attribute `item.pricee`; did you mean `item.price`",
        ),
        ({"filters": ["item.price + 1"]}, "a true or false is wanted here"),
        ({"boosts": ["item.price < 1"]}, "a number is wanted here"),
        ({"filters": ["user.age < 3"]}, "no attribute `user.age`"),
        ({"filters": ["context.buget < 3"]}, "did you mean `context.budget`"),
        ({"filters": ["item.price <"]}, "column"),
    ],
)
def test_a_wrong_rule_is_refused_when_the_pipeline_is_made(parts, rules, message):
    with pytest.raises(RuleError, match=message):
        pipeline(parts, **rules)


def test_unknown_items_are_named(parts):
    with pytest.raises(UnknownIds, match="nobody"):
        pipeline(parts, pins={1: "nobody"})
    with pytest.raises(UnknownIds, match="nobody"):
        pipeline(parts, include=["nobody"])


def test_why_not_names_the_rules(parts):
    own = pipeline(parts, filters=["item.price < 5000"])
    assert why_not(own, stranger(), 7, 3).reason == "ruled_out"
    assert why_not(own, stranger(), 0, 12).shown
    rules = made(exclude=("i00",))
    assert why_not(own, stranger(), 0, 12, rules=rules).reason == "ruled_out"


def test_without_rules_nothing_changes(parts):
    plain = pipeline(parts)
    queries = everyone(DATA)
    assert plain.recommend(queries, 5, rules=made()).lists() == plain.recommend(queries, 5).lists()
    assert [name for name, _ in plain.stages(queries, 5)] == [
        "source scored",
        "merge",
        "gate",
        "answer",
    ]


def test_without_rules_the_items_are_not_read(parts):
    class Unread:
        n_items = 12
        model = staticmethod(parts.model)

        @property
        def items(self):
            raise AssertionError("ten million rows for nothing")

    made_of = {"name": "x", "sources": [{"kind": "scored", "config": {"model": "ease"}}]}
    assert build_pipeline(made_of, Unread()).rules == CompiledRules()
    with pytest.raises(AssertionError, match="for nothing"):
        build_pipeline(made_of | {"rules": {"exclude": ["i01"]}}, Unread())


def test_rules_over_columns_of_the_callers_are_those_over_a_table():
    first, second = ITEMS.get_column("item_id").to_list()[1:3]
    config = RulesConfig(filters=("item.price < 5000",), include=(first, second), pins={2: second})
    over = CompiledRules.over(config, columns_of(ITEMS), {first: 1, second: 2}, 12)
    one = stranger()
    np.testing.assert_array_equal(over.allows(one), made(**config.model_dump()).allows(one))
    assert over.pins == made(**config.model_dump()).pins == ((1, 2),)
    with pytest.raises(UnknownIds, match=second):
        CompiledRules.over(config, columns_of(ITEMS), {first: 1}, 12)


def test_zero_degrees_and_an_empty_purse_are_known():
    _, context = facts(stranger(latitude=0.0, budget=0.0, device=""))
    assert (context["latitude"], context["budget"], context["device"]) == (0.0, 0.0, None)
    assert context["longitude"] is None
