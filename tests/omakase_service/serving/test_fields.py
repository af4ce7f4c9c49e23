"""Fields of the catalog that an answer tells where they are asked for."""

import pytest

from omakase_service.catalog.contracts import ItemIn
from omakase_service.catalog.services import upsert_items

pytestmark = pytest.mark.django_db
KNOWN = {"year": 1994, "genres": ["Crime"]}
ASKED = {"fields": ["year", "genres", "stock", "discount_rate", "nothing"]}
TOLD = {"year": 1994, "genres": ["Crime"], "stock": 3, "discount_rate": 0.2, "nothing": None}
PATHS = ["recommendations", "popular", "trending", "items/i02/similar"]


@pytest.fixture
def items(trained):
    more = {"price": 8, "original_price": 10, "stock": 3, "attributes": KNOWN}
    upsert_items(items=[ItemIn(item_id=f"i{n:02}", **more) for n in range(12)])


@pytest.mark.parametrize("path", PATHS)
def test_fields_are_told_under_attributes_of_every_list(items, api, path):
    answer = api.get(f"/api/{path}", ASKED)
    assert answer.status_code == 200, answer.content
    assert [each["attributes"] for each in answer.json()["items"]] == [TOLD] * len(
        answer.json()["items"]
    )


@pytest.mark.parametrize("path", [*PATHS, "newest"])
def test_without_fields_a_list_is_as_it_was(items, api, path):
    answer = api.get(f"/api/{path}", {"n": 5})
    assert answer.status_code == 200, answer.content
    assert all(not each.get("attributes") for each in answer.json()["items"])


def test_fields_of_a_question_in_json_change_no_kept_list(items, post):
    question = {"user_id": "u00", "n": 3}
    first = post("/api/recommendations", question).json()
    told = post("/api/recommendations", {**question, **ASKED}).json()
    assert told["cache_hit"] is True
    assert [each["attributes"] for each in told["items"]] == [TOLD] * 3
    assert [each["item_id"] for each in told["items"]] == [e["item_id"] for e in first["items"]]


def test_fields_beyond_the_limit_are_refused(items, post):
    asked = {"user_id": "u00", "fields": [f"a{n}" for n in range(41)]}
    assert post("/api/recommendations", asked).status_code == 422
