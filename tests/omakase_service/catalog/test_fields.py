"""Each field of items and users: what comes back, what is refused, what a patch leaves alone."""

from datetime import datetime
from urllib.parse import quote

import pytest

from omakase_service.catalog import plain_rows, selectors
from omakase_service.catalog.contracts import ItemFields, ItemIn, UserFields, UserIn

pytestmark = pytest.mark.django_db

BARE_ITEM = {
    "item_id": "a",
    "type": "",
    "title": "",
    "description": "",
    "category": "",
    "brand": "",
    "price": None,
    "original_price": None,
    "discount_rate": None,
    "tags": [],
    "attributes": {},
    "image_url": "",
    "latitude": None,
    "longitude": None,
    "district": "",
    "opening_hours": {},
    "created": None,
    "expires": None,
    "active": True,
    "hidden": False,
    "stock": None,
    "quality_flags": [],
}
BARE_USER = {
    "user_id": "u",
    "age_range": "",
    "gender": "",
    "location": "",
    "categories": [],
    "brands": [],
    "price_min": None,
    "price_max": None,
    "excluded_categories": [],
    "diversity": None,
    "shopping_frequency": "",
    "favourite_time": "",
    "tier": "",
    "recommendations_on": True,
    "emails_on": True,
    "attributes": {},
}
NESTED = {
    "맛": {"맵기": 3, "재료": ["김치", "돼지고기"]},
    "vegan": False,
    "none": None,
    "share": 0.1,
    "empty": [{}, []],
    'quote\'s "sign"': "\\ / 😀",
}
ITEM_VALUES = [
    ("type", "restaurant"),
    ("type", "식당"),
    ("title", "김치찌개 — 2인분 🍲"),
    ("title", "x" * 500),
    ("description", "첫 줄\n둘째 줄\ttab"),
    ("description", "가" * 20_000),
    ("category", "음식 > 한식 > 찌개"),
    ("brand", "L'Oréal"),
    ("price", 0),
    ("price", 12_345.67),
    ("price", 1e15),
    ("original_price", 99.9),
    ("tags", ["맵다", "새로움", "a,b", ""]),
    ("tags", ["x"] * 1000),
    ("attributes", NESTED),
    ("image_url", "https://example.org/%EA%B9%80?a=1&b=2#c"),
    ("latitude", -90),
    ("latitude", 37.566535),
    ("longitude", 180),
    ("longitude", -126.977969),
    ("district", "마포구"),
    ("opening_hours", {"월": ["09:00", "18:00"], "일": None}),
    ("created", "2026-01-31T12:00:00Z"),
    ("expires", "2026-01-31T12:00:00Z"),
    ("active", False),
    ("hidden", True),
    ("stock", 0),
    ("stock", 2**31 - 1),
    ("quality_flags", ["good_price", "좋은 사진"]),
]
USER_VALUES = [
    ("age_range", "25-34"),
    ("gender", "여"),
    ("location", "서울특별시 마포구"),
    ("categories", ["음식 > 한식", "Books"]),
    ("brands", ["삼성", "LG"]),
    ("price_min", 0),
    ("price_min", 9_900.5),
    ("price_max", 30_000),
    ("excluded_categories", ["공포"]),
    ("diversity", 0),
    ("diversity", 1),
    ("diversity", 0.25),
    ("shopping_frequency", "weekly"),
    ("favourite_time", "저녁"),
    ("tier", "gold"),
    ("recommendations_on", False),
    ("emails_on", False),
    ("attributes", NESTED),
]
WRONG_ITEM_VALUES = [
    ("type", "x" * 256),
    ("type", None),
    ("title", "x" * 501),
    ("title", 7),
    ("description", "x" * 100_001),
    ("description", "nul \x00"),
    ("category", "x" * 256),
    ("brand", ["a"]),
    ("price", -0.01),
    ("price", 1e16),
    ("price", "cheap"),
    ("original_price", -1),
    ("tags", "one"),
    ("tags", [1]),
    ("tags", ["x"] * 1001),
    ("tags", ["x" * 256]),
    ("tags", None),
    ("attributes", []),
    ("attributes", "text"),
    ("attributes", None),
    ("image_url", "x" * 2001),
    ("latitude", 90.1),
    ("latitude", -91),
    ("longitude", 180.1),
    ("longitude", "east"),
    ("district", "x" * 256),
    ("opening_hours", ["09:00"]),
    ("created", "soon"),
    ("active", None),
    ("active", "perhaps"),
    ("hidden", 2),
    ("stock", -1),
    ("stock", 2**31),
    ("stock", 1.5),
    ("quality_flags", {"good": True}),
    ("discount_rate", 0.1),
    ("revision", 1),
    ("id", 1),
]
WRONG_USER_VALUES = [
    ("age_range", 25),
    ("gender", "x" * 256),
    ("location", None),
    ("categories", "Books"),
    ("categories", ["x" * 256]),
    ("brands", [None]),
    ("price_min", -1),
    ("price_max", 1e16),
    ("excluded_categories", {}),
    ("diversity", -0.1),
    ("diversity", 1.1),
    ("shopping_frequency", 3),
    ("favourite_time", "x" * 256),
    ("tier", "nul \x00"),
    ("recommendations_on", None),
    ("emails_on", "perhaps"),
    ("attributes", [1]),
    ("password", "x"),
]


