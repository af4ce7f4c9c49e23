"""Reads of the catalog: what is found, in which order, and what is left out."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from omakase_service.catalog import selectors
from omakase_service.catalog.contracts import NO_PREFERENCES, ItemIn, UserIn, UserSettings
from omakase_service.catalog.models import Item, User
from omakase_service.catalog.plain_rows import item_facts
from omakase_service.catalog.services import delete_item, upsert_items, upsert_users
from omakase_service.catalog.user_facts import facts_of_users
from omakase_service.platform.exceptions import NotFound

pytestmark = pytest.mark.django_db
NOW = datetime.now(UTC)
IDS = ("a", "B", "b", "b ", "가", "각", "나", "🍣", "ש", "a'b", 'a"b', "%", "_", "a\\b")
SHOWN = {
    "plain": {},
    "dated": {"created": NOW},
    "stocked": {"stock": 1},
    "soon": {"expires": NOW + timedelta(days=1)},
}
NOT_SHOWN = {
    "inactive": {"active": False},
    "hidden": {"hidden": True},
    "sold out": {"stock": 0},
    "expired": {"expires": NOW - timedelta(seconds=1)},
}


def store(**items: dict) -> None:
    upsert_items(items=[ItemIn(item_id=key, **fields) for key, fields in items.items()])


def ids(rows) -> list[str]:
    return [getattr(row, "item_id", None) or row.user_id for row in rows]


@pytest.fixture
def shop():
    """Items that may be shown, and items that may not."""
    for key, fields in {**SHOWN, **NOT_SHOWN}.items():
        upsert_items(items=[ItemIn(item_id=key, type=key[0], created=NOW, title=key, **{
            name: value for name, value in fields.items() if name != "created"
        })])  # fmt: skip


# One by its id


@pytest.mark.parametrize("item_id", ["", "no", "A", "' OR 1=1 --", "%"])
def test_item_by_id_of_no_item_is_not_found(item_id):
    store(a={})
    with pytest.raises(NotFound) as refused:
        selectors.item_by_id(item_id=item_id)
    assert str(refused.value) == f"no item {item_id!r}"


@pytest.mark.parametrize("user_id", ["", "no", "A", "%"])
def test_user_by_id_of_no_user_is_not_found(user_id):
    upsert_users(users=[UserIn(user_id="a")])
    with pytest.raises(NotFound) as refused:
        selectors.user_by_id(user_id=user_id)
    assert str(refused.value) == f"no user {user_id!r}"


@pytest.mark.parametrize("key", [each.strip() for each in IDS if each.strip() != "b"] + ["b"])
def test_an_id_of_any_letters_is_found_and_none_beside_it(key):
    for each in {each.strip() for each in IDS}:
        store(**{each: {}})
        upsert_users(users=[UserIn(user_id=each)])
    assert selectors.item_by_id(item_id=key).item_id == key
    assert selectors.user_by_id(user_id=key).user_id == key
    assert set(selectors.items_by_id(item_ids=[key, "no"])) == {key}
    assert set(selectors.users_by_id(user_ids=[key, "no"])) == {key}
    assert selectors.known_items(item_ids=[key, "no"]) == {key}
    assert selectors.known_users(user_ids=[key, "no"]) == {key}


def test_known_ids_of_nothing_are_none():
    assert selectors.known_items(item_ids=[]) == set()
    assert selectors.known_users(user_ids=[]) == set()
    assert selectors.deleted_items(item_ids=[]) == set()


def test_known_items_of_more_ids_than_a_query_has_parameters():
    store(**{f"i{number}": {} for number in range(20)})
    asked = [f"i{number}" for number in range(0, 40_000, 2)]
    assert selectors.known_items(item_ids=asked) == {f"i{number}" for number in range(0, 20, 2)}


# Page by page


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sets(st.text("abAB가🍣", min_size=1, max_size=3), max_size=12), st.integers(1, 5))
def test_pages_by_id_hold_each_row_once_in_one_order(db, keys, limit):
    Item.objects.all().delete()
    User.objects.all().delete()
    Item.objects.bulk_create(Item(item_id=key) for key in keys)
    User.objects.bulk_create(User(user_id=key) for key in keys)
    for read, name in ((selectors.items_after, "item_id"), (selectors.users_after, "user_id")):
        found, after = [], ""
        while page := read(after=after, limit=limit):
            assert len(page) <= limit
            found += [getattr(row, name) for row in page]
            after = found[-1]
        assert sorted(found) == sorted(keys)
        assert len(set(found)) == len(found)


def test_items_from_an_id_begin_with_it_and_after_it_behind_it():
    store(a={}, b={}, c={})
    assert ids(selectors.items_from(start="b", limit=9)) == ["b", "c"]
    assert ids(selectors.items_after(after="b", limit=9)) == ["c"]
    assert ids(selectors.items_from(start="bb", limit=9)) == ["c"]
    assert ids(selectors.items_from(start="", limit=2)) == ["a", "b"]


def test_users_from_an_id_begin_with_it_and_after_it_behind_it():
    upsert_users(users=[UserIn(user_id=key) for key in "cab"])
    assert ids(selectors.users_from(start="b", limit=9)) == ["b", "c"]
    assert ids(selectors.users_after(after="b", limit=9)) == ["c"]


# By words


def test_items_matching_have_the_id_itself_first_and_titles_in_order():
    store(
        tea={"title": "Zebra"}, x={"title": "Green tea"}, y={"title": "A TEA"}, z={"title": "milk"}
    )
    assert ids(selectors.items_matching(text="tea", limit=9)) == ["tea", "y", "x"]


@pytest.mark.parametrize("limit", [1, 2, 3])
def test_items_matching_are_no_more_than_asked_for(limit):
    store(tea={"title": "tea"}, x={"title": "tea"}, y={"title": "tea"}, z={"title": "tea"})
    assert ids(selectors.items_matching(text="tea", limit=limit)) == ["tea", "x", "y"][:limit]


@pytest.mark.parametrize(("text", "found"), [("%", ["x"]), ("_", ["y"]), ("\\", ["z"]), ("'", [])])
def test_items_matching_take_every_letter_as_itself(text, found):
    store(a={"title": "plain"}, x={"title": "10 %"}, y={"title": "a_b"}, z={"title": "a\\b"})
    assert ids(selectors.items_matching(text=text, limit=9)) == found


def test_users_matching_have_the_id_itself_first_and_those_that_begin_so():
    upsert_users(users=[UserIn(user_id=key) for key in ("ada", "adam", "adamant", "eva", "xada")])
    assert ids(selectors.users_matching(text="adam", limit=9)) == ["adam", "adamant"]
    assert ids(selectors.users_matching(text="ad", limit=2)) == ["ada", "adam"]
    assert ids(selectors.users_matching(text="%", limit=9)) == []


@pytest.mark.parametrize(
    ("words", "found"),
    [
        (["green"], ["a", "b"]),
        (["GREEN", "tea"], ["a"]),
        (["tea", "green"], ["a"]),
        (["tea", "milk"], []),
        (["찌개"], ["d"]),
        ([], ["a", "b", "c", "d"]),
    ],
)
def test_titled_items_hold_each_of_the_words(words, found):
    store(
        a={"title": "Green Tea"},
        b={"title": "green salad"},
        c={"title": "tea"},
        d={"title": "김치찌개"},
    )
    assert ids(selectors.titled(words=words, limit=9)) == found
    assert ids(selectors.titled(words=words, limit=1)) == found[:1]


# What may be shown


def test_shown_items_are_neither_hidden_nor_gone(shop):
    asked = [*SHOWN, *NOT_SHOWN, "no"]
    assert selectors.shown_items(item_ids=asked) == set(SHOWN)
    assert selectors.shown_items(item_ids=["plain", "hidden"]) == {"plain"}
    assert selectors.shown_items(item_ids=[]) == set()


def test_newest_items_are_those_on_offer(shop):
    found = selectors.newest_items(limit=99)
    assert {item_id for item_id, _ in found} == set(SHOWN)


def test_newest_items_come_newest_first_and_undated_ones_not_at_all():
    day = timedelta(days=1)
    store(old={"created": NOW - day}, new={"created": NOW}, undated={})
    store(mid={"created": NOW - day / 2})
    assert selectors.newest_items(limit=9) == [
        ("new", NOW),
        ("mid", NOW - day / 2),
        ("old", NOW - day),
    ]
    assert [item_id for item_id, _ in selectors.newest_items(limit=1)] == ["new"]


def test_newest_items_of_one_moment_have_the_one_that_was_stored_last_first():
    for key in "bca":
        store(**{key: {"created": NOW}})
    assert [item_id for item_id, _ in selectors.newest_items(limit=9)] == ["a", "c", "b"]


@pytest.mark.parametrize(
    ("among", "found"), [(["old", "no"], ["old"]), ([], []), (["new", "old"], ["new", "old"])]
)
def test_newest_items_among_some_are_of_these_alone(among, found):
    store(old={"created": NOW - timedelta(1)}, new={"created": NOW})
    assert [key for key, _ in selectors.newest_items(limit=9, item_ids=among)] == found


def test_offered_by_type_counts_what_may_be_shown(shop):
    assert selectors.offered_by_type() == {"p": 1, "d": 1, "s": 2}


def test_offered_by_type_of_an_empty_catalog_is_nothing():
    assert selectors.offered_by_type() == {}


# What is known


def test_labels_of_items_name_each_category_above_and_each_tag():
    store(
        a={"category": "Film > Comedy > Dark", "tags": ["new", "두"]},
        b={"category": "Film"},
        c={"tags": ["x"]},
        d={},
    )
    assert selectors.labels_of(item_ids=["a", "b", "c", "d", "no"]) == {
        "a": [
            "category Film", "category Film > Comedy", "category Film > Comedy > Dark",
            "tag new", "tag 두",
        ],
        "b": ["category Film"],
        "c": ["tag x"],
        "d": [],
    }  # fmt: skip


def test_labels_of_more_items_than_one_query_names(django_assert_num_queries):
    keys = [f"i{number}" for number in range(501)]
    Item.objects.bulk_create(Item(item_id=key, tags=[key]) for key in keys)
    with django_assert_num_queries(2):
        labels = selectors.labels_of(item_ids=keys)
    assert labels == {key: [f"tag {key}"] for key in keys}


def test_item_labels_are_of_every_item():
    store(a={"category": "Film > Comedy", "tags": ["x"]}, b={})
    assert sorted(selectors.item_labels()) == [("a", "Film > Comedy", ["x"]), ("b", "", [])]


def test_categories_of_items_are_their_paths():
    store(a={"category": " Film >Comedy "}, b={})
    paths = selectors.categories_of(item_ids=["a", "b", "b", "no"])
    assert paths == {"a": "Film > Comedy", "b": ""}


def test_prices_of_items_are_those_of_now():
    store(a={"price": 3}, b={})
    assert selectors.prices_of(item_ids=["a", "b", "no"]) == {"a": 3.0, "b": None}
    store(a={"price": 0})
    assert selectors.prices_of(item_ids=["a"]) == {"a": 0.0}


def test_categories_have_parents_before_children():
    store(a={"category": "Film > Comedy > Dark"}, b={"category": "Art"})
    tree = [(each.path, each.parent and each.parent.path) for each in selectors.categories()]
    assert tree == [
        ("Art", None),
        ("Film", None),
        ("Film > Comedy", "Film"),
        ("Film > Comedy > Dark", "Film > Comedy"),
    ]


def test_counts_are_of_items_and_users():
    assert selectors.counts() == {"items": 0, "users": 0}
    store(a={}, b={})
    upsert_users(users=[UserIn(user_id="u")])
    assert selectors.counts() == {"items": 2, "users": 1}


def test_item_facts_are_what_is_asked_for():
    store(
        a={
            "price": 75, "original_price": 100, "tags": ["x"], "stock": 3,
            "attributes": {"size": "L", "stock": 99},
            "created": datetime(2026, 1, 1, tzinfo=UTC),
        },
        b={},
    )  # fmt: skip
    names = ["size", "stock", "discount_rate", "tags", "created", "expires", "colour"]
    facts = item_facts(item_ids=["a", "b", "no"], names=names)
    assert facts == {
        "a": {
            "size": "L", "stock": 3, "discount_rate": 0.25, "tags": ["x"],
            "created": 1_767_225_600, "expires": None, "colour": None,
        },
        "b": {
            "size": None, "stock": None, "discount_rate": None, "tags": [],
            "created": None, "expires": None, "colour": None,
        },
    }  # fmt: skip


# Revisions


def test_revision_counts_each_change_of_items():
    assert selectors.revision() == 0
    store(a={})
    store(a={"title": "A"})
    upsert_users(users=[UserIn(user_id="u")])
    assert selectors.revision() == 2


def test_items_after_a_revision_are_those_that_changed_newest_first():
    store(a={}, b={})
    store(c={})
    store(a={"title": "A"})
    assert selectors.items_after_revision(number=0, limit=9) == ["a", "c", "b"]
    assert selectors.items_after_revision(number=1, limit=9) == ["a", "c"]
    assert selectors.items_after_revision(number=3, limit=9) == []
    assert selectors.items_after_revision(number=0, limit=1) == ["a"]


def test_last_deleted_items_are_the_newest_first_until_they_are_stored_again():
    store(a={}, b={}, c={})
    for key in "bac":
        delete_item(item_id=key)
    assert selectors.last_deleted_items(limit=2) == ["c", "a"]
    assert selectors.deleted_items(item_ids=["a", "b", "x"]) == {"a", "b"}
    store(a={})
    assert selectors.last_deleted_items(limit=9) == ["c", "b"]


# People


def test_wishes_of_nobody_are_none():
    assert selectors.wishes_of(user_id="no") == NO_PREFERENCES
    assert selectors.settings_of(user_id="no") == UserSettings()
    assert selectors.user_facts(user_id="no") is None


def test_wishes_of_a_user_are_what_they_asked_for_and_said():
    upsert_users(
        users=[
            UserIn(
                user_id="u",
                categories=["Film"],
                brands=[],
                price_min=0,
                excluded_categories=["Art"],
                diversity=0,
                recommendations_on=False,
                tier="gold",
                attributes={"tier": "own", "age": 7, "likes": ["x"]},
            )
        ]
    )
    wishes = selectors.wishes_of(user_id="u")
    assert (wishes.price_min, wishes.price_max, wishes.diversity) == (0.0, None, 0.0)
    assert (wishes.recommendations_on, wishes.excluded_categories) == (False, ("Art",))
    assert wishes.facts == {"categories": ("Film",), "tier": "gold", "age": 7.0, "likes": ["x"]}


def test_settings_of_a_user_are_what_they_decided_and_nothing_else():
    upsert_users(users=[UserIn(user_id="u", emails_on=False, price_max=5, tier="gold")])
    assert selectors.settings_of(user_id="u") == UserSettings(emails_on=False, price_max=5)


def test_user_facts_are_the_whole_row():
    upsert_users(users=[UserIn(user_id="u", tier="gold", attributes={"a": [1]})])
    facts = selectors.user_facts(user_id="u")
    assert facts["user_id"] == "u"
    assert (facts["tier"], facts["attributes"]) == ("gold", {"a": [1]})
    assert "id" not in facts


def test_facts_of_users_are_those_of_their_wishes():
    rows = [
        UserIn(user_id="a", tier="gold", categories=["Film"], attributes={"age": 7, "tier": "own"}),
        UserIn(user_id="b"),
        UserIn(user_id="c", brands=["X"], attributes={"age": "old"}),
    ]
    upsert_users(users=rows)
    expected = [dict(selectors.wishes_of(user_id=row.user_id).facts) for row in rows]
    assert sorted(map(repr_of, facts_of_users())) == sorted(map(repr_of, expected))


def repr_of(facts: dict) -> str:
    return repr(sorted(facts.items()))


def test_user_label_count_is_of_different_values():
    upsert_users(
        users=[
            UserIn(user_id="a", attributes={"x": 1, "y": 1}),
            UserIn(user_id="b", attributes={"x": 1}),
            UserIn(user_id="c", attributes={"x": 2}),
            UserIn(user_id="d"),
        ]
    )
    assert selectors.user_label_count() == 3
