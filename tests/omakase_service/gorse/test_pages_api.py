"""Pages, searches, batches and health at Gorse's paths."""

import pytest

from omakase_service.gorse.api.items import search
from omakase_service.gorse.contracts import GorseItem, MoveSettings
from omakase_service.gorse.models import Move
from omakase_service.gorse.services import store_items

NOON = "2024-05-01T12:00:00Z"


def row(kind, user, item, **more):
    said = {"FeedbackType": kind, "UserId": user, "ItemId": item, "Timestamp": NOON}
    return said | more


def pages(gorse, path, name, n):
    """Every page of a list, one after another."""
    cursor, found = "", []
    while True:
        answer = gorse("GET", f"{path}?n={n}&cursor={cursor.replace('+', '%2B')}").json()
        found.append(answer[name])
        cursor = answer["Cursor"]
        if not cursor:
            return found


NAMES = ["a", "b", "c/d".replace("/", ":"), "가", "나", "🍣", "z z"]


@pytest.mark.parametrize("n", [1, 2, 3, 7, 8])
def test_users_and_items_by_pages_of_any_length_are_all_there(gorse, n):
    gorse("POST", "/api/users", [{"UserId": name} for name in NAMES])
    gorse("POST", "/api/items", [{"ItemId": name} for name in NAMES])
    expected = sorted(NAMES, key=lambda name: name.encode())
    for path, name, key in (("/api/users", "Users", "UserId"), ("/api/items", "Items", "ItemId")):
        found = pages(gorse, path, name, n)
        assert [each[key] for page in found for each in page] == expected
        assert [len(page) for page in found[:-1]] == [n] * (len(found) - 1)
        assert 0 < len(found[-1]) <= n


@pytest.mark.parametrize("n", [1, 2, 5, 9])
def test_feedback_by_pages_of_any_length_is_all_there(gorse, n):
    keys = [(kind, user, item) for kind in ("view", "star") for user in "ab" for item in "xy"]
    gorse("POST", "/api/feedback", [row(*key) for key in keys])
    found = pages(gorse, "/api/feedback", "Feedback", n)
    names = ("FeedbackType", "UserId", "ItemId")
    assert [tuple(each[name] for name in names) for page in found for each in page] == sorted(keys)
    starred = pages(gorse, "/api/feedback/star", "Feedback", n)
    assert [each["FeedbackType"] for page in starred for each in page] == ["star"] * 4


@pytest.mark.parametrize(
    ("path", "name"),
    [("/api/users", "Users"), ("/api/items", "Items"), ("/api/feedback", "Feedback")],
)
def test_page_of_nothing_is_the_last(gorse, path, name):
    assert gorse("GET", path).json() == {"Cursor": "", name: []}
    gorse("POST", "/api/feedback", [row("star", "u", "i")])
    assert gorse("GET", f"{path}?n=0").json() == {"Cursor": "", name: []}
    assert gorse("GET", f"{path}/none").status == 200 if name == "Feedback" else True


def test_page_without_a_length_has_that_of_the_settings(gorse):
    gorse("POST", "/api/users", [{"UserId": f"u{n:02}"} for n in range(12)])
    assert len(gorse("GET", "/api/users").json()["Users"]) == 10
    Move.objects.create(pk=1, config={"default_n": 3})
    assert len(gorse("GET", "/api/users").json()["Users"]) == 3


def test_page_begins_at_its_cursor_though_that_row_is_gone(gorse):
    gorse("POST", "/api/items", [{"ItemId": name} for name in "abcd"])
    cursor = gorse("GET", "/api/items?n=2").json()["Cursor"]
    gorse("DELETE", "/api/item/c")
    page = gorse("GET", f"/api/items?n=2&cursor={cursor}").json()
    assert [item["ItemId"] for item in page["Items"]] == ["d"]


def titled(titles):
    store_items(items=[GorseItem(item, comment=title) for item, title in titles.items()])


