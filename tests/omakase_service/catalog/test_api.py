import pytest

pytestmark = pytest.mark.django_db

BOOK = {
    "item_id": "b/1",
    "type": "book",
    "title": "채식주의자",
    "description": "A novel",
    "category": "Books > Fiction",
    "brand": "Changbi",
    "price": 9000,
    "original_price": 12000,
    "tags": ["korean", "novel"],
    "attributes": {"pages": 247},
    "image_url": "https://example.org/1.jpg",
    "latitude": 37.5,
    "longitude": 127.0,
    "district": "Mapo",
    "opening_hours": {"mon": "09:00-18:00"},
    "created": "2026-01-31T12:00:00Z",
    "expires": None,
    "active": True,
    "hidden": False,
    "stock": 3,
    "quality_flags": ["good_price"],
}


def test_an_item_comes_back_as_it_was_stored(api, post):
    assert post("/api/items", BOOK).status_code == 201
    got = api.get("/api/items/b/1").json()
    assert got == BOOK | {"discount_rate": 0.25}


def test_storing_again_updates_what_is_named_and_keeps_the_rest(post):
    post("/api/items", BOOK)
    again = post("/api/items", {"item_id": "b/1", "price": 8000})
    assert again.status_code == 200
    assert again.json()["price"] == 8000
    assert again.json()["title"] == "채식주의자"


def test_numbers_are_ids_too(api, post):
    assert post("/api/items", {"item_id": 7}).json()["item_id"] == "7"
    assert api.get("/api/items/7").status_code == 200


def test_patch_changes_the_named_fields_only(api, post):
    post("/api/items", BOOK)
    sent = {"stock": 0, "category": "Books"}
    patched = api.patch("/api/items/b/1", sent, content_type="application/json").json()
    assert patched == BOOK | {"stock": 0, "category": "Books", "discount_rate": 0.25}
    assert api.patch("/api/items/x", sent, content_type="application/json").status_code == 404


def test_an_item_can_lose_a_value(api, post):
    post("/api/items", BOOK)
    sent = {"price": None, "category": ""}
    patched = api.patch("/api/items/b/1", sent, content_type="application/json").json()
    assert (patched["price"], patched["category"], patched["discount_rate"]) == (None, "", None)


def test_delete(api, post):
    post("/api/items", BOOK)
    assert api.delete("/api/items/b/1").status_code == 204
    assert api.delete("/api/items/b/1").status_code == 404
    assert api.get("/api/items/b/1").status_code == 404


@pytest.mark.parametrize(
    "wrong",
    [
        {"item_id": ""},
        {"item_id": " \t"},
        {"item_id": "a\x00b"},
        {"item_id": "x" * 256},
        {"item_id": None},
        {"item_id": True},
        {"item_id": "a", "price": -1},
        {"item_id": "a", "stock": 2**40},
        {"item_id": "a", "latitude": 91},
        {"item_id": "a", "title": "nul \x00"},
        {"item_id": "a", "tags": "not a list"},
        {"item_id": "a", "created": "yesterday"},
        {"item_id": "a", "unknown": 1},
        {"item_id": "a", "attributes": {"x": ["nul \x00"]}},
        {"item_id": "a", "attributes": {"x": "long" * 30_000}},
        [],
    ],
)
def test_what_makes_no_sense_is_refused(post, wrong):
    assert post("/api/items", wrong).status_code == 422


def test_bulk_stores_all_or_none(api, post):
    rows = [{"item_id": str(n), "title": f"t{n}"} for n in range(300)]
    assert post("/api/items/bulk", {"items": rows}).json() == {"created": 300, "updated": 0}
    rows = [*rows[:2], {"item_id": "new", "brand": "b"}]
    assert post("/api/items/bulk", {"items": rows}).json() == {"created": 1, "updated": 2}
    assert post("/api/items/bulk", {"items": [{"item_id": "z"}, {}]}).status_code == 422
    assert api.get("/api/items/z").status_code == 404
    assert post("/api/items/bulk", {"items": []}).status_code == 422


def test_bulk_with_an_id_twice_takes_the_later_value(api, post):
    rows = [{"item_id": "a", "title": "old", "brand": "b"}, {"item_id": "a", "title": "new"}]
    assert post("/api/items/bulk", {"items": rows}).json() == {"created": 1, "updated": 0}
    got = api.get("/api/items/a").json()
    assert (got["title"], got["brand"]) == ("new", "b")


def test_pages_hold_every_item_once(api, post):
    post("/api/items/bulk", {"items": [{"item_id": f"i{n:02}"} for n in range(25)]})
    seen, after = [], ""
    while after is not None:
        page = api.get("/api/items", {"after": after, "limit": 10}).json()
        seen += [item["item_id"] for item in page["items"]]
        after = page["next"]
    assert seen == [f"i{n:02}" for n in range(25)]


@pytest.mark.parametrize("limit", [0, 1001, "x"])
def test_a_page_has_a_limit(api, limit):
    assert api.get("/api/items", {"limit": limit}).status_code == 422