@pytest.fixture
def patch(api):
    """PATCH JSON as a client that may do everything."""
    return lambda path, body: api.patch(path, body, content_type="application/json")


def assert_refused(response, field: str) -> None:
    body = response.json()
    assert (response.status_code, body["code"]) == (422, "invalid")
    assert response.headers["content-type"] == "application/problem+json"
    assert response.headers["x-request-id"] == body["request_id"]
    assert response.headers["x-response-time"].endswith("ms")
    assert any(field in error["place"].split(".") for error in body["errors"])


def test_the_tables_here_name_every_field():
    assert {name for name, _ in ITEM_VALUES} == set(ItemFields.model_fields)
    assert {name for name, _ in USER_VALUES} == set(UserFields.model_fields)
    assert set(BARE_ITEM) == set(ItemIn.model_fields) | {"discount_rate"}
    assert set(BARE_USER) == set(UserIn.model_fields)


def test_a_bare_item_has_every_default(post):
    assert post("/api/items", {"item_id": "a"}).json() == BARE_ITEM


def test_a_bare_user_has_every_default(post):
    assert post("/api/users", {"user_id": "u"}).json() == BARE_USER


@pytest.mark.parametrize(("field", "value"), ITEM_VALUES)
def test_a_field_of_an_item_comes_back_as_sent(api, post, field, value):
    sent = post("/api/items", {"item_id": "a", field: value})
    assert sent.status_code == 201
    assert api.get("/api/items/a").json() == sent.json() == BARE_ITEM | {field: value}


@pytest.mark.parametrize(("field", "value"), USER_VALUES)
def test_a_field_of_a_user_comes_back_as_sent(api, post, field, value):
    sent = post("/api/users", {"user_id": "u", field: value})
    assert sent.status_code == 201
    assert api.get("/api/users/u").json() == sent.json() == BARE_USER | {field: value}


@pytest.mark.parametrize(("field", "value"), ITEM_VALUES)
def test_a_patch_of_an_item_changes_one_field(post, patch, field, value):
    before = {"item_id": "a", "title": "국밥", "stock": 7, "tags": ["t"], "attributes": {"k": 1}}
    kept = post("/api/items", before).json()
    assert patch("/api/items/a", {field: value}).json() == kept | {field: value}


@pytest.mark.parametrize(("field", "value"), USER_VALUES)
def test_a_patch_of_a_user_changes_one_field(post, patch, field, value):
    before = {"user_id": "u", "location": "부산", "brands": ["b"], "attributes": {"k": 1}}
    kept = post("/api/users", before).json()
    assert patch("/api/users/u", {field: value}).json() == kept | {field: value}


@pytest.mark.parametrize(("field", "value"), WRONG_ITEM_VALUES)
def test_an_item_with_a_wrong_field_is_not_stored(api, post, patch, field, value):
    assert_refused(post("/api/items", {"item_id": "a", field: value}), field)
    assert_refused(post("/api/items/bulk", {"items": [{"item_id": "a", field: value}]}), field)
    assert api.get("/api/items/a").status_code == 404
    kept = post("/api/items", {"item_id": "a", "title": "국밥"}).json()
    assert_refused(patch("/api/items/a", {field: value}), field)
    assert api.get("/api/items/a").json() == kept


@pytest.mark.parametrize(("field", "value"), WRONG_USER_VALUES)
def test_a_user_with_a_wrong_field_is_not_stored(api, post, patch, field, value):
    assert_refused(post("/api/users", {"user_id": "u", field: value}), field)
    assert_refused(post("/api/users/bulk", {"users": [{"user_id": "u", field: value}]}), field)
    assert api.get("/api/users/u").status_code == 404
    kept = post("/api/users", {"user_id": "u", "tier": "gold"}).json()
    assert_refused(patch("/api/users/u", {field: value}), field)
    assert api.get("/api/users/u").json() == kept


@pytest.mark.parametrize("path", ["/api/items/a", "/api/users/a"])
def test_an_empty_patch_changes_nothing(api, post, patch, path):
    post("/api/items", {"item_id": "a", "title": "국밥"})
    post("/api/users", {"user_id": "a", "tier": "gold"})
    before = api.get(path).json()
    answer = patch(path, {})
    assert (answer.status_code, answer.json()) == (200, before)


