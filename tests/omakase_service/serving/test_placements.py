"""What is shown where: by settings, by what staff saved, and by what a request adds."""

import pytest
from django.db import OperationalError

from omakase.errors import CapabilityError, ConfigError, RuleError, UnknownIds, UnknownName
from omakase_service.catalog.contracts import ItemIn, UserIn
from omakase_service.catalog.services import upsert_items, upsert_users
from omakase_service.events.services import record
from omakase_service.platform.exceptions import NotFound, NotReady
from omakase_service.serving import live_version, selectors
from omakase_service.serving import services as serving
from omakase_service.serving.contracts import RequestContext
from omakase_service.serving.models import SavedPlacement
from omakase_service.serving.placements import (
    delete_placement,
    placement_by_name,
    save_placement,
)
from omakase_service.serving.selectors import placements
from omakase_service.training.services import train
from omakase_settings import Placement, Settings

pytestmark = pytest.mark.django_db
HISTORY = ("i02", "i04")
LINEAR = {"sources": [{"kind": "scored", "config": {"model": "ease"}}]}


@pytest.fixture
def shop(tribes):
    """Two tribes over priced items; two models answer."""
    upsert_items(
        items=[
            ItemIn(item_id=f"i{n:02}", price=n * 1.0, category="Odd" if n % 2 else "Even")
            for n in range(12)
        ]
    )
    return train(models={"ease": {"l2": 1.0}, "item_knn": {}}, evaluate=False)


def saved(name: str = "home", **said) -> Placement:
    return save_placement(name=name, placement=Placement(**said))


def shown(placement: str = "home", **asked) -> list[str]:
    given = {"history": HISTORY, "n": 12, **asked}
    return [r.card.item_id for r in serving.recommend(placement=placement, **given).items]


def test_a_word_that_nothing_was_saved_for_changes_nothing(shop):
    assert shown("anywhere") == shown("")


@pytest.mark.parametrize(
    ("said", "algorithm"),
    [
        ({"model": "item_knn"}, "item_knn"),
        ({"strategy": "rrf"}, "rrf"),
        ({"pipeline": LINEAR}, "home"),
        ({}, "ease"),
    ],
)
def test_a_place_says_what_answers(shop, said, algorithm):
    saved(**said)
    answer = serving.recommend(placement="home", history=HISTORY, n=3)
    assert answer.algorithm == algorithm
    asked = serving.recommend(placement="home", history=HISTORY, n=3, model="popular")
    assert asked.algorithm == "popular"  # a request says more


def test_a_mode_chooses_where_neither_request_nor_place_does(shop):
    mode = {"history": HISTORY, "context": RequestContext(mode="precision")}
    assert serving.recommend(**mode).algorithm == "auto"
    saved(model="item_knn")
    assert serving.recommend(placement="home", **mode).algorithm == "item_knn"


def test_filters_of_place_and_request_both_hold(shop):
    saved(filters=["item.price < 9"])
    assert set(shown()) == {"i00", "i01", "i03", "i05", "i06", "i07", "i08"}
    assert set(shown(filter="item.price > 5")) == {"i06", "i07", "i08"}


def test_what_is_lifted_comes_first(shop):
    plain = shown("")
    saved(boosts=["1000 * (item.price - 10)"])
    assert shown()[0] == "i11" != plain[0]


def test_pins_include_and_exclude(shop):
    saved(pins={1: "i09", 3: "i11"}, exclude=["i06"])
    found = shown(n=5)
    assert (found[0], found[2]) == ("i09", "i11")
    assert "i06" not in found
    saved("few", include=["i06", "i08", "i02"])
    assert set(shown("few")) == {"i06", "i08"}  # i02 is of the history


def test_a_pin_does_not_pass_the_gate(shop):
    saved(pins={1: "i02"})
    assert "i02" not in shown()


def test_what_the_catalog_has_lost_is_no_longer_pinned(shop):
    saved(pins={1: "i09"}, include=["i09", "i06"])
    SavedPlacement.objects.update(said={"pins": {"1": "gone"}, "include": ["gone", "i06"]})
    live_version.refresh()
    assert shown() == ["i06"]


def test_a_cap_holds_from_the_first_place_on(shop):
    saved(caps={"category": 0.5})
    kinds = [int(key[1:]) % 2 for key in shown(n=4)]
    assert sum(kinds[:2]) == 1
    assert sum(kinds) == 2


def test_variety_of_the_place_unless_the_person_or_request_wish_otherwise(shop):
    plain = shown("")
    saved(diversity=1.0)
    assert shown() != plain
    assert shown(diversity=0.0) == plain


def test_what_was_had_may_come_again(shop):
    saved(seen="show")
    assert not set(HISTORY) & set(shown(""))
    assert set(HISTORY) <= set(shown())
    record(events=[{"user_id": "u00", "item_id": "i04", "kind": "dislike", "time": 1_700_009_000}])
    had = shown(user_id="u00", history=None)
    assert "i02" in had
    assert "i04" not in had


def test_further_parts_show_it_again_too(shop):
    saved(seen="show")
    first = serving.recommend(placement="home", user_id="u00", n=6, paged=True)
    more = serving.recommend(placement="home", user_id="u00", n=6, cursor=first.next)
    assert len({r.card.item_id for r in (*first.items, *more.items)}) == 12


