"""What somebody new is asked, and what their answers change."""

import pytest

from omakase_service.catalog.contracts import ItemFields, UserIn
from omakase_service.catalog.services import patch_item, upsert_users

pytestmark = pytest.mark.django_db
URL = "/api/onboarding"


def asked(api, **query) -> dict:
    response = api.get(URL, query)
    assert response.status_code == 200, response.json()
    return response.json()


def ids(body: dict) -> list[str]:
    return [item["item_id"] for item in body["items"]]


def test_items_and_categories_the_most_telling_first(trained, api):
    body = asked(api, n=4)
    assert len({*ids(body)}) == 4
    bits = [item["bits"] for item in body["items"]]
    assert bits == sorted(bits, reverse=True)
    assert bits[0] > 0
    assert {each["category"] for each in body["categories"]} == {"Even", "Odd"}
    assert body["categories"][0]["bits"] == pytest.approx(1, abs=0.01)
    first = body["items"][0]
    assert (first["title"], first["image_url"]) == (f"Item {int(first['item_id'][1:])}", "")
    assert body["request_id"]


def test_an_answer_about_an_item_is_an_event_and_is_followed(trained, api, post):
    before = ids(asked(api, user_id="zoe", n=12))
    liked = before[0]
    post("/api/events", {"user_id": "zoe", "item_id": liked, "type": "like"})
    after = asked(api, user_id="zoe", n=12)
    assert liked not in ids(after)
    assert len(after["items"]) == len(before) - 1
    answer = post("/api/recommendations", {"user_id": "zoe", "n": 4}).json()
    assert answer["user_context"]["path"] == "few"
    assert {int(i["item_id"][1:]) % 2 for i in answer["items"]} == {int(liked[1:]) % 2}


def test_an_answer_about_a_category_is_a_setting_and_is_followed(trained, api, post):
    word = asked(api, user_id="ann")["categories"][0]["category"]
    path = "/api/users/ann/settings"
    api.patch(path, {"categories": [word]}, content_type="application/json")
    answer = post("/api/recommendations", {"user_id": "ann", "n": 4}).json()
    assert answer["user_context"]["path"] == "profile"
    assert {item["category"] for item in answer["items"]} == {word}


def test_a_session_is_asked_too(trained, api, post):
    post("/api/events", {"session_id": "s", "item_id": "i02", "type": "dislike"})
    assert "i02" not in ids(asked(api, session_id="s", n=12))
    assert "i02" in ids(asked(api, n=12))


def test_nothing_is_asked_about_that_may_not_be_shown(trained, api):
    patch_item(item_id="i05", fields=ItemFields(hidden=True))
    upsert_users(users=[UserIn(user_id="bob", excluded_categories=["Even"])])
    shown = asked(api, user_id="bob", n=12)
    assert {*ids(shown)} == {"i01", "i03", "i07", "i09", "i11"}
    assert [each["category"] for each in shown["categories"]] == ["Odd"]


def test_onboarding_asks_with_popularity_alone(tribes, api):
    from omakase_service.training.services import train

    train(models={"popular": {}}, evaluate=False)
    assert len(asked(api, n=3)["items"]) == 3


@pytest.mark.parametrize("n", [0, 51, "x"])
def test_how_many_may_be_asked_for(trained, api, n):
    assert api.get(URL, {"n": n}).status_code == 422


def test_without_a_version_there_is_nothing_to_ask(tribes, api):
    assert api.get(URL).status_code == 503
