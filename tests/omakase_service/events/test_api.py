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


def test_too_many_at_once(post):
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
    }
