"""Every field of a question does what it says."""

import asyncio

import pytest
from django.db import OperationalError

from omakase_service.catalog.contracts import (
    NO_PREFERENCES,
    ItemFields,
    ItemIn,
    Preferences,
    UserIn,
)
from omakase_service.catalog.services import patch_item, upsert_items, upsert_users
from omakase_service.events.contracts import HistoryEvent
from omakase_service.events.services import record
from omakase_service.online_store import services as online
from omakase_service.online_store.contracts import past_bytes
from omakase_service.platform.nonblocking import WouldBlock
from omakase_service.platform.services import recent_keys
from omakase_service.serving import live_version, services, user_state
from omakase_service.serving.cache import key_of
from omakase_service.serving.contracts import LazyEvents, ListRequest, RequestContext
from omakase_service.training.services import train
from omakase_settings import Placement

pytestmark = pytest.mark.django_db
URL = "/api/recommendations"


@pytest.fixture
def priced(tribes):
    """The two tribes, with prices that tell items apart, and a version that knows them."""
    upsert_items(items=[ItemIn(item_id=f"i{n:02}", price=float(n)) for n in range(12)])
    record(
        events=[
            {
                "user_id": f"u{u:02}",
                "item_id": "i03",
                "kind": "rating",
                "value": v,
                "time": 1_700_000_000,
            }
            for u, v in ((1, 5), (5, 2))
        ]
    )
    return train(models={"ease": {"l2": 1.0}, "item_knn": {}}, evaluate=False)


def asked(post, **question) -> dict:
    response = post(URL, question)
    assert response.status_code == 200, response.json()
    return response.json()


def ids(body: dict) -> list[str]:
    return [item["item_id"] for item in body["items"]]


def test_a_filter_holds_for_every_item(priced, post):
    shown = ids(asked(post, user_id="u00", n=50, filter="item.price < 6"))
    assert set(shown) == {"i00", "i01", "i03", "i05"}


def test_a_filter_may_look_at_the_person_and_the_moment(priced, post):
    upsert_users(users=[UserIn(user_id="u00", categories=["Odd"])])
    rule = "item.category in user.categories and item.price <= context.budget"
    shown = ids(asked(post, user_id="u00", n=50, filter=rule, context={"budget": 5}))
    assert set(shown) == {"i01", "i03", "i05"}


def test_a_filter_sees_the_price_of_this_moment(priced, post):
    question = {"user_id": "u00", "n": 50, "filter": "item.price > 100"}
    assert ids(asked(post, **question)) == []
    patch_item(item_id="i01", fields=ItemFields(price=101.0))
    assert ids(asked(post, **question)) == ["i01"]


@pytest.mark.parametrize("rule", ["item.price <", "item.nothing == 1", "item.title", "1 +", "("])
def test_a_filter_that_makes_no_sense_is_explained(priced, post, rule):
    response = post(URL, {"user_id": "u00", "filter": rule})
    assert (response.status_code, response.json()["code"]) == (422, "bad_rule")
    assert "column" in response.json()["title"]


def test_shunned_categories_and_prices_are_respected(priced, post):
    upsert_users(users=[UserIn(user_id="u00", excluded_categories=["Even"], price_max=7.0)])
    assert set(ids(asked(post, user_id="u00", n=50))) == {"i01", "i03", "i05", "i07"}
    assert set(ids(asked(post, user_id="u00", n=50, model="popular"))) == {
        "i01",
        "i03",
        "i05",
        "i07",
    }
    upsert_users(users=[UserIn(user_id="u00", price_min=4.0)])
    assert set(ids(asked(post, user_id="u00", n=50))) == {"i05", "i07"}


def test_they_hold_for_a_history_given_outright_too(priced, post):
    upsert_users(users=[UserIn(user_id="u00", excluded_categories=["Odd"])])
    shown = ids(asked(post, user_id="u00", history=["i02"], n=50))
    assert {int(i[1:]) % 2 for i in shown} == {0}


