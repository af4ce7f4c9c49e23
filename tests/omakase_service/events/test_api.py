import time
from functools import partial

import pytest

from omakase_service.events.models import Event

pytestmark = pytest.mark.django_db

FULL = {
    "event_id": "e1",
    "user_id": "u",
    "item_id": "i",
    "type": "purchase",
    "value": 2,
    "time": "2026-01-31T21:00:00+09:00",
    "session_id": "s",
    "device": "phone",
    "channel": "mobile",
    "page": "/home",
    "duration": 3.5,
    "request_id": "r1",
    "reason": "a gift",
    "position": 4,
}


def test_everything_is_kept(post):
    answer = post("/api/events", FULL)
    assert answer.status_code == 200
    assert answer.json() == {"stored": 1, "known": 0, "event_ids": ["e1"], "rejected": []}
    kept = Event.objects.values().get()
    assert kept.pop("seq") > 0
    assert kept.pop("import_id") is None
    expected = FULL | {"kind": FULL["type"], "time": 1769860800}
    del expected["type"]
    assert kept == expected


def test_the_same_id_twice_is_one_event(post):
    post("/api/events", FULL)
    again = post("/api/events", FULL | {"item_id": "other"}).json()
    assert (again["stored"], again["known"]) == (0, 1)
    assert Event.objects.get().item_id == "i"


def test_an_id_is_made_where_none_is_given(post):
    sent = {"user_id": 1, "item_id": 2, "type": "view"}
    first, second = (post("/api/events", sent).json()["event_ids"][0] for _ in range(2))
    assert first != second
    assert set(Event.objects.values_list("event_id", flat=True)) == {first, second}


def test_a_list_tells_what_was_wrong_by_position(post):
    good = {"user_id": "u", "item_id": "i", "type": "click"}
    sent = [
        good,
        {"user_id": "u", "item_id": "i", "type": "clck"},
        {"item_id": "i", "type": "click"},
        good | {"time": "nonsense"},
        good | {"event_id": "same"},
        good | {"event_id": "same"},
        "not an event",
    ]
    answer = post("/api/events", sent).json()
    assert (answer["stored"], answer["known"]) == (2, 1)
    assert [r["position"] for r in answer["rejected"]] == [1, 2, 3, 6]
    assert "did you mean 'click'?" in answer["rejected"][0]["errors"][0]["message"]
    assert [bool(key) for key in answer["event_ids"]] == [
        True,
        False,
        False,
        False,
        True,
        True,
        False,
    ]
    assert Event.objects.count() == 2


@pytest.mark.parametrize(
    "wrong",
    [
        {},
        [],
        [{}],
        None,
        {"user_id": "u", "item_id": "i"},
        {"user_id": "u", "item_id": "i", "type": "nope"},
        {"user_id": "u", "item_id": "", "type": "view"},
        {"item_id": "i", "type": "view"},
        {"user_id": "u", "item_id": "i", "type": "view", "time": "2026-01-01"},
        {"user_id": "u", "item_id": "i", "type": "view", "time": 1769860800000},
        {"user_id": "u", "item_id": "i", "type": "view", "position": -1},
        {"user_id": "u", "item_id": "i", "type": "view", "position": 10**12},
        {"user_id": "u", "item_id": "i", "type": "view", "duration": -1},
        {"user_id": "u", "item_id": "i", "type": "view", "wat": 1},
        {"user_id": "u\x00", "item_id": "i", "type": "view"},
    ],
)
def test_what_makes_no_sense_is_refused(post, wrong):
    response = post("/api/events", wrong)
    assert response.status_code == 422, response.json()
    assert not Event.objects.exists()


def test_batch_beyond_the_limit_is_refused(post):
    one = {"user_id": "u", "item_id": "i", "type": "view"}
    assert post("/api/events", [one] * 1001).status_code == 422
    assert post("/api/events", [one] * 1000).json()["stored"] == 1000


def test_a_batch_takes_few_queries(api, post, django_assert_max_num_queries):
    events = [{"user_id": f"u{n}", "item_id": f"i{n}", "type": "view"} for n in range(200)]
    post("/api/events", events)
    with django_assert_max_num_queries(12):
        post("/api/events", events)


def test_reading_needs_another_scope(caller):
    assert (
        caller("read").post("/api/events", {}, content_type="application/json").status_code == 403
    )


def test_kinds(api):
    kinds = {kind["name"]: kind for kind in api.get("/api/events/kinds").json()}
    assert kinds["purchase"]["weight"] == 5
    assert kinds["dislike"]["negative"]
    assert kinds["rating"] == {
        "name": "rating",
        "weight": 1.0,
        "from_value": True,
        "cap": 5.0,
        "negative": False,
        "lowest": 0.0,
        "highest": 5.0,
        "middle": "scale",
        "takes_back": [],
        "origin": "default",
    }
    assert kinds["remove_from_cart"]["takes_back"] == ["cart"]


@pytest.mark.parametrize(
    ("kind", "value"),
    [("rating", -1), ("rating", 5.1), ("rating", -1e38), ("purchase", -2), ("view", 1e10)],
)
def test_a_value_outside_the_scale_of_its_kind_is_refused(post, kind, value):
    event = {"user_id": "u", "item_id": "i", "type": kind, "value": value}
    told = post("/api/events", event)
    assert told.status_code == 422
    (error,) = told.json()["errors"]
    assert error["place"] == "value" and "outside" in error["message"]
    assert post("/api/events", [event, {**event, "value": 1}]).json()["stored"] == 1


def test_an_event_of_the_future_is_refused_and_a_clock_that_is_fast_is_not(post):
    event = {"user_id": "u", "item_id": "i", "type": "view"}
    later = int(time.time()) + 86_400
    told = post("/api/events", {**event, "time": later + 60})
    assert told.status_code == 422
    (error,) = told.json()["errors"]
    assert error["place"] == "time" and "lies in the future" in error["message"]
    assert post("/api/events", {**event, "time": later - 60}).status_code == 200


def test_a_kind_is_declared_changed_and_reset(api, post):
    put = partial(api.put, content_type="application/json")
    told = put("/api/events/kinds/rating", {"highest": 10, "cap": 10})
    assert told.status_code == 200
    assert (told.json()["highest"], told.json()["middle"], told.json()["origin"]) == (
        10,
        "scale",
        "stored",
    )
    event = {"user_id": "u", "item_id": "i", "type": "rating", "value": 9}
    assert post("/api/events", event).json()["stored"] == 1
    unlike = {"weight": 0, "takes_back": ["like"]}
    assert put("/api/events/kinds/unlike", unlike).json()["takes_back"] == ["like"]
    kinds = {kind["name"]: kind for kind in api.get("/api/events/kinds").json()}
    assert kinds["unlike"]["takes_back"] == ["like"]
    assert api.delete("/api/events/kinds/rating").status_code == 204
    assert api.delete("/api/events/kinds/rating").status_code == 404
    assert post("/api/events", {**event, "item_id": "j"}).status_code == 422


@pytest.mark.parametrize(
    ("said", "place"),
    [
        ({"weight": -1}, "weight"),
        ({"weight": 1e9}, "weight"),
        ({"middle": "left"}, "middle"),
        ({"takes_back": ["lik"]}, "did you mean 'like'"),
        ({"lowest": 9, "highest": 1}, "lowest"),
        ({"colour": 1}, "colour"),
    ],
)
def test_a_kind_that_makes_no_sense_is_refused(api, said, place):
    told = api.put("/api/events/kinds/odd", said, content_type="application/json")
    assert told.status_code == 422
    assert place in told.content.decode()
