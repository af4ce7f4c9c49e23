"""Items and people that nobody needs go; who said anything of themselves stays."""

import pytest

from omakase_service.catalog.contracts import ItemIn, UserIn
from omakase_service.catalog.models import Category, DeletedItem, Item, User
from omakase_service.catalog.plain_rows import card_changes
from omakase_service.catalog.purging import purge_items
from omakase_service.catalog.selectors import revision, wishes_of
from omakase_service.catalog.services import (
    delete_item,
    ensure_exist,
    erase_profile,
    remove_unused,
    store_ratings,
    upsert_items,
    upsert_users,
)

pytestmark = pytest.mark.django_db


def remove(*, items=(), described_items=(), users=(), described_users=()) -> tuple[int, int]:
    return remove_unused(
        item_ids=items,
        described_items=described_items,
        user_ids=users,
        described_users=described_users,
    )


def test_remove_unused_takes_what_is_bare():
    ensure_exist(item_ids=["a", "b"], user_ids=["u", "v"])
    assert remove(items=["a", "no"], users=["u"]) == (1, 1)
    assert list(Item.objects.values_list("item_id", flat=True)) == ["b"]
    assert list(User.objects.values_list("user_id", flat=True)) == ["v"]


@pytest.mark.parametrize(
    "said",
    [
        {"title": "A"},
        {"type": "film"},
        {"description": "text"},
        {"category": "Film"},
        {"brand": "B"},
        {"price": 0},
        {"original_price": 3},
        {"tags": ["x"]},
        {"attributes": {"a": 1}},
        {"image_url": "/a.png"},
        {"latitude": 0.0, "longitude": 0.0},
        {"district": "종로"},
        {"opening_hours": {"mon": "9-5"}},
        {"created": "2026-01-01T00:00:00Z"},
        {"expires": "2036-01-01"},
        {"active": False},
        {"hidden": True},
        {"stock": 0},
        {"quality_flags": ["good_price"]},
    ],
)
def test_remove_unused_leaves_an_item_of_which_its_owner_said_anything(said):
    upsert_items(items=[ItemIn(item_id="a", **said)])
    assert remove(items=["a"]) == (0, 0)
    assert Item.objects.filter(item_id="a").exists()
    assert remove(items=["a"], described_items=["a"]) == (1, 0)


@pytest.mark.parametrize(
    "said",
    [
        {"age_range": "20-29"},
        {"gender": "f"},
        {"location": "서울"},
        {"categories": ["Film"]},
        {"brands": ["B"]},
        {"price_min": 0},
        {"price_max": 9},
        {"excluded_categories": ["Film"]},
        {"diversity": 0.0},
        {"shopping_frequency": "weekly"},
        {"favourite_time": "evening"},
        {"tier": "gold"},
        {"recommendations_on": False},
        {"emails_on": False},
        {"attributes": {"a": 1}},
    ],
)
def test_remove_unused_leaves_a_user_who_said_anything(said):
    upsert_users(users=[UserIn(user_id="u", **said)])
    before = wishes_of(user_id="u")
    assert remove(users=["u"]) == (0, 0)
    assert wishes_of(user_id="u") == before
    assert remove(users=["u"], described_users=["u"]) == (0, 1)


def test_remove_unused_of_nothing_changes_no_revision():
    ensure_exist(item_ids=["a"], user_ids=["u"])
    before = revision()
    assert remove() == (0, 0)
    assert remove(items=["no"], users=["u"]) == (0, 1)
    assert revision() == before


def test_remove_unused_items_make_followers_read_all_again():
    ensure_exist(item_ids=["a", "b"], user_ids=[])
    before = revision()
    remove(items=["a"])
    changes = card_changes(since=before)
    assert changes.whole
    assert set(changes.cards) == {"b"}


def test_remove_unused_described_that_is_not_among_the_ids_stays():
    upsert_items(items=[ItemIn(item_id="a", title="A")])
    assert remove(items=[], described_items=["a"]) == (0, 0)


def test_remove_unused_of_many_takes_all_of_them():
    Item.objects.bulk_create(Item(item_id=f"i{number:04}") for number in range(1203))
    assert remove(items=[f"i{number:04}" for number in range(1203)]) == (1203, 0)
    assert not Item.objects.exists()


def test_remove_unused_item_with_a_rating_of_the_last_training_is_bare_all_the_same():
    ensure_exist(item_ids=["a"], user_ids=[])
    store_ratings(means={"a": (4.0, 2)})
    assert remove(items=["a"]) == (1, 0)


# All at once


def test_purge_items_takes_all_and_tells_how_many():
    upsert_items(items=[ItemIn(item_id=str(n), category="Film > Comedy") for n in range(7)])
    delete_item(item_id="3")
    assert list(purge_items()) == [6]
    assert not Item.objects.exists()
    assert not Category.objects.filter(item=None, children=None).exists()
    assert not DeletedItem.objects.exists()


def test_purge_items_of_an_empty_catalog_has_no_part():
    assert list(purge_items()) == []


def test_purge_items_leaves_what_comes_meanwhile():
    upsert_items(items=[ItemIn(item_id="a")])
    parts = purge_items()
    assert next(parts) == 1
    upsert_items(items=[ItemIn(item_id="b", category="Art")])
    assert list(parts) == []
    assert list(Item.objects.values_list("item_id", "category__path")) == [("b", "Art")]


def test_purged_item_comes_back_with_its_next_event():
    upsert_items(items=[ItemIn(item_id="a")])
    list(purge_items())
    ensure_exist(item_ids=["a"], user_ids=[])
    assert Item.objects.filter(item_id="a").exists()


def test_purge_items_makes_followers_read_all_again():
    upsert_items(items=[ItemIn(item_id="a")])
    before = revision()
    list(purge_items())
    changes = card_changes(since=before)
    assert (changes.whole, changes.cards) == (True, {})


# Ratings


def test_store_ratings_writes_what_differs_and_tells_how_many():
    upsert_items(items=[ItemIn(item_id=key) for key in "abc"])
    assert store_ratings(means={"a": (4.5, 2), "no": (1.0, 1)}) == 1
    assert store_ratings(means={"a": (4.5, 2)}) == 0
    assert store_ratings(means={"a": (4.5, 3), "b": (1.0, 1)}) == 2
    rows = set(Item.objects.values_list("item_id", "rating", "ratings"))
    assert rows == {("a", 4.5, 3), ("b", 1.0, 1), ("c", None, 0)}


def test_store_ratings_that_are_gone_leaves_none():
    upsert_items(items=[ItemIn(item_id="a")])
    store_ratings(means={"a": (4.5, 2)})
    assert store_ratings(means={}) == 1
    assert Item.objects.get(item_id="a").rating is None


def test_store_ratings_tells_followers_of_the_items_that_differ():
    upsert_items(items=[ItemIn(item_id=key) for key in "ab"])
    before = revision()
    store_ratings(means={"a": (4.5, 2)})
    changes = card_changes(since=before)
    assert not changes.whole
    assert {key: (card.rating, card.ratings) for key, card in changes.cards.items()} == {
        "a": (4.5, 2)
    }
    after = revision()
    store_ratings(means={"a": (4.5, 2)})
    assert revision() == after


# Profiles


def test_erase_profile_tells_whether_there_was_one():
    upsert_users(users=[UserIn(user_id="u", tier="gold"), UserIn(user_id="v")])
    assert erase_profile("u", ["s1"]) == 1
    assert erase_profile("u") == 0
    assert list(User.objects.values_list("user_id", flat=True)) == ["v"]