def test_who_switched_recommendations_off_gets_what_everybody_gets_and_is_told(priced, post):
    assert asked(post, user_id="u00")["notice"] == ""
    upsert_users(users=[UserIn(user_id="u00", recommendations_on=False)])
    body = asked(post, user_id="u00", n=3)
    assert (body["algorithm"], body["notice"]) == ("popular", "recommendations_off")
    assert not body["cache_hit"]
    upsert_users(users=[UserIn(user_id="u00", recommendations_on=True)])
    assert asked(post, user_id="u00", n=3)["algorithm"] == "ease"
    assert asked(post, user_id="nobody")["notice"] == "unknown"


@pytest.mark.parametrize("strategy", ["auto", "weighted", "rrf", "switching", "cascade", "mixed"])
def test_a_strategy_puts_models_together(priced, post, strategy):
    body = asked(post, user_id="u00", n=4, strategy=strategy)
    assert body["algorithm"] == strategy
    assert body["items"][0]["item_id"] == "i00"
    assert len(set(ids(body))) == 4


def test_a_mode_chooses_the_strategy(priced, post):
    body = asked(post, user_id="u00", context={"mode": "exploration"}, explain=True)
    assert body["algorithm"] == "auto"
    assert {p["algorithm"] for p in body["items"][0]["explanation"]["algorithms"]} == {
        "ease",
        "item_knn",
    }


@pytest.mark.parametrize(
    ("wrong", "status"),
    [
        ({"strategy": "weigted"}, 404),
        ({"strategy": "weighted", "model": "ease"}, 422),
        ({"model": "eese"}, 404),
        ({"diversity": 2}, 422),
        ({"context": {"hour": 24}}, 422),
        ({"language": "fr"}, 422),
        ({"context": {"mode": "wild"}}, 422),
    ],
)
def test_what_cannot_be_asked(priced, post, wrong, status):
    assert post(URL, {"user_id": "u00", **wrong}).status_code == status


def test_variety_mixes_what_score_alone_would_not(priced, post):
    plain = asked(post, user_id="u00", n=6, model="ease")
    varied = asked(post, user_id="u00", n=6, model="ease", diversity=1.0)
    assert sorted(ids(plain)) == sorted(set(ids(plain)))
    assert ids(varied) != ids(plain) or len(ids(varied)) == 6
    upsert_users(users=[UserIn(user_id="u00", diversity=1.0)])
    assert ids(asked(post, user_id="u00", n=6, model="ease")) == ids(varied)


def test_reasons_name_what_the_person_chose(priced, post):
    english = asked(post, user_id="u00", n=3, explain=True)["items"][0]
    assert english["reason"].startswith("Because of your interest in “Item")
    assert 0 < english["confidence"] <= 1
    assert english["explanation"]["primary"] == "history"
    cited = english["explanation"]["because"]
    assert cited and all(int(c["item_id"][1:]) % 2 == 0 for c in cited)
    assert english["explanation"]["algorithms"][0] == {"algorithm": "ease", "place": 1}
    korean = asked(post, user_id="u00", n=3, explain=True, language="ko")["items"][0]
    assert "관심을 보이셔서" in korean["reason"]
    plain = asked(post, user_id="u00", n=3)["items"][0]
    assert plain["reason"] is plain["confidence"] is plain["explanation"] is None


def test_the_hour_is_told_as_a_part_of_the_day(priced, post):
    context = asked(post, user_id="u00", context={"hour": 13})["user_context"]
    told = {"activity": "some", "events": 5, "path": "known"}
    assert context == {**told, "time_segment": "afternoon"}
    parts = [RequestContext(hour=hour).time_segment for hour in (0, 4, 5, 11, 12, 18, 21, 22, 23)]
    words = ["night", "night", "morning", "morning", "afternoon", "evening", "evening"]
    assert parts == [*words, "night", "night"]


def test_ratings_are_shown_as_of_the_training(priced, post):
    items = {item["item_id"]: item for item in asked(post, user_id="u00", n=50)["items"]}
    assert (items["i03"]["rating"], items["i03"]["ratings"]) == (3.5, 2)
    assert (items["i01"]["rating"], items["i01"]["ratings"]) == (None, 0)