@pytest.mark.parametrize("path", ["/api/items/a", "/api/users/a"])
def test_an_id_cannot_be_patched(post, patch, path):
    post("/api/items", {"item_id": "a"})
    post("/api/users", {"user_id": "a"})
    field = "item_id" if "items" in path else "user_id"
    assert_refused(patch(path, {field: "b"}), field)


@pytest.mark.parametrize(
    "sent",
    [
        "한글 id",
        "a/b/c",
        "50%",
        "q?x=1",
        "a#b",
        "similar",
        "bulk ",
        "+82 10",
        "😀",
        ".",
        "a;b",
        "x" * 255,
    ],
)
def test_an_id_of_any_text_is_found_again(api, post, sent):
    for room, key in (("items", "item_id"), ("users", "user_id")):
        stored = post(f"/api/{room}", {key: sent}).json()[key]
        assert stored == sent.strip()
        if stored not in (".", "bulk"):
            assert api.get(f"/api/{room}/{quote(stored, safe='')}").json()[key] == stored


@pytest.mark.parametrize(
    ("price", "original", "rate"),
    [
        (75, 100, 0.25),
        (100, 100, 0.0),
        (120, 100, 0.0),
        (0, 100, 1.0),
        (2, 3, 0.3333),
        (5, 0, None),
        (5, None, None),
        (None, 5, None),
    ],
)
def test_the_discount_follows_from_the_prices(post, price, original, rate):
    body = {"item_id": "a", "price": price, "original_price": original}
    assert post("/api/items", body).json()["discount_rate"] == rate


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("2026-01-31T21:00:00+09:00", "2026-01-31T12:00:00Z"),
        ("2026-01-31T12:00:00.25Z", "2026-01-31T12:00:00.250000Z"),
        ("1999-12-31T23:59:59-05:00", "2000-01-01T04:59:59Z"),
    ],
)
def test_a_time_of_any_zone_is_the_same_moment(post, sent, kept):
    shown = post("/api/items", {"item_id": "a", "created": sent}).json()["created"]
    assert datetime.fromisoformat(shown) == datetime.fromisoformat(kept)


@pytest.mark.parametrize("position", [0, 1, 2])
def test_one_wrong_row_of_many_is_told_by_its_place_and_nothing_is_stored(api, post, position):
    rows = [{"item_id": str(n)} for n in range(3)]
    rows[position]["price"] = -1
    answer = post("/api/items/bulk", {"items": rows})
    assert answer.status_code == 422
    assert f".{position}." in answer.json()["errors"][0]["place"]
    assert api.get("/api/items").json()["items"] == []


def test_every_wrong_row_is_told(post):
    rows = [{"user_id": ""}, {"user_id": "b"}, {"user_id": "c", "diversity": 3}, {}]
    places = [e["place"] for e in post("/api/users/bulk", {"users": rows}).json()["errors"]]
    assert [[n for n in range(4) if f".{n}." in place] for place in places] == [[0], [2], [3]]


def test_prices_that_cross_in_one_row_undo_the_whole_request(api, post):
    rows = [{"user_id": "a"}, {"user_id": "b", "price_min": 2, "price_max": 1}]
    assert post("/api/users/bulk", {"users": rows}).status_code == 422
    assert api.get("/api/users").json()["users"] == []


@pytest.mark.parametrize(("count", "status"), [(0, 422), (1, 200), (1000, 200), (1001, 422)])
@pytest.mark.parametrize(("room", "key"), [("items", "item_id"), ("users", "user_id")])
def test_how_many_rows_one_request_may_hold(post, room, key, count, status):
    rows = [{key: str(n)} for n in range(count)]
    assert post(f"/api/{room}/bulk", {room: rows}).status_code == status


def test_reading_costs_what_it_says(django_assert_num_queries, post):
    post("/api/items", {"item_id": "a", "category": "음식 > 한식"})
    post("/api/users", {"user_id": "u"})
    for read in (
        lambda: selectors.item_by_id(item_id="a").category.path,
        lambda: [row.category.path for row in selectors.items_after(after="", limit=9)],
        lambda: selectors.user_by_id(user_id="u"),
        lambda: selectors.users_after(after="", limit=9),
        lambda: [row.parent and row.parent.path for row in selectors.categories()],
        lambda: selectors.known_items(item_ids=["a", "b"]),
        lambda: selectors.known_users(user_ids=["u", "v"]),
        plain_rows.item_rows,
        plain_rows.user_rows,
        selectors.revision,
    ):
        with django_assert_num_queries(1):
            assert read()
    with django_assert_num_queries(2):
        assert selectors.counts() == {"items": 1, "users": 1}
