"""Users, items and feedback at Gorse's paths, in Gorse's words."""

from datetime import UTC, datetime, timedelta

import pytest

from omakase_service.catalog.contracts import ItemFields
from omakase_service.catalog.services import patch_item
from omakase_service.events.selectors import lines_of
from omakase_service.gorse.services import write_due_events

NOON = "2024-05-01T12:00:00Z"


def feedback(**more):
    said = {"FeedbackType": "rating", "UserId": "u", "ItemId": "i", "Timestamp": NOON, "Value": 3}
    return [said | more]


def values_of(user_id):
    return [(line["kind"], line["item_id"], line["value"]) for line in lines_of(user_id=user_id)]


def test_user_stored_again_forgets_what_is_not_said(gorse):
    first = {"userid": "하나", "LABELS": {"age": "24"}, "Comment": "first"}
    assert gorse("POST", "/api/user", first).json() == {"RowAffected": 1}
    shown = {"UserId": "하나", "Labels": {"age": "24"}, "Comment": "first"}
    assert gorse("GET", "/api/user/%ED%95%98%EB%82%98").json() == shown
    gorse("POST", "/api/user", {"UserId": "하나"})
    shown = {"UserId": "하나", "Labels": None, "Comment": ""}
    assert gorse("GET", "/api/user/%ED%95%98%EB%82%98").json() == shown


def test_users_come_page_by_page(gorse):
    assert gorse("POST", "/api/users", [{"UserId": name} for name in "cab"]).json() == {
        "RowAffected": 3
    }
    page = gorse("GET", "/api/users?n=2").json()
    assert [user["UserId"] for user in page["Users"]] == ["a", "b"]
    page = gorse("GET", f"/api/users?n=2&cursor={page['Cursor']}").json()
    assert ([user["UserId"] for user in page["Users"]], page["Cursor"]) == (["c"], "")


def test_item_patched_keeps_the_other_fields(gorse):
    item = {"ItemId": "i", "Categories": ["드라마", "war"], "Timestamp": NOON, "Comment": "A film"}
    gorse("POST", "/api/item", item)
    gorse("PATCH", "/api/item/i", {"IsHidden": True, "Comment": None})
    shown = gorse("GET", "/api/item/i").json()
    assert shown == item | {"IsHidden": True, "Labels": None}
    assert gorse("PATCH", "/api/item/i", {"Timestamp": "2023-01-01"}).status == 400


def test_item_changed_by_our_own_api_is_shown_as_it_is_now(gorse):
    gorse("POST", "/api/item", {"ItemId": "i", "Categories": [], "Comment": "old"})
    patch_item(item_id="i", fields=ItemFields(title="new", category="Film", tags=["war"]))
    shown = gorse("GET", "/api/item/i").json()
    assert (shown["Comment"], shown["Categories"]) == ("new", ["Film", "war"])


def test_category_is_put_and_taken(gorse):
    gorse("POST", "/api/item", {"ItemId": "i"})
    assert gorse("PUT", "/api/item/i/category/a").status == 415
    assert gorse("PUT", "/api/item/i/category/a", {}).json() == {"RowAffected": 1}
    assert gorse("GET", "/api/item/i").json()["Categories"] == ["a"]
    gorse("DELETE", "/api/item/i/category/a")
    assert gorse("GET", "/api/item/i").json()["Categories"] == []
    assert gorse("DELETE", "/api/item/none/category/a").status == 404


def test_feedback_posted_again_adds_up_and_its_event_follows(gorse):
    gorse("POST", "/api/feedback", feedback())
    gorse("POST", "/api/feedback", feedback(Timestamp="2024-06-01T12:00:00Z", Value=2))
    row = gorse("GET", "/api/feedback/rating/u/i").json()
    assert (row["Value"], row["Timestamp"], row["Updated"]) == (5, NOON, "2024-06-01T12:00:00Z")
    assert values_of("u") == [("rating", "i", 5.0)]
    gorse("PUT", "/api/feedback", feedback(Value=1))
    row = gorse("GET", "/api/feedback/rating/u/i").json()
    assert (row["Value"], row["Updated"]) == (1, NOON)
    assert values_of("u") == [("rating", "i", 1.0)]


def test_feedback_deleted_leaves_no_event(gorse):
    gorse("POST", "/api/feedback", [*feedback(), *feedback(FeedbackType="star")])
    assert gorse("DELETE", "/api/feedback/star/u/i").json() == {"RowAffected": 1}
    assert gorse("DELETE", "/api/feedback/u/i").json() == {"RowAffected": 1}
    assert gorse("GET", "/api/feedback/u/i").json() == []
    assert values_of("u") == []


def test_feedback_of_the_future_is_not_seen_until_then(gorse):
    soon = (datetime.now(UTC) + timedelta(days=9)).isoformat()
    gorse("POST", "/api/feedback", feedback(Timestamp=soon))
    assert gorse("GET", "/api/user/u/feedback").json() == []
    assert gorse("GET", "/api/feedback/rating/u/i").json()["Value"] == 3
    assert values_of("u") == []
    assert write_due_events() == 0


def test_feedback_makes_unknown_users_and_items_even_deleted_ones(gorse):
    gorse("POST", "/api/item", {"ItemId": "i", "Comment": "film"})
    gorse("DELETE", "/api/item/i")
    assert gorse("GET", "/api/item/i").text == "i: item not found"
    gorse("POST", "/api/feedback", feedback())
    assert gorse("GET", "/api/item/i").json()["Comment"] == ""
    assert gorse("GET", "/api/user/u").status == 200


