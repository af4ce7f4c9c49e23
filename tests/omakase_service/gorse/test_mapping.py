"""Users and items in the catalog's words, and what the catalog alone can say."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from omakase_service.gorse.contracts import BadRequest, GorseItem, GorseUser
from omakase_service.gorse.mapping import (
    attributes_of,
    catalog_item,
    catalog_user,
    categories_in,
    labels_in,
    places_of,
    says_all_of_item,
    says_all_of_user,
)

NOON = datetime(2024, 5, 1, 12, tzinfo=UTC)
names = st.text("abc >가", max_size=5)


@pytest.mark.parametrize(
    ("labels", "attributes"),
    [
        (None, {}),
        ({}, {}),
        ({"a": 1}, {"a": 1}),
        ("x", {"labels": "x"}),
        (0, {"labels": 0}),
        ([], {"labels": []}),
        (["a", "b"], {"labels": ["a", "b"]}),
    ],
)
def test_attributes_of_labels_are_an_object_whatever_they_are(labels, attributes):
    assert attributes_of(labels) == attributes


def test_attributes_of_labels_are_a_copy():
    labels = {"a": 1}
    attributes_of(labels)["b"] = 2
    assert labels == {"a": 1}


def test_labels_in_no_attributes_are_none():
    assert labels_in({}) is None
    assert labels_in({"a": 1}) == {"a": 1}


@pytest.mark.parametrize(
    ("categories", "category", "tags"),
    [
        (None, "", ()),
        ((), "", ()),
        (("",), "", ()),
        (("  ", ""), "", ()),
        (("Film",), "Film", ()),
        (("Film", "war", "old"), "Film", ("war", "old")),
        (("", "Film", " ", "war"), "Film", ("war",)),
        (("Film>Comedy",), "Film > Comedy", ()),
        ((" Film  >Comedy ", "war"), "Film > Comedy", ("war",)),
        (("Film > > Comedy",), "Film > Comedy", ()),
        (("Film", "a>b"), "Film", ("a>b",)),
        (("드라마", "전쟁"), "드라마", ("전쟁",)),
        (("war", "war"), "war", ("war",)),
    ],
)
def test_places_of_categories_are_the_first_as_a_path_and_the_others(categories, category, tags):
    assert places_of(categories) == (category, tags)


@pytest.mark.parametrize(
    ("category", "tags", "categories"),
    [
        ("", [], None),
        ("Film", [], ("Film",)),
        ("Film", ["war"], ("Film", "war")),
        ("", ["war"], ("war",)),
    ],
)
def test_categories_in_the_catalog_are_its_category_and_tags(category, tags, categories):
    assert categories_in(category, tags) == categories


@given(st.lists(names, max_size=4).map(tuple))
def test_categories_the_catalog_can_say_come_back_from_it(categories):
    category, tags = places_of(categories)
    item = GorseItem("i", categories=categories)
    assert says_all_of_item(item) == (categories_in(category, list(tags)) == categories)


@pytest.mark.parametrize("name", ["gender", "location", "age_range", "tier"])
def test_user_label_that_the_catalog_has_a_field_for_fills_it(name):
    user = catalog_user(GorseUser("u", {name: "x", "other": "y"}))
    assert getattr(user, name) == "x"
    assert user.attributes == {name: "x", "other": "y"}


@pytest.mark.parametrize("value", [7, ["x"], {"in": "x"}, "x" * 256])
def test_user_label_that_is_no_word_is_an_attribute_only(value):
    user = catalog_user(GorseUser("u", {"gender": value}))
    assert user.gender == ""
    assert user.attributes == {"gender": value}


def test_user_says_nothing_else():
    user = catalog_user(GorseUser("하나", ["a"], "vip"))
    assert user.model_dump(exclude_unset=True) == {
        "user_id": "하나",
        "attributes": {"labels": ["a"]},
    }


def test_item_comment_is_its_title_and_the_first_category_its_category():
    item = GorseItem("i", True, ("Film", "war"), NOON, {"brand": "A24", "year": 1999}, "A film")
    assert catalog_item(item).model_dump(exclude_unset=True) == {
        "item_id": "i",
        "title": "A film",
        "category": "Film",
        "tags": ["war"],
        "attributes": {"brand": "A24", "year": 1999},
        "brand": "A24",
        "created": NOON,
        "hidden": True,
        "active": True,
    }


@pytest.mark.parametrize("name", ["brand", "type"])
def test_item_label_that_the_catalog_has_a_field_for_fills_it(name):
    assert getattr(catalog_item(GorseItem("i", labels={name: "x"})), name) == "x"
    assert getattr(catalog_item(GorseItem("i", labels={name: ["x"]})), name) == ""


@pytest.mark.parametrize(("length", "is_longer"), [(0, False), (500, False), (501, True)])
def test_item_comment_that_is_longer_than_a_title_goes_on_in_the_description(length, is_longer):
    comment = "글" * length
    item = catalog_item(GorseItem("i", comment=comment))
    assert item.title == "글" * min(length, 500)
    assert item.description == (comment if is_longer else "")


def test_item_with_a_longer_category_than_the_catalog_keeps_is_refused_by_its_id():
    with pytest.raises(BadRequest, match=r"^item 'i': category: .*at most 255 characters"):
        catalog_item(GorseItem("i", categories=("c" * 256,)))
    with pytest.raises(BadRequest, match=r"^item 'i': tags.*at most 255 characters"):
        catalog_item(GorseItem("i", categories=("c", "t" * 256)))


def test_item_and_user_with_longer_labels_than_the_catalog_keeps_are_refused_by_their_id():
    labels = {"text": "x" * 100_000}
    with pytest.raises(BadRequest, match=r"^item 'i': attributes: at most 100000 bytes of JSON$"):
        catalog_item(GorseItem("i", labels=labels))
    with pytest.raises(BadRequest, match=r"^user 'u': attributes: at most 100000 bytes of JSON$"):
        catalog_user(GorseUser("u", labels))


@pytest.mark.parametrize(
    ("user", "says_all"),
    [
        (GorseUser("u"), True),
        (GorseUser("u", {"a": 1}), True),
        (GorseUser("u", {}), False),
        (GorseUser("u", ["a"]), False),
        (GorseUser("u", "a"), False),
        (GorseUser("u", {"a": 1}, "vip"), False),
        (GorseUser("u", {"labels": "a"}), True),
    ],
)
def test_catalog_says_all_of_a_user_without_comment_whose_labels_are_an_object(user, says_all):
    assert says_all_of_user(user) == says_all


@pytest.mark.parametrize(
    ("item", "says_all"),
    [
        (GorseItem("i"), True),
        (GorseItem("i", comment="x" * 500), True),
        (GorseItem("i", comment="x" * 501), False),
        (GorseItem("i", categories=("a", "b")), True),
        (GorseItem("i", categories=()), False),
        (GorseItem("i", categories=("a>b",)), False),
        (GorseItem("i", categories=("a > b",)), True),
        (GorseItem("i", categories=("", "b")), False),
        (GorseItem("i", labels={"a": 1}), True),
        (GorseItem("i", labels=["a"]), False),
        (GorseItem("i", labels={}), False),
    ],
)
def test_catalog_says_all_of_an_item_that_it_writes_as_it_was_sent(item, says_all):
    assert says_all_of_item(item) == says_all