def test_the_tree_of_categories(api, post):
    post("/api/items", BOOK)
    post("/api/items", {"item_id": "2", "category": " Books>Poetry "})
    assert api.get("/api/categories").json() == [
        {"path": "Books", "name": "Books", "parent": None, "level": 0},
        {"path": "Books > Fiction", "name": "Fiction", "parent": "Books", "level": 1},
        {"path": "Books > Poetry", "name": "Poetry", "parent": "Books", "level": 1},
    ]


PERSON = {
    "user_id": "u1",
    "age_range": "25-34",
    "gender": "f",
    "location": "Seoul",
    "categories": ["Books"],
    "brands": ["Changbi"],
    "price_min": 1000,
    "price_max": 30000,
    "excluded_categories": ["Horror"],
    "diversity": 0.3,
    "shopping_frequency": "weekly",
    "favourite_time": "evening",
    "tier": "gold",
    "recommendations_on": True,
    "emails_on": False,
    "attributes": {"x": [1, 2]},
}


def test_a_user_comes_back_as_stored(api, post):
    assert post("/api/users", PERSON).status_code == 201
    assert api.get("/api/users/u1").json() == PERSON
    assert post("/api/users", {"user_id": "u1", "tier": "free"}).json() == PERSON | {"tier": "free"}


def test_users_in_bulk_by_page_patched_and_deleted(api, post):
    sent = {"users": [{"user_id": n} for n in range(5)]}
    assert post("/api/users/bulk", sent).json() == {"created": 5, "updated": 0}
    assert post("/api/users/bulk", sent).json() == {"created": 0, "updated": 5}
    page = api.get("/api/users", {"limit": 3}).json()
    assert [u["user_id"] for u in page["users"]] == ["0", "1", "2"]
    patched = api.patch("/api/users/3", {"diversity": 1}, content_type="application/json")
    assert patched.json()["diversity"] == 1
    assert api.delete("/api/users/3").status_code == 200
    assert api.get("/api/users/3").status_code == 404
    assert api.delete("/api/users/3").status_code == 404


@pytest.mark.parametrize(
    "wrong",
    [{"user_id": "a", "diversity": 2}, {"user_id": "a", "price_min": 5, "price_max": 1}, {}],
)
def test_a_user_that_makes_no_sense(post, wrong):
    assert post("/api/users", wrong).status_code == 422


@pytest.mark.parametrize("path", ["items/%00", "users/a%00b", "items/%20", "items/a%7Fb"])
def test_an_address_that_no_id_can_have(api, path):
    assert api.get(f"/api/{path}").status_code == 422
    assert api.delete(f"/api/{path}").status_code == 422


@pytest.mark.parametrize(
    ("before", "patch", "status"),
    [
        ({"price_max": 10}, {"price_min": 20}, 422),
        ({"price_min": 20}, {"price_max": 10}, 422),
        ({"price_min": 1, "price_max": 10}, {"price_min": 10}, 200),
        ({"price_min": 1, "price_max": 10}, {"price_min": 20, "price_max": 30}, 200),
        ({"price_min": 1, "price_max": 10}, {"price_max": 0}, 422),
        ({"price_min": 1, "price_max": 10}, {"price_max": None}, 200),
        ({"price_min": 20}, {"tier": "gold"}, 200),
    ],
)
def test_a_price_range_holds_however_it_is_changed(api, post, before, patch, status):
    """One end alone must fit the end that is stored."""
    stored = post("/api/users", {"user_id": "u"} | before).json()
    got = api.patch("/api/users/u", patch, content_type="application/json")
    assert got.status_code == status, got.json()
    wanted = stored | patch if status == 200 else stored
    assert api.get("/api/users/u").json() == wanted
    assert post("/api/users", {"user_id": "u"} | patch).status_code == status


def test_a_range_that_does_not_fit_names_the_user_and_stores_nobody(api, post):
    post("/api/users", {"user_id": "known", "price_max": 10})
    rows = [{"user_id": "new"}, {"user_id": "known", "price_min": 20}]
    refused = post("/api/users/bulk", {"users": rows})
    assert refused.status_code == 422
    assert refused.json()["title"] == "user 'known': price_min 20.0 is above price_max 10.0"
    assert api.get("/api/users/new").status_code == 404


@pytest.mark.parametrize("kind", ["item", "user"])
@pytest.mark.parametrize(
    ("rows", "limit", "pages"), [(0, 3, [0]), (2, 3, [2]), (3, 3, [3, 0]), (7, 3, [3, 3, 1])]
)
def test_both_catalogs_are_read_page_by_page_to_their_end(api, post, kind, rows, limit, pages):
    if rows:
        sent = [{f"{kind}_id": f"k{n}"} for n in range(rows)]
        assert post(f"/api/{kind}s/bulk", {f"{kind}s": sent}).json()["created"] == rows
    found, after = [], ""
    while after is not None:
        page = api.get(f"/api/{kind}s", {"after": after, "limit": limit}).json()
        found.append([row[f"{kind}_id"] for row in page[f"{kind}s"]])
        after = page["next"]
    assert [len(ids) for ids in found] == pages
    assert [key for ids in found for key in ids] == [f"k{n}" for n in range(rows)]


@pytest.mark.parametrize("kind", ["item", "user"])
def test_both_catalogs_tell_new_rows_from_known_ones(post, kind):
    answers = [post(f"/api/{kind}s", {f"{kind}_id": "a"}) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [201, 200]
    assert answers[0].json() == answers[1].json()