def test_a_place_may_pass_over_what_a_person_refused(shop):
    upsert_users(users=[UserIn(user_id="u00", excluded_categories=("Even",))])
    saved(model="ease", wishes=False)
    assert {int(k[1:]) % 2 for k in shown("", user_id="u00", history=None)} == {1}
    assert "i00" in shown(user_id="u00", history=None)


def test_strangers_get_the_pipeline_of_the_place_too(shop):
    saved(pipeline={"sources": [{"kind": "fixed", "config": {"model": "newest"}}]})
    answer = serving.recommend(placement="home", n=3)
    assert (answer.algorithm, answer.notice) == ("home", "unknown")
    saved(model="ease")
    assert serving.recommend(placement="home", n=3).algorithm == "popular"


def test_a_list_is_not_kept_past_a_change_of_its_place(shop):
    saved(filters=["item.price < 9"])
    asked = {"placement": "home", "user_id": "u00", "n": 12}
    assert not serving.recommend(**asked).cache_hit
    assert serving.recommend(**asked).cache_hit
    saved(filters=["item.price < 3"])
    after = serving.recommend(**asked)
    assert not after.cache_hit
    assert all(r.card.price < 3 for r in after.items)


@pytest.mark.parametrize(
    ("said", "error", "words"),
    [
        ({"model": "eese"}, UnknownName, "did you mean 'ease'"),
        ({"strategy": "mixt"}, UnknownName, "did you mean 'mixed'"),
        ({"filters": ["item.pricee < 3"]}, RuleError, "did you mean"),
        ({"filters": ["item.price"]}, RuleError, "a true or false is wanted"),
        ({"filters": ['user.agee_range == "x"']}, RuleError, "did you mean"),
        ({"boosts": ["item.price < 3"]}, RuleError, "a number is wanted"),
        ({"pins": {1: "i99"}}, UnknownIds, "i99"),
        ({"include": ["i99"]}, UnknownIds, "i99"),
        ({"caps": {"colour": 0.5}}, ConfigError, "colour"),
        ({"pipeline": {"sources": []}}, ConfigError, "sources"),
        ({"pipeline": {"sources": [{"kind": "scord"}]}}, UnknownName, "did you mean 'scored'"),
        ({"pipeline": {**LINEAR, "rules": {"filters": ["true"]}}}, ConfigError, "beside"),
        (
            {"pipeline": {**LINEAR, "rankers": [{"kind": "mmr", "config": {"model": "ease"}}]}},
            CapabilityError,
            "vectors",
        ),
    ],
)
def test_what_does_not_fit_is_not_saved(shop, said, error, words):
    with pytest.raises(error, match=words):
        saved(**said)
    assert placements() == {}


def test_without_a_version_nothing_can_be_checked(tribes):
    with pytest.raises(NotReady):
        saved(model="ease")


def test_saved_goes_before_settings_and_goes_again(shop, monkeypatch):
    given = Settings(serving={"placements": {"home": {"exclude": ["i06"]}}})
    monkeypatch.setattr(selectors, "settings", lambda: given)
    assert "i06" not in shown()
    saved(exclude=["i08"])
    assert "i06" in shown()
    assert placement_by_name(name="home").exclude == ("i08",)
    delete_placement(name="home")
    assert "i06" not in shown()
    with pytest.raises(NotFound):
        delete_placement(name="home")
    with pytest.raises(NotFound):
        placement_by_name(name="cart")


def test_one_that_cannot_be_read_is_left_out(shop, caplog):
    SavedPlacement.objects.create(name="old", said={"colour": "red"})
    saved(exclude=["i06"])
    assert set(placements()) == {"home"}
    assert "old" in caplog.text


def test_placement_holds_without_the_database(shop, monkeypatch):
    saved(exclude=["i06"])

    def gone():
        raise OperationalError("gone")

    monkeypatch.setattr(live_version, "live_card", gone)
    assert "i06" not in shown()


def test_over_http(shop, api):
    said = {"filters": ["item.price < 9"], "pins": {"2": "i01"}, "diversity": 0.2}
    sent = api.put("/api/placements/home", said, content_type="application/json")
    assert sent.status_code == 200, sent.json()
    body = {"history": HISTORY, "n": 3, "placement": "home"}
    found = api.post("/api/recommendations", body, content_type="application/json").json()
    assert found["items"][1]["item_id"] == "i01"
    assert api.get("/api/placements/home").json()["pins"] == {"2": "i01"}
    assert set(api.get("/api/placements").json()) == {"home"}
    wrong = {"filters": ["item.pricee < 9"]}
    refused = api.put("/api/placements/home", wrong, content_type="application/json")
    assert refused.status_code == 422
    assert "did you mean" in refused.json()["title"]
    two = {"model": "ease", "strategy": "rrf"}
    refused = api.put("/api/placements/home", two, content_type="application/json")
    assert refused.status_code == 422
    assert api.delete("/api/placements/home").status_code == 204
    assert api.get("/api/placements/home").status_code == 404
