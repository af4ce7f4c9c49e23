from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest
from django.db import connection
from django.db.models import F

from omakase_service.catalog import plain_rows, selectors, services
from omakase_service.catalog.contracts import ItemFields, ItemIn, UserFields, UserIn
from omakase_service.catalog.models import Item, User
from omakase_service.platform.exceptions import Invalid, NotFound

pytestmark = pytest.mark.django_db


def items(*ids: str, **fields) -> list[ItemIn]:
    return [ItemIn(item_id=key, **fields) for key in ids]


def test_a_thousand_alike_items_take_few_statements(django_assert_max_num_queries):
    rows = items(*map(str, range(1000)), title="t")
    with django_assert_max_num_queries(40):
        services.upsert_items(items=rows)
    assert Item.objects.count() == 1000


def test_known_ids_cost_two_reads(django_assert_num_queries):
    services.ensure_exist(item_ids=["a", "b"], user_ids=["u"])
    with django_assert_num_queries(2):  # two savepoints of the test around two reads
        services.ensure_exist(item_ids=["a", "b", "a"], user_ids=["u"])


def test_ensuring_keeps_what_is_known():
    services.upsert_items(items=items("a", title="kept"))
    services.ensure_exist(item_ids=["a", "b"], user_ids=[])
    assert dict(Item.objects.values_list("item_id", "title")) == {"a": "kept", "b": ""}


def test_followers_see_what_changed_and_nothing_else():
    services.upsert_items(items=items("a", "b"))
    first = plain_rows.card_changes(since=-1)
    assert first.whole
    assert set(first.cards) == {"a", "b"}
    services.patch_item(item_id="b", fields=ItemFields(title="new"))
    second = plain_rows.card_changes(since=first.revision)
    assert not second.whole
    assert {key: card.title for key, card in second.cards.items()} == {"b": "new"}
    third = plain_rows.card_changes(since=second.revision)
    assert (third.revision, dict(third.cards)) == (second.revision, {})


def test_a_deletion_makes_followers_read_all_again():
    services.upsert_items(items=items("a", "b"))
    before = selectors.revision()
    services.delete_item(item_id="a")
    changes = plain_rows.card_changes(since=before)
    assert changes.whole
    assert set(changes.cards) == {"b"}


def test_following_costs_one_query_where_nothing_changed(django_assert_num_queries):
    services.upsert_items(items=items("a"))
    revision = selectors.revision()
    with django_assert_num_queries(1):
        plain_rows.card_changes(since=revision)
    with django_assert_num_queries(2):
        plain_rows.card_changes(since=-1)


@pytest.mark.parametrize(
    ("fields", "offered"),
    [
        ({}, True),
        ({"stock": 1}, True),
        ({"stock": 0}, False),
        ({"active": False}, False),
        ({"hidden": True}, False),
    ],
)
def test_what_is_offered(fields, offered):
    services.upsert_items(items=items("a", **fields))
    assert plain_rows.card_changes(since=-1).cards["a"].offered is offered


def test_a_card_without_a_title_shows_its_id():
    services.upsert_items(items=items("a", category="X > Y"))
    card = plain_rows.card_changes(since=-1).cards["a"]
    assert (card.title, card.category) == ("a", "X > Y")


def test_one_query_each(django_assert_num_queries):
    services.upsert_items(items=items("a", "b", category="X > Y"))
    services.upsert_users(users=[UserIn(user_id="u")])
    for read in (
        lambda: [i.category.path for i in selectors.items_after(after="", limit=5)],
        lambda: selectors.item_by_id(item_id="a").category.path,
        lambda: selectors.users_after(after="", limit=5),
        lambda: [c.parent and c.parent.path for c in selectors.categories()],
        plain_rows.item_rows,
        plain_rows.user_rows,
        selectors.revision,
    ):
        with django_assert_num_queries(1):
            read()


def test_what_training_is_told():
    services.upsert_items(
        items=items("a", title="A", category="X", tags=["t"], created="2026-01-01T00:00:00Z")
    )
    (row,) = plain_rows.item_rows()
    assert (row["item_id"], row["category"], row["tags"]) == ("a", "X", ["t"])
    assert row["created"] == 1767225600


def test_training_is_told_where_an_item_is_and_what_marks_it_bears():
    here = {"latitude": 37.5, "longitude": 127.0, "district": "Mapo"}
    services.upsert_items(items=items("a", **here, quality_flags=["good_price"]) + items("b"))
    told, bare = plain_rows.item_rows()
    assert here.items() <= told.items()
    assert told["quality_flags"] == ["good_price"]
    assert (bare["latitude"], bare["longitude"], bare["quality_flags"]) == (None, None, [])


def test_what_is_not_there_cannot_be_changed():
    for call in (
        lambda: services.delete_item(item_id="x"),
        lambda: services.delete_user(user_id="x"),
        lambda: services.patch_item(item_id="x", fields=ItemFields()),
        lambda: services.patch_user(user_id="x", fields=UserFields()),
    ):
        with pytest.raises(NotFound):
            call()


