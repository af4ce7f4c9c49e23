"""All items, people or events at once: nothing else goes, and what comes later stays."""

import pytest

from omakase_service.catalog.contracts import UserIn
from omakase_service.catalog.models import Category, DeletedItem, Item, User
from omakase_service.catalog.services import delete_item, upsert_users
from omakase_service.events.models import Event, Import
from omakase_service.events.services import record
from omakase_service.jobs.contracts import JobCancelled
from omakase_service.jobs.selectors import job_by_id
from omakase_service.jobs.services.queue import enqueue
from omakase_service.jobs.services.worker import run_now
from omakase_service.platform.exceptions import Invalid
from omakase_service.privacy import purging
from omakase_service.serving.services import recommend

pytestmark = pytest.mark.django_db


def purge(of: str):
    asked = {"of": of, "confirm": f"delete all {of}", "author": "ada"}
    return job_by_id(job_id=run_now(kind="purge", parameters=asked))


def test_purge_of_items_leaves_people_and_events(trained):
    events = Event.objects.count()
    delete_item(item_id="i03")
    assert purge("items").result == {"deleted": 11}
    assert not Item.objects.exists()
    assert not DeletedItem.objects.exists()
    assert not Category.objects.exists()
    assert Event.objects.count() == events
    assert recommend(user_id="u01", n=5).items == ()


def test_purge_of_items_lets_an_event_bring_one_back(trained):
    purge("items")
    record(events=[{"user_id": "u01", "item_id": "i03", "kind": "view"}])
    assert [each.item_id for each in Item.objects.all()] == ["i03"]


def test_purge_of_events_leaves_items_and_lets_a_file_be_read_again(trained):
    Import.objects.create(fingerprint="f", path="a.csv")
    events, items = Event.objects.count(), Item.objects.count()
    assert purge("events").result == {"deleted": events}
    assert not Event.objects.exists()
    assert Item.objects.count() == items
    assert Import.objects.get().undone is not None
    assert recommend(user_id="u01", n=5).events == 0


def test_purge_of_events_goes_part_by_part(trained, monkeypatch):
    from omakase_service.events import purging as events_purging

    monkeypatch.setattr(events_purging, "CHUNK", 7)
    before = Event.objects.count()
    assert sum(events_purging.purge_events()) == before


def test_purge_of_people_forgets_each_in_every_table(trained):
    upsert_users(users=[UserIn(user_id="quiet")])
    known = {*User.objects.values_list("user_id", flat=True), "quiet"}
    assert purge("users").result == {"deleted": len(known)}
    assert not User.objects.exists()
    assert not Event.objects.exclude(user_id=None).exists()
    assert Item.objects.count() == 12


def test_purge_keeps_who_asked_with_the_job(trained, caplog):
    job = purge("items")
    assert job.parameters["author"] == "ada"
    assert "ada deletes all items" in caplog.text


@pytest.mark.parametrize(
    "asked",
    [
        {"of": "items"},
        {"of": "items", "confirm": "yes"},
        {"of": "items", "confirm": "delete all events"},
        {"of": "keys", "confirm": "delete all keys"},
    ],
)
def test_purge_that_is_not_meant_is_refused(db, asked):
    with pytest.raises(Invalid):
        enqueue(kind="purge", parameters=asked)


def test_purge_that_is_cancelled_stops_between_its_parts(trained):
    class Cancelling:
        job_id = 1

        def progress(self, done: int, total: int, step: str) -> None:
            raise JobCancelled

    with pytest.raises(JobCancelled):
        purging.purge_job(
            Cancelling(), purging.PurgeParameters(of="users", confirm="delete all users")
        )
    assert User.objects.exists()
