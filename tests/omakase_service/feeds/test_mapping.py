"""A row of a feed as an item: whose names count, what is a list, a price, a stock, an id."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from omakase_service.feeds.mapping import GONE, id_of, item_of


def fields(**row: object) -> dict:
    """What the item of a row says, but its id."""
    said = item_of({"id": "7", **row}).model_dump(exclude_unset=True)
    assert said.pop("item_id") == "7"
    return said


@pytest.mark.parametrize(
    ("name", "ours"),
    [
        ("image_link", "image_url"),
        ("g:image_link", "image_url"),
        (" g:image_link ", "image_url"),
        ("g: image_link", "image_url"),
        ("image_url", "image_url"),
        ("product_type", "category"),
        ("google_product_category", "category"),
        ("g:brand", "brand"),
        (" title", "title"),
    ],
)
def test_name_of_a_column_is_read_as_ours(name, ours):
    assert fields(**{name: "x"}) == {ours: "x"}


@pytest.mark.parametrize(
    ("row", "category"),
    [
        ({"product_type": "own", "google_product_category": "theirs"}, "own"),
        ({"google_product_category": "theirs", "product_type": "own"}, "own"),
        ({"category": "ours", "product_type": "own"}, "ours"),
        ({"product_type": "own", "category": "ours"}, "ours"),
        ({"product_type": "", "google_product_category": "theirs"}, "theirs"),
        ({"product_type": [], "google_product_category": "theirs"}, "theirs"),
        ({"product_type": ["first", "second"]}, "first"),
    ],
)
def test_category_is_the_nearest_to_the_owner_s_own(row, category):
    assert fields(**row) == {"category": category}


def test_id_of_ours_goes_before_theirs():
    assert item_of({"id": "theirs", "item_id": "ours"}).item_id == "ours"
    assert item_of({"g:id": "theirs", "item_id": ""}).item_id == "theirs"


@pytest.mark.parametrize("nothing", [None, "", []])
@pytest.mark.parametrize("name", ["title", "tags", "price", "sale_price", "image_link", "colour"])
def test_value_that_is_none_says_nothing(name, nothing):
    assert fields(**{name: nothing}) == {}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a", ["a"]),
        ("a,b", ["a", "b"]),
        (" a , b ,", ["a", "b"]),
        ("매운맛, 국물", ["매운맛", "국물"]),
        (["a", "b"], ["a", "b"]),
        (" , ", []),
    ],
)
@pytest.mark.parametrize("name", ["tags", "quality_flags"])
def test_list_may_be_written_in_one_text(name, text, words):
    assert fields(**{name: text}) == {name: words}


@pytest.mark.parametrize("name", ["title", "description", "brand", "image_link"])
def test_text_that_comes_several_times_is_the_first(name):
    ours = "image_url" if name == "image_link" else name
    assert fields(**{name: ["one", "two"]}) == {ours: "one"}


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ({"price": "9.50 USD"}, {"price": 9.5, "attributes": {"currency": "USD"}}),
        ({"price": "USD 9.50"}, {"price": 9.5, "attributes": {"currency": "USD"}}),
        ({"price": "9.50"}, {"price": 9.5}),
        ({"price": 9.5}, {"price": 9.5}),
        ({"price": 0}, {"price": 0}),
        ({"price": "0.00 EUR"}, {"price": 0.0, "attributes": {"currency": "EUR"}}),
        ({"price": "12,000원"}, {"price": 12_000.0}),
        (
            {"price": "9.50 USD", "currency": "EUR"},
            {"price": 9.5, "attributes": {"currency": "EUR"}},
        ),
        ({"price": "10", "sale_price": "8"}, {"price": 8.0, "original_price": 10.0}),
        ({"price": 10, "sale_price": 8}, {"price": 8.0, "original_price": 10.0}),
        ({"sale_price": "8"}, {"price": 8.0, "original_price": None}),
        ({"price": "10", "original_price": "12"}, {"price": 10.0, "original_price": 12.0}),
        (
            {"price": "10", "original_price": "12", "sale_price": "8"},
            {"price": 8.0, "original_price": 10.0},
        ),
    ],
)
def test_price_is_a_number_and_a_sale_is_what_it_costs_now(row, said):
    assert fields(**row) == said


@pytest.mark.parametrize("text", ["cheap", "USD", "-", "1.2.3.4", "12 apples", "-5", "1e9999"])
def test_price_that_cannot_be_read_refuses_its_row_at_its_place(text):
    with pytest.raises(ValidationError) as caught:
        item_of({"id": "7", "price": text})
    assert caught.value.errors()[0]["loc"] == ("price",)


@pytest.mark.parametrize("word", [*GONE, "Out_Of_Stock", " OUT OF STOCK "])
def test_availability_of_what_is_gone_is_no_piece(word):
    assert fields(availability=word) == {"stock": 0}


@pytest.mark.parametrize("word", ["in_stock", "in stock", "preorder", "backorder", "있음", True])
def test_availability_of_what_is_there_is_not_counted(word):
    assert fields(availability=word) == {"stock": None}


@pytest.mark.parametrize("word", ["out_of_stock", "in_stock"])
def test_stock_that_is_counted_goes_before_a_word(word):
    assert fields(availability=word, stock=3) == {"stock": 3}


def test_what_has_no_field_of_ours_is_a_free_attribute():
    assert fields(gtin="0123", size=["S", "M"]) == {
        "attributes": {"gtin": "0123", "size": ["S", "M"]}
    }


def test_free_attributes_of_a_row_stay_beside_its_other_columns():
    said = fields(attributes={"a": 1, "gtin": "old"}, gtin="new")
    assert said == {"attributes": {"a": 1, "gtin": "new"}}


def test_row_itself_is_left_as_it_is():
    row = {"g:id": "7", "price": "9.50 USD", "tags": "a,b", "availability": "in_stock"}
    before = dict(row)
    item_of(row)
    assert row == before


@pytest.mark.parametrize(
    ("row", "item_id"),
    [
        ({"id": "7", "price": "cheap"}, "7"),
        ({"g:id": "7"}, "7"),
        ({" g:id ": "7"}, "7"),
        ({"item_id": "7", "id": "8"}, "7"),
        ({"item_id": "", "id": "8"}, "8"),
        ({"id": 7}, "7"),
        ({"id": 0}, "0"),
        ({"title": "none"}, ""),
        ({"id": None}, ""),
        ({"id": []}, ""),
        ({"id": "x" * 300}, "x" * 255),
        ({}, ""),
    ],
)
def test_id_of_a_row_is_told_whatever_else_is_wrong(row, item_id):
    assert id_of(row) == item_id


VALUES = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8)
NAMES = st.sampled_from(
    ["id", "g:id", "item_id", "title", "price", "sale_price", "tags", "availability", "stock",
     "attributes", "brand", "image_link", "active", "expires", "other", ""]
)  # fmt: skip


@given(st.dictionaries(NAMES, VALUES | st.lists(VALUES, max_size=2), max_size=8))
def test_any_row_is_an_item_or_is_refused_and_its_id_can_be_told(row):
    assert isinstance(id_of(row), str)
    try:
        item = item_of(row)
    except ValidationError:
        return
    assert item.item_id == id_of(row)
