"""Deleted items, in a process that has not looked at the catalog since."""

import pytest
from django.db import OperationalError, transaction

from omakase_service.catalog.contracts import ItemIn
from omakase_service.catalog.services import delete_item, upsert_items
from omakase_service.serving import deletions, live_version
from omakase_service.serving.services import everybodys, recommend

USER = "u01"


def shown(**asked) -> list[str]:
    return [item.card.item_id for item in recommend(user_id=USER, n=5, **asked).items]


@pytest.fixture
def stale(trained, settings_with, transactional_db) -> None:
    """The catalog is looked at once, and then not for an hour."""
    settings_with(serving={"refresh_seconds": 3600})
    live_version.now()


@pytest.mark.parametrize("asked", [{}, {"refresh": True}, {"model": "popular"}, {"explain": True}])
def test_lists_after_a_deletion_lack_the_item(stale, asked):
    first, *_ = before = shown(**asked)
    delete_item(item_id=first)
    after = shown(**asked)
    assert first not in after
    assert len(after) == len(before)


def test_lists_of_everybody_after_a_deletion_lack_the_item(stale):
    first = everybodys(model="popular", n=5).items[0].card.item_id
    delete_item(item_id=first)
    assert first not in [each.card.item_id for each in everybodys(model="popular", n=5).items]


def test_next_part_after_a_deletion_lacks_the_item(stale):
    page = recommend(user_id=USER, n=2, paged=True)
    following = recommend(user_id=USER, n=2, cursor=page.next)
    gone = following.items[0].card.item_id
    delete_item(item_id=gone)
    again = recommend(user_id=USER, n=2, cursor=page.next)
    assert gone not in [each.card.item_id for each in again.items]


def test_items_that_are_stored_again_come_back(stale):
    first, *_ = shown()
    delete_item(item_id=first)
    assert first not in shown(refresh=True)
    upsert_items(items=[ItemIn(item_id=first)])
    assert first in shown(refresh=True)


def test_deletion_within_a_transaction_is_told_once_it_is_committed(stale):
    first, *_ = shown()
    before = deletions.deletions_revision()
    with transaction.atomic():
        delete_item(item_id=first)
        assert deletions.deletions_revision() == before
    assert deletions.deletions_revision() > before
    assert first not in shown()


def test_deletions_while_the_catalog_is_down_are_those_that_were_known(stale, monkeypatch):
    first, second, *_ = shown()
    delete_item(item_id=first)
    live = live_version.now().live
    known = deletions.deleted_items_of(live, deletions.deletions_revision())
    assert known == {first}

    def fail(**_: object) -> list[str]:
        raise OperationalError("the database is down")

    monkeypatch.setattr(deletions, "last_deleted_items", fail)
    delete_item(item_id=second)
    assert deletions.deleted_items_of(live, deletions.deletions_revision()) == known


def test_deletions_are_looked_up_once(stale, django_assert_num_queries):
    first, *_ = shown()
    delete_item(item_id=first)
    live, revision = live_version.now().live, deletions.deletions_revision()
    deletions.deleted_items_of(live, revision)
    with django_assert_num_queries(0):
        assert deletions.deleted_items_of(live, revision) == {first}