TITLES = {
    "1": "Toy Story",
    "2": "The Story of O",
    "3": "Historytelling",
    "4": "toy-story 2 (1999)",
    "5": "밤의 열차",
    "6": "Été à la mer",
    "7": "",
}


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("story", ["1", "2", "4"]),
        ("STORY toy", ["1", "4"]),
        ("sto", ["1", "2", "4"]),
        ("tory", []),
        ("toy story 2", ["4"]),
        ("1999", ["4"]),
        ("열차", ["5"]),
        ("밤", ["5"]),
        ("열차 밤의", ["5"]),
        ("mer", ["6"]),
        ("  story,  of!", ["2"]),
        ("toy none", []),
        ("", []),
        (" - !", []),
    ],
)
def test_search_finds_every_word_whole_or_as_a_beginning(gorse, question, expected):
    titled(TITLES)
    assert sorted(item.item_id for item in search(question, 10)) == expected


def test_search_gives_at_most_so_many(gorse):
    titled(TITLES)
    assert len(search("story", 2)) == 2
    assert search("story", 0) == []


def test_search_over_http_has_no_cursor(gorse):
    titled(TITLES)
    answer = gorse("GET", "/api/items?q=toy&n=1").json()
    assert answer["Cursor"] == ""
    assert len(answer["Items"]) == 1
    assert gorse("GET", "/api/items?q=").json() == {"Cursor": "", "Items": []}


def test_search_that_the_settings_turn_off_is_refused(gorse):
    assert MoveSettings().searchable
    Move.objects.create(pk=1, config={"searchable": False})
    answer = gorse("GET", "/api/items?q=toy")
    assert answer.status == 400
    assert answer.text == "search is off: recommend.search.columns of config.toml is empty"
    assert gorse("GET", "/api/items").status == 200


@pytest.mark.parametrize(
    ("path", "name", "key"), [("/api/users", "users", "UserId"), ("/api/items", "items", "ItemId")]
)
def test_batch_with_ids_that_nobody_could_ask_for_names_the_first_ten(gorse, path, name, key):
    rows = [{key: f"a/{n}"} for n in range(12)]
    answer = gorse("POST", path, [*rows, {key: "ok"}])
    assert answer.status == 400
    told = [f"row {n}: {key} 'a/{n}' holds a slash; nobody could ask for it" for n in range(10)]
    assert answer.text == f"{'; '.join(told)}; the other 1 rows are stored"


def test_batch_of_bad_ids_alone_stores_nothing(gorse):
    answer = gorse("POST", "/api/users", [{"UserId": ""}])
    assert answer.text == (
        "row 0: UserId is empty; nobody could ask for it; the other 0 rows are stored"
    )


def test_batch_with_a_field_of_another_kind_stores_nothing(gorse):
    answer = gorse("POST", "/api/users", [{"UserId": "a"}, {"UserId": "b", "Comment": 7}])
    assert (answer.status, answer.text) == (400, "User.Comment is a text, not a number")
    assert gorse("GET", "/api/user/a").status == 404


@pytest.mark.parametrize("path", ["/api/users", "/api/items", "/api/feedback"])
@pytest.mark.parametrize("body", [b"[]", b"null"])
def test_batch_of_nothing_affects_no_rows(gorse, path, body):
    assert gorse("POST", path, body).json() == {"RowAffected": 0}


def test_batch_answers_how_many_rows_were_sent(gorse):
    rows = [row("star", "u", "i"), row("star", "u", "i"), row("star", "u", "j")]
    assert gorse("POST", "/api/feedback", rows).json() == {"RowAffected": 3}
    assert gorse("DELETE", "/api/feedback/u/i").json() == {"RowAffected": 1}
    assert gorse("DELETE", "/api/feedback/u/i").json() == {"RowAffected": 0}


