import pytest

from omakase_service.catalog import selectors, services
from omakase_service.catalog.contracts import ItemFields, ItemIn, UserFields, UserIn
from omakase_service.catalog.models import Item
from omakase_service.platform.refusals import NotFound

pytestmark = pytest.mark.django_db


def items(*ids: str, **fields) -> list[ItemIn]:
    return [ItemIn(item_id=key, **fields) for key in ids]


def test_a_thousand_alike_items_take_few_statements(django_assert_max_num_queries):
    rows = items(*map(str, range(1000)), title="t")
    with django_assert_max_num_queries(40):
        services.upsert_items(items=rows)
    assert Item.objects.count() == 1000


def test_known_ids_cost_two_reads(django_assert_num_queries):
    services.ensure_known(item_ids=["a", "b"], user_ids=["u"])
    with django_assert_num_queries(4):  # two savepoints of the test around two reads
        services.ensure_known(item_ids=["a", "b", "a"], user_ids=["u"])


def test_ensuring_keeps_what_is_known():
    services.upsert_items(items=items("a", title="kept"))
    services.ensure_known(item_ids=["a", "b"], user_ids=[])
    assert dict(Item.objects.values_list("item_id", "title")) == {"a": "kept", "b": ""}


def test_followers_see_what_changed_and_nothing_else():
    services.upsert_items(items=items("a", "b"))
    first = selectors.card_changes(since=-1)
    assert first.whole
    assert set(first.cards) == {"a", "b"}
    services.patch_item(item_id="b", fields=ItemFields(title="new"))
    second = selectors.card_changes(since=first.revision)
    assert not second.whole
    assert {key: card.title for key, card in second.cards.items()} == {"b": "new"}
    third = selectors.card_changes(since=second.revision)
    assert (third.revision, dict(third.cards)) == (second.revision, {})


def test_a_deletion_makes_followers_read_all_again():
    services.upsert_items(items=items("a", "b"))
    before = selectors.revision()
    services.delete_item(item_id="a")
    changes = selectors.card_changes(since=before)
    assert changes.whole
    assert set(changes.cards) == {"b"}


def test_following_costs_one_query_where_nothing_changed(django_assert_num_queries):
    services.upsert_items(items=items("a"))
    revision = selectors.revision()
    with django_assert_num_queries(1):
        selectors.card_changes(since=revision)
    with django_assert_num_queries(2):
        selectors.card_changes(since=-1)


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
    assert selectors.card_changes(since=-1).cards["a"].offered is offered


def test_a_card_without_a_title_shows_its_id():
    services.upsert_items(items=items("a", category="X > Y"))
    card = selectors.card_changes(since=-1).cards["a"]
    assert (card.title, card.category) == ("a", "X > Y")


def test_one_query_each(django_assert_num_queries):
    services.upsert_items(items=items("a", "b", category="X > Y"))
    services.upsert_users(users=[UserIn(user_id="u")])
    for read in (
        lambda: [i.category.path for i in selectors.items_after(after="", limit=5)],
        lambda: selectors.item_named(item_id="a").category.path,
        lambda: selectors.users_after(after="", limit=5),
        lambda: [c.parent and c.parent.path for c in selectors.categories()],
        selectors.item_rows,
        selectors.user_rows,
        selectors.revision,
    ):
        with django_assert_num_queries(1):
            read()


def test_what_training_is_told():
    services.upsert_items(
        items=items("a", title="A", category="X", tags=["t"], created="2026-01-01T00:00:00Z")
    )
    (row,) = selectors.item_rows()
    assert (row["item_id"], row["category"], row["tags"]) == ("a", "X", ["t"])
    assert row["created"] == 1767225600


def test_what_is_not_there_cannot_be_changed():
    for call in (
        lambda: services.delete_item(item_id="x"),
        lambda: services.delete_user(user_id="x"),
        lambda: services.patch_item(item_id="x", fields=ItemFields()),
        lambda: services.patch_user(user_id="x", fields=UserFields()),
    ):
        with pytest.raises(NotFound):
            call()