def at_once(calls: list[Callable[[], object]]) -> None:
    """All of them by threads on PostgreSQL; one after another where there is one writer."""

    def done(call: Callable[[], object]) -> None:
        try:
            call()
        finally:
            connection.close()

    with ThreadPoolExecutor(8 if connection.vendor == "postgresql" else 1) as pool:
        list(pool.map(done, calls))


@pytest.mark.django_db(transaction=True)
def test_bulks_of_the_same_people_in_any_order_do_not_lock_each_other_out():
    """Two transactions that take the same rows in opposite orders would wait for ever."""
    ids = [f"u{n:02}" for n in range(40)]
    orders = [ids, ids[::-1], ids[20:] + ids[:20], ids[::2] + ids[1::2]] * 4

    def bulk(order: list[str], tier: str) -> Callable[[], object]:
        rows = [
            UserIn(user_id=key, tier=tier) if n % 3 else UserIn(user_id=key, location=tier)
            for n, key in enumerate(order)
        ]
        return lambda: services.upsert_users(users=rows)

    at_once([bulk(order, f"t{n}") for n, order in enumerate(orders)])
    assert User.objects.count() == 40
    assert not User.objects.filter(tier="", location="").exists()


@pytest.mark.django_db(transaction=True)
def test_new_categories_that_many_send_at_once_are_made_once():
    paths = ["A > B > C", "A > B > D", "A > E", "A"]
    at_once(
        [
            partial(services.upsert_items, items=items(f"i{n}", category=paths[n % 4]))
            for n in range(16)
        ]
    )
    tree = {c.path: c.parent and c.parent.path for c in selectors.categories()}
    assert tree == {
        "A": None,
        "A > B": "A",
        "A > E": "A",
        "A > B > C": "A > B",
        "A > B > D": "A > B",
    }
    assert selectors.revision() == 16
    assert len(plain_rows.card_changes(since=0).cards) == 16


@pytest.mark.django_db(transaction=True)
def test_a_range_is_whole_even_if_its_two_ends_are_patched_at_once():
    services.upsert_users(users=[UserIn(user_id=f"u{n}") for n in range(10)])
    refused = []

    def patch(key: str, **end: float) -> None:
        try:
            services.patch_user(user_id=key, fields=UserFields(**end))
        except Invalid:
            refused.append(key)

    at_once([partial(patch, f"u{n}", **end) for n in range(10) for end in (LOW, HIGH)])
    assert sorted(refused) == [f"u{n}" for n in range(10)]
    assert not User.objects.filter(price_min__gt=F("price_max")).exists()


LOW, HIGH = {"price_min": 20.0}, {"price_max": 10.0}


@pytest.mark.parametrize("count", [1, 40])
def test_a_bulk_costs_the_same_however_many_rows_and_known_categories(
    django_assert_max_num_queries, count
):
    rows = [
        ItemIn(item_id=str(n), title="t", category=f"Shop > Shelf {n % 7}") for n in range(count)
    ]
    services.upsert_items(items=rows)
    with django_assert_max_num_queries(9):
        services.upsert_items(items=rows)
    people = [UserIn(user_id=str(n), price_min=1) for n in range(count)]
    with django_assert_max_num_queries(6):
        services.upsert_users(users=people)


@pytest.mark.parametrize(
    ("path", "kept"),
    [
        ("A>B", "A > B"),
        (" A  >  B ", "A > B"),
        ("> A >> B >", "A > B"),
        (">", ""),
        ("  ", ""),
        ("음식 > 한식", "음식 > 한식"),
        ("A > A", "A > A"),
    ],
)
def test_a_path_is_read_with_or_without_blanks(path, kept):
    services.upsert_items(items=items("a", category=path))
    assert plain_rows.card_changes(since=-1).cards["a"].category == kept
    assert [c.level for c in selectors.categories()] == list(range(kept.count(">") + bool(kept)))


def test_a_path_that_no_column_holds_is_refused_with_its_beginning():
    with pytest.raises(Invalid, match=r"the category 'x > x.*more than 500 characters"):
        services.upsert_items(items=items("a", category="x>" * 127 + "x"))
    assert not Item.objects.exists()
    services.upsert_items(items=items("a", category="x>" * 120 + "x"))
    assert selectors.categories()[-1].level == 120


def test_an_item_keeps_its_category_when_another_field_changes():
    services.upsert_items(items=items("a", category="X > Y", title="t"))
    services.upsert_items(items=items("a", title="new"))
    services.patch_item(item_id="a", fields=ItemFields(brand="b"))
    card = plain_rows.card_changes(since=-1).cards["a"]
    assert (card.category, card.title, card.brand) == ("X > Y", "new", "b")