def test_item_deleted_takes_its_feedback_along(gorse):
    gorse("POST", "/api/feedback", feedback())
    gorse("DELETE", "/api/item/i")
    assert gorse("GET", "/api/user/u/feedback").json() == []
    assert values_of("u") == []


def test_user_deleted_is_forgotten_everywhere(gorse):
    gorse("POST", "/api/feedback", feedback())
    assert gorse("DELETE", "/api/user/u").json() == {"RowAffected": 1}
    assert gorse("GET", "/api/user/u").text == "u: user not found"
    assert gorse("GET", "/api/item/i/feedback").json() == []
    assert values_of("u") == []
    assert gorse("DELETE", "/api/user/u").json() == {"RowAffected": 1}


def test_search_finds_whole_words_and_beginnings(gorse):
    titles = {"1": "Toy Story", "2": "The Story of O", "3": "Historytelling"}
    gorse("POST", "/api/items", [{"ItemId": k, "Comment": v} for k, v in titles.items()])
    assert [i["ItemId"] for i in gorse("GET", "/api/items?q=stor").json()["Items"]] == ["1", "2"]
    assert gorse("GET", "/api/items?q=toy%20story").json()["Items"][0]["ItemId"] == "1"


def test_rows_with_unaskable_ids_are_refused_and_the_others_stored(gorse):
    answer = gorse("POST", "/api/items", [{"ItemId": "ok"}, {"ItemId": "a/b"}])
    assert answer.status == 400
    assert answer.text == (
        "row 1: ItemId 'a/b' holds a slash; nobody could ask for it; the other 1 rows are stored"
    )
    assert gorse("GET", "/api/item/ok").status == 200


@pytest.mark.parametrize(
    ("path", "body", "words"),
    [
        ("/api/user", {"UserId": 7}, "User.UserId is a text, not a number"),
        ("/api/user", {"UserId": ""}, "UserId is empty"),
        ("/api/user", {"UserId": "u", "Labels": ["a", 1]}, "texts only, or numbers only"),
        ("/api/user", {"UserId": "u", "Labels": {"b": True}}, "true or false is no label"),
        ("/api/user", b"{not json", "the body is not JSON"),
        ("/api/user", b"", "the body is empty"),
        ("/api/users", {"UserId": "u"}, "a list of users is due here, not an object"),
        ("/api/item", {"ItemId": "i", "Timestamp": "tomorrow"}, "the time 'tomorrow'"),
        ("/api/feedback", feedback(Value="5"), "Feedback.Value is a number, not a text"),
        ("/api/feedback", feedback(FeedbackType="x" * 51), "more than 50 characters"),
    ],
)
def test_bad_bodies_are_refused_in_plain_text(gorse, path, body, words):
    answer = gorse("POST", path, body)
    assert (answer.status, answer.headers["Content-Type"]) == (400, "text/plain; charset=utf-8")
    assert words in answer.text


@pytest.mark.parametrize(
    "path",
    ["/api/users?n=-1", "/api/users?n=abc", "/api/users?cursor=zzz", "/api/feedback?cursor=MQ=="],
)
def test_bad_queries_are_refused(gorse, path):
    assert gorse("GET", path).status == 400


def test_paths_methods_and_content_types_that_are_not_there(gorse):
    assert gorse("GET", "/api/nothing").text == "404: Page Not Found"
    answer = gorse("DELETE", "/api/users")
    assert (answer.status, answer.headers["Allow"]) == (405, "POST, GET")
    assert gorse("POST", "/api/user", b"{}", CONTENT_TYPE="text/plain").status == 415
    assert gorse("GET", "/api/users/").status == 200


def test_keys_are_asked_for_and_scopes_held(gorse, client_with):
    assert gorse("GET", "/api/users", HTTP_X_API_KEY="wrong").text == "unauthorized"
    assert gorse("GET", "/api/health/live", HTTP_X_API_KEY="").json()["Ready"] is True
    reader = client_with("read")
    assert reader("GET", "/api/users").status == 200
    assert reader("POST", "/api/user", {"UserId": "u"}).status == 401
    assert gorse("GET", "/api/dashboard/stats").status == 401


def test_browsers_are_told_what_they_may_send(gorse):
    answer = gorse("OPTIONS", "/api/user", HTTP_ORIGIN="http://shop.example")
    assert answer.headers["Access-Control-Allow-Origin"] == "http://shop.example"


def test_dump_goes_out_and_comes_in_again(gorse, client_with):
    admin = client_with("admin")
    gorse("POST", "/api/feedback", feedback())
    raw = admin("GET", "/api/dump").body
    gorse("DELETE", "/api/user/u")
    gorse("DELETE", "/api/item/i")
    restored = admin("POST", "/api/restore", raw, CONTENT_TYPE="application/octet-stream").json()
    assert (restored["Users"], restored["Items"], restored["Feedback"]) == (1, 1, 1)
    assert gorse("GET", "/api/feedback/rating/u/i").json()["Value"] == 3
    lines = admin("GET", "/api/bulk/feedback")
    assert lines.headers["Content-Type"] == "application/jsonl"
    assert lines.body.count(b"\n") == 1