def test_feedback_of_one_person_item_and_type(gorse):
    rows = [row("star", "u", "j"), row("view", "u", "i"), row("star", "u", "i", Value=2.5)]
    gorse("POST", "/api/feedback", rows)
    found = gorse("GET", "/api/user/u/feedback").json()
    assert [(f["FeedbackType"], f["ItemId"]) for f in found] == [
        ("star", "j"),
        ("view", "i"),
        ("star", "i"),
    ]
    found = gorse("GET", "/api/user/u/feedback/star").json()
    assert [(f["ItemId"], f["Value"]) for f in found] == [("i", 2.5), ("j", 0)]
    assert len(gorse("GET", "/api/item/i/feedback").json()) == 2
    assert len(gorse("GET", "/api/item/i/feedback/view").json()) == 1
    assert len(gorse("GET", "/api/feedback/u/i").json()) == 2
    assert gorse("GET", "/api/feedback/star/u/i").json()["Value"] == 2.5
    assert gorse("GET", "/api/feedback/none/u/i").json() == {}
    assert gorse("GET", "/api/user/none/feedback").json() == []


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("PATCH", "/api/user/none"),
        ("PATCH", "/api/item/none"),
        ("DELETE", "/api/user/none"),
        ("DELETE", "/api/item/none"),
    ],
)
def test_write_about_somebody_unknown_is_no_error(gorse, method, path):
    body = {"Comment": "x"} if method == "PATCH" else None
    assert gorse(method, path, body).json() == {"RowAffected": 1}
    answer = gorse("GET", path)
    assert answer.status == 404
    assert answer.text.startswith("none: ")


def test_category_put_again_leaves_the_first_the_first(gorse):
    gorse("POST", "/api/item", {"ItemId": "i", "Categories": ["film", "war"]})
    gorse("PUT", "/api/item/i/category/film", {})
    assert gorse("GET", "/api/item/i").json()["Categories"] == ["film", "war"]
    gorse("PUT", "/api/item/i/category/%EC%A0%84%EC%9F%81", {})
    assert gorse("GET", "/api/item/i").json()["Categories"] == ["film", "war", "전쟁"]


@pytest.mark.parametrize("path", ["/api/health/live", "/api/health/ready"])
def test_health_is_open_and_says_how_the_stores_are(gorse, path):
    answer = gorse("GET", path, HTTP_X_API_KEY="")
    assert answer.status == 200
    assert answer.json() == {
        "Ready": True,
        "DataStoreError": None,
        "CacheStoreError": None,
        "DataStoreConnected": True,
        "CacheStoreConnected": True,
    }


def test_figures_are_for_admin_unless_the_settings_open_them(gorse, client_with, settings_with):
    assert gorse("GET", "/metrics").status == 401
    assert gorse("GET", "/metrics", HTTP_X_API_KEY="").text == "unauthorized"
    answer = client_with("admin")("GET", "/metrics")
    assert answer.status == 200
    assert answer.headers["Content-Type"].startswith("text/plain")
    assert "omakase_" in answer.text
    settings_with(web={"open_metrics": True})
    assert gorse("GET", "/metrics", HTTP_X_API_KEY="").status == 200


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/api/user"),
        ("POST", "/api/users"),
        ("PATCH", "/api/user/u"),
        ("DELETE", "/api/user/u"),
        ("POST", "/api/item"),
        ("POST", "/api/items"),
        ("PATCH", "/api/item/i"),
        ("DELETE", "/api/item/i"),
        ("PUT", "/api/item/i/category/a"),
        ("DELETE", "/api/item/i/category/a"),
        ("POST", "/api/feedback"),
        ("PUT", "/api/feedback"),
        ("DELETE", "/api/feedback/u/i"),
        ("DELETE", "/api/feedback/star/u/i"),
    ],
)
def test_write_needs_a_key_that_may_write(client_with, settings_with, method, path):
    settings_with()
    for scopes in (["read"], ["admin"], ["read", "admin"]):
        answer = client_with(*scopes)(method, path, {})
        assert (answer.status, answer.text) == (
            401,
            "unauthorized: this key has no scope 'write'",
        )


@pytest.mark.parametrize(
    "path",
    [
        "/api/users",
        "/api/user/u",
        "/api/items",
        "/api/item/i",
        "/api/feedback",
        "/api/feedback/u/i",
        "/api/user/u/feedback",
        "/api/recommend/u",
        "/api/latest",
        "/api/non-personalized/popular",
        "/api/user-to-user/neighbors/u",
        "/api/collaborative-filtering/u",
    ],
)
def test_read_needs_a_key_that_may_read(client_with, settings_with, path):
    settings_with()
    answer = client_with("write")("GET", path)
    assert (answer.status, answer.text) == (401, "unauthorized: this key has no scope 'read'")
