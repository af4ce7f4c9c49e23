"""Old events go once everybody has read them; all events go at once, by parts."""

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from omakase_service.events import purging
from omakase_service.events.importing import import_path, imports
from omakase_service.events.models import Event, Quarantine, QuarantinedEvent
from omakase_service.events.pruning import (
    count_old,
    count_old_aside,
    remove_old,
    remove_old_aside,
)
from omakase_service.events.purging import people_with_events, purge_events
from omakase_service.events.store import withdrawals
from omakase_service.platform.registry import LogReader, log_readers

pytestmark = pytest.mark.django_db
tabled = hypothesis_settings(
    max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def filled(times, user="u"):
    """The log anew, a line for each time; their numbers."""
    Event.objects.all().delete()
    Event.objects.bulk_create(
        Event(event_id=f"e{n}", user_id=user, item_id="i", kind="view", time=at)
        for n, at in enumerate(times)
    )
    return list(Event.objects.order_by("seq").values_list("seq", flat=True))


@pytest.fixture
def read_up_to():
    """Everything that reads the log has read it up to a line; all of it by itself."""
    position = [10**12]
    readers = [name for name, reader in log_readers.items() if reader.log == "events"]
    kept = {name: log_readers.get(name) for name in readers}
    for name in kept:
        log_readers.unregister(name)
    log_readers.register("test", LogReader("events", lambda: position[0]))
    yield lambda seq: position.__setitem__(0, seq)
    log_readers.unregister("test")
    for name, reader in kept.items():
        log_readers.register(name, reader)


def left():
    return list(Event.objects.order_by("seq").values_list("time", flat=True))


@tabled
@given(
    times=st.lists(st.integers(0, 9), max_size=9),
    before=st.integers(0, 10),
    limit=st.integers(1, 4),
)
def test_old_events_go_by_parts_but_for_the_newest_line(db, read_up_to, times, before, limit):
    filled(times)
    old = [at < before for at in times]
    removable = [n for n, is_old in enumerate(old[:-1]) if is_old]
    assert count_old(before) == (sum(old), len(removable))
    gone = []
    while number := remove_old(before, limit):
        gone.append(number)
    assert sum(gone) == len(removable)
    assert gone == [limit] * (len(removable) // limit) + [len(removable) % limit] * bool(
        len(removable) % limit
    )
    assert left() == [at for n, at in enumerate(times) if n not in removable]


def test_old_events_with_the_lowest_numbers_go_first(read_up_to):
    filled([5, 1, 3, 9])
    assert remove_old(6, 2) == 2
    assert left() == [3, 9]


def test_old_events_that_somebody_has_not_read_stay(read_up_to):
    numbers = filled([1, 2, 3, 4, 5])
    read_up_to(numbers[1])
    assert count_old(100) == (5, 2)
    assert remove_old(100, 10) == 2
    assert left() == [3, 4, 5]
    read_up_to(10**9)
    assert remove_old(100, 10) == 2
    assert left() == [5]


def test_readers_of_the_log_are_registered():
    assert "events" in {reader.log for _, reader in log_readers.items()}


def test_old_events_aside_go_whatever_was_read(read_up_to):
    read_up_to(0)
    aside = Quarantine.objects.create()
    for n, at in enumerate([1, 2, 3, 9]):
        QuarantinedEvent.objects.create(
            quarantine=aside, event_id=f"e{n}", item_id="i", kind="view", time=at
        )
    assert count_old_aside(5) == (3, 3)
    assert remove_old_aside(5, 2) == 2
    assert remove_old_aside(5, 2) == 1
    assert remove_old_aside(5, 2) == 0
    assert QuarantinedEvent.objects.get().time == 9


def test_old_events_of_an_empty_log_are_none():
    assert count_old(10**10) == count_old_aside(10**10) == (0, 0)
    assert remove_old(10**10, 5) == remove_old_aside(10**10, 5) == 0


def test_purge_takes_every_event_by_parts(monkeypatch):
    monkeypatch.setattr(purging, "CHUNK", 3)
    filled(range(7))
    assert list(purge_events()) == [3, 3, 1]
    assert not Event.objects.exists()
    assert len(withdrawals()) == 3


def test_purge_skips_numbers_that_are_gone_already(monkeypatch):
    monkeypatch.setattr(purging, "CHUNK", 3)
    numbers = filled(range(10))
    Event.objects.filter(seq__in=numbers[1:8]).delete()
    assert list(purge_events()) == [1, 2]
    assert not Event.objects.exists()


def test_purge_leaves_what_comes_in_meanwhile(monkeypatch):
    monkeypatch.setattr(purging, "CHUNK", 3)
    filled(range(6))
    parts = purge_events()
    assert next(parts) == 3
    Event.objects.create(event_id="late", user_id="u", item_id="i", kind="view", time=1)
    assert list(parts) == [3]
    assert Event.objects.get().event_id == "late"


def test_purge_of_an_empty_log_is_over_at_once():
    assert list(purge_events()) == []


def test_purge_takes_what_is_aside_and_lets_files_be_read_again(tmp_path, settings_with):
    settings_with()
    file = tmp_path / "events.csv"
    file.write_text("user_id,item_id,kind,time\na,x,view,1700000000\n")
    import_path(file)
    aside = Quarantine.objects.create()
    QuarantinedEvent.objects.create(quarantine=aside, event_id="e", item_id="i", kind="k", time=1)
    assert list(purge_events()) == [1]
    assert not QuarantinedEvent.objects.exists()
    assert [record.undone for record in imports()] == [True]
    assert import_path(file).stored == 1


@tabled
@given(
    people=st.lists(st.sampled_from(["a", "b", "c", "가", None]), max_size=9),
    after=st.sampled_from(["", "a", "aa", "c", "z"]),
    limit=st.integers(0, 4),
)
def test_people_with_events_are_in_order_from_behind_one(db, people, after, limit):
    Event.objects.all().delete()
    Event.objects.bulk_create(
        Event(event_id=f"e{n}", user_id=user, session_id="s", item_id="i", kind="view", time=n)
        for n, user in enumerate(people)
    )
    expected = sorted({user for user in people if user and user > after})[:limit]
    assert people_with_events(after=after, limit=limit) == expected
