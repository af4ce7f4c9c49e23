"""What people say of a recommendation becomes an event, and changes the next answer."""

import pytest

from omakase_service.events.api import KIND_OF
from omakase_service.events.models import Event

pytestmark = pytest.mark.django_db
URL = "/api/feedback"


@pytest.mark.parametrize(("said", "kind"), KIND_OF.items())
def test_each_word_is_a_kind_of_event(api, post, said, kind):
    body = {"user_id": "ada", "item_id": "i1", "feedback": said, "reason": "so", "request_id": "r"}
    answer = post(URL, body | {"position": 2})
    assert answer.status_code == 200
    row = Event.objects.get(event_id=answer.json()["event_id"])
    assert (row.kind, row.reason, row.request_id, row.position) == (kind, "so", "r", 2)
    assert kind in {known["name"] for known in api.get("/api/events/kinds").json()}


@pytest.mark.parametrize("said", ["dislike", "not_interested", "inappropriate"])
def test_what_is_not_wanted_does_not_come_back(trained, post, said):
    asked = {"user_id": "u00", "n": 50}

    def shown() -> list[str]:
        return [item["item_id"] for item in post("/api/recommendations", asked).json()["items"]]

    before = shown()
    post(URL, {"user_id": "u00", "item_id": before[0], "feedback": said})
    assert before[0] not in shown()
    assert before[1] in shown()


def test_the_same_id_twice_is_one_feedback(post):
    body = {"session_id": "s", "item_id": "i1", "feedback": "like", "event_id": "e"}
    assert post(URL, body).json() == {"event_id": "e", "known": False}
    assert post(URL, body).json() == {"event_id": "e", "known": True}
    assert Event.objects.count() == 1


@pytest.mark.parametrize(
    "wrong",
    [
        {"feedback": "meh"},
        {"item_id": ""},
        {"user_id": None},
        {"reason": "x" * 2001},
        {"position": -1},
    ],
)
def test_what_is_no_feedback(post, wrong):
    body = {"user_id": "ada", "item_id": "i1", "feedback": "like"} | wrong
    assert post(URL, body).status_code == 422
    assert not Event.objects.exists()


def test_feedback_under_the_other_name_of_its_field_is_the_same(post):
    said = {"user_id": "ada", "item_id": "tea", "feedback_type": "like"}
    assert post("/api/feedback", said).status_code == 200