def test_get_takes_every_field_but_the_free_ones(priced, api, post):
    sent = {
        "user_id": "u00", "n": 4, "strategy": "weighted", "filter": "item.price < 9",
        "hour": 9, "budget": 5, "device": "mobile", "explain": True, "language": "ko",
    }  # fmt: skip
    body = api.get(URL, sent).json()
    nested = {name: sent.pop(name) for name in ("hour", "budget", "device")}
    same = asked(post, **sent, context=nested)
    assert body["items"] == same["items"]
    assert body["user_context"]["time_segment"] == "morning"


# The cache


def test_the_same_question_is_answered_from_the_cache(priced, post):
    first, second = (asked(post, user_id="u00", n=4) for _ in range(2))
    assert (first["cache_hit"], second["cache_hit"]) == (False, True)
    assert first["items"] == second["items"]
    assert first["request_id"] != second["request_id"]
    assert not asked(post, user_id="u00", n=5)["cache_hit"]
    assert not asked(post, user_id="u01", n=4)["cache_hit"]
    assert not asked(post, user_id="u00", n=4, refresh=True)["cache_hit"]


@pytest.mark.parametrize(
    "change",
    [
        lambda post: post("/api/events", {"user_id": "u00", "item_id": "i01", "type": "view"}),
        lambda post: upsert_users(users=[UserIn(user_id="u00", tier="gold")]),
        lambda post: post("/api/cache/clear", {}),
        lambda post: train(models={"ease": {"l2": 2.0}}, evaluate=False),
        lambda post: patch_item(item_id="i00", fields=ItemFields(hidden=True)),
        lambda post: online.invalidate_all(),
    ],
    ids=["an event", "settings", "clearing", "a new version", "a hidden item", "an import"],
)
def test_cached_question_is_old_after_a_change(priced, post, change):
    question = {"user_id": "u00", "n": 4}
    asked(post, **question)
    change(post)
    assert not asked(post, **question)["cache_hit"]
    assert asked(post, **question)["cache_hit"]


def test_what_somebody_else_does_leaves_the_answer_in_the_cache(priced, post):
    asked(post, user_id="u00", n=4)
    post("/api/events", {"user_id": "u01", "item_id": "i01", "type": "view"})
    assert asked(post, user_id="u00", n=4)["cache_hit"]


def test_a_cached_answer_asks_no_query(priced, post, settings_with, django_assert_num_queries):
    settings_with(serving={"refresh_seconds": 60}, web={"key_seconds": 60})
    recent_keys.clear()  # this one's was to be looked up again after a second
    asked(post, user_id="u00", n=4)
    with django_assert_num_queries(0):
        assert asked(post, user_id="u00", n=4)["cache_hit"]


def test_only_staff_clears_the_cache(priced, caller):
    assert caller("read", "write").post("/api/cache/clear").status_code == 403
    assert caller("admin").post("/api/cache/clear").status_code == 204


# Parts of a list


def test_parts_of_a_list_repeat_nothing_and_miss_nothing(priced, post):
    whole = ids(asked(post, user_id="u00", n=50))
    body = asked(post, user_id="u00", n=3, paged=True)
    parts = [ids(body)]
    while body["next"]:
        body = asked(post, user_id="u00", n=3, cursor=body["next"])
        parts.append(ids(body))
    assert [item for part in parts for item in part] == whole
    assert [len(part) for part in parts] == [3, 3, 1]
    ranks = asked(post, user_id="u00", n=3, paged=True)
    after = asked(post, user_id="u00", n=3, cursor=ranks["next"])
    assert [item["rank"] for item in after["items"]] == [4, 5, 6]


def test_a_held_list_stays_as_it_was_but_for_what_was_seen_or_hidden(priced, post):
    body = asked(post, user_id="u00", n=2, paged=True)
    rest = ids(asked(post, user_id="u00", n=50, cursor=body["next"]))
    post("/api/events", {"user_id": "u00", "item_id": rest[0], "type": "purchase"})
    patch_item(item_id=rest[1], fields=ItemFields(hidden=True))
    assert ids(asked(post, user_id="u00", n=50, cursor=body["next"])) == rest[2:]


