"""The guide to the catalog: what renews it, who waits, and what happens without a database."""

import asyncio
import threading
from dataclasses import replace

import pytest
from django.db import OperationalError, connection
from tests.patience import PATIENCE_SECONDS

from omakase.dialog.training import own_messages, save_dialog, train_dialog
from omakase_service.catalog.contracts import ItemIn
from omakase_service.catalog.services import delete_item, upsert_items
from omakase_service.chat.services import guides
from omakase_service.chat.services.guides import current_guide, forget_guide, model_path
from omakase_service.platform.nonblocking import WouldBlock

pytestmark = pytest.mark.django_db


def database_down(*_):
    raise OperationalError("connection refused")


def test_guide_of_a_catalog_without_changes_is_the_same_and_asks_one_thing(
    street, django_assert_num_queries
):
    first = current_guide()
    with django_assert_num_queries(1):
        again = current_guide()
    assert again.guide is first.guide and again.cards is first.cards


def test_guide_within_the_refresh_seconds_asks_nothing(
    street, settings_with, django_assert_num_queries
):
    first = current_guide()
    settings_with(chat={"refresh_seconds": 600})
    upsert_items(items=[ItemIn(item_id="r1", title="다른 이름")])
    with django_assert_num_queries(0):
        assert current_guide() is first


def test_guide_where_only_the_stock_changes_is_not_learnt_again(street):
    first = current_guide()
    upsert_items(items=[ItemIn(item_id="r5", stock=0)])
    second = current_guide()
    assert second.guide is first.guide
    assert (first.cards["r5"].offered, second.cards["r5"].offered) == (True, False)
    assert second.cards["r1"] == first.cards["r1"]


def test_guide_learns_what_is_new_and_forgets_what_is_deleted(street):
    current_guide()
    upsert_items(
        items=[ItemIn(item_id="r9", title="한밤 라멘", category="일식 > 라멘", price=9000)]
    )
    assert current_guide().guide.find("라멘", limit=3)[0][0] == "r9"
    delete_item(item_id="r9")
    last = current_guide()
    assert "r9" not in last.cards and last.guide.item("r9") is None
    assert "r9" not in dict(last.guide.find("라멘", limit=9))


def test_guide_takes_a_model_that_is_trained_meanwhile(street):
    first = current_guide()
    assert first.guide.understand("asdf").intent
    save_dialog(train_dialog(own_messages()[:40]), model_path())
    second = current_guide()
    assert second.guide.model is not first.guide.model
    assert second.guide.search.search("파스타")
    assert current_guide().guide is second.guide


def test_guide_stays_while_the_database_is_down_and_without_one_there_is_none(street):
    first = current_guide()
    with connection.execute_wrapper(database_down):
        assert current_guide().guide is first.guide
        forget_guide()
        with pytest.raises(OperationalError):
            current_guide()
    assert current_guide().guide.find("파스타", limit=2)


def test_guide_that_is_learnt_beside_lets_the_earlier_one_answer(street, monkeypatch):
    """Nobody who asks waits for it or makes it, and only one thread does."""
    first = current_guide()
    begun, may_go, learners = threading.Event(), threading.Event(), []

    def learnt(known):
        learners.append(threading.current_thread().name)
        begun.set()
        assert may_go.wait(PATIENCE_SECONDS)
        return replace(known, revision=known.revision + 1)

    monkeypatch.setattr(guides, "_build_guide", learnt)
    monkeypatch.setattr(guides.live_version, "has_follower", lambda: True)
    assert current_guide() is first
    assert begun.wait(PATIENCE_SECONDS)
    assert [current_guide() for _ in range(5)] == [first] * 5
    may_go.set()
    while current_guide() is first:
        assert not threading.Event().wait(0.01)
    assert set(learners) == {"omakase-guide"}
    for thread in threading.enumerate():
        if thread.name == "omakase-guide":
            thread.join(PATIENCE_SECONDS)


def test_guide_is_never_learnt_on_an_event_loop():
    async def main() -> None:
        current_guide()

    forget_guide()
    with pytest.raises(WouldBlock):
        asyncio.run(main())