@pytest.mark.parametrize("cursor", ["x", "x.1", "x.-1", ".", "0.99999999999", "x.१"])
def test_a_cursor_that_nobody_gave(priced, post, cursor):
    response = post(URL, {"user_id": "u00", "cursor": cursor})
    assert (response.status_code, response.json()["code"]) == (404, "not_found")


def test_the_list_of_somebody_else_cannot_be_had(priced, post):
    cursor = asked(post, user_id="u00", n=2, paged=True)["next"]
    assert post(URL, {"user_id": "u01", "cursor": cursor}).status_code == 404
    assert post(URL, {"user_id": "u00", "cursor": cursor}).status_code == 200


def test_a_list_is_not_held_for_ever(priced, post, settings_with):
    settings_with(serving={"refresh_seconds": 0, "hold_seconds": 1e-9})
    training = train(models={"ease": {"l2": 1.0}}, evaluate=False)
    cursor = asked(post, user_id="u00", n=2, paged=True)["next"]
    assert training.name
    assert post(URL, {"user_id": "u00", "cursor": cursor}).status_code == 404


# While the log is down


def test_what_was_at_hand_answers_while_the_log_is_down(priced, monkeypatch):
    def gone(**asked):
        raise OperationalError("gone")

    before = services.recommend(user_id="u00", n=4)
    online.invalidate(["u:u00"])
    monkeypatch.setattr(user_state, "recent_of_user", gone)
    during = services.recommend(user_id="u00", n=4)
    assert [r.card.item_id for r in during.items] == [r.card.item_id for r in before.items]
    assert during.algorithm == "ease"
    assert services.recommend(user_id="never seen", n=4).notice == "unknown"
    monkeypatch.setattr(user_state, "wishes_of", gone)
    assert services.recommend(user_id="u00", history=["i02"], n=2).algorithm == "ease"


def test_no_shelf_no_cache_and_an_answer_all_the_same(priced, monkeypatch):
    monkeypatch.setattr(online, "read", lambda keys: None)
    for _ in range(2):
        answer = services.recommend(user_id="u00", n=4)
        assert (answer.cache_hit, answer.algorithm) == (False, "ease")


def test_a_process_that_has_seen_nothing_yet(priced):
    live_version.forget()
    assert services.recommend(user_id="u00", n=1).items[0].card.item_id == "i00"


def test_lazy_events_are_rows_when_they_are_looked_at():
    told = LazyEvents(
        past_bytes([("a", "view", None, 1), ("b", "rating", 4.0, 2), ("c", "view", None, 3)])
    )
    assert len(told) == 3
    assert told[0] == HistoryEvent("a", "view", None, 1)
    assert [past.item_id for past in told] == ["a", "b", "c"]
    assert told[1:] == [HistoryEvent("b", "rating", 4.0, 2), HistoryEvent("c", "view", None, 3)]
    assert told[-1].time == 3


def test_every_part_of_a_key_counts():
    parts = [
        ListRequest(user_id="a").canonical_bytes,
        "v1",
        0,
        10**30,
        5,
        NO_PREFERENCES,
        Placement(),
    ]
    others = [
        ListRequest(user_id="b").canonical_bytes,
        "v2",
        1,
        10**30 + 1,
        6,
        Preferences(price_min=1.0),
    ]
    keys = {key_of(*parts)}
    for place, other in enumerate(others):
        changed = [*parts]
        changed[place] = other
        keys.add(key_of(*changed))
    assert len(keys) == len({key.name for key in keys}) == 1 + len(others)
    assert key_of(*parts) == key_of(*parts)


def test_what_is_computed_anew_leaves_the_event_loop_before_anybody_is_looked_up(monkeypatch):
    async def asking() -> None:
        services.answer(ListRequest(user_id="u00", refresh=True), request_id="r")

    monkeypatch.setattr(services, "person", lambda question, now: pytest.fail("looked up"))
    with pytest.raises(WouldBlock):
        asyncio.run(asking())
