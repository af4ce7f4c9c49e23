"""Events while the database is down: kept, known to the next answer, and stored once it is back."""

from collections.abc import Collection
from contextlib import nullcontext

import pytest
from django.db import DataError, OperationalError, connection, transaction
from django.test.utils import CaptureQueriesContext

from omakase_service.catalog.selectors import known_items, users_after
from omakase_service.events import ingest
from omakase_service.events.contracts import EventRow
from omakase_service.events.group_commit import PendingWrite
from omakase_service.events.models import Event, Kind
from omakase_service.events.services import erase_events, record
from omakase_service.online_store import services as online
from omakase_service.online_store.contracts import past_columns, split_profile
from omakase_service.platform.exceptions import NotReady
from omakase_service.platform.journal import Journal

pytestmark = pytest.mark.django_db
URL = "/api/events"


@pytest.fixture
def journal(settings_with, tmp_path) -> Journal:
    settings_with()
    ingest._journal.cache_clear()
    yield ingest.journal()
    ingest.journal().close()
    ingest._journal.cache_clear()


@pytest.fixture
def down(journal, monkeypatch):
    """The database refuses, until the test lets it come back."""

    def gone(*args, **more):
        raise OperationalError("connection refused")

    with monkeypatch.context() as away:
        for name in ("_store", "kinds", "erasures_since"):
            away.setattr(ingest, name, gone)
        yield away


def event(n: int, **more) -> dict:
    return {"event_id": f"e{n}", "user_id": "ada", "item_id": f"i{n}", "type": "view", **more}


def stored() -> list[str]:
    return list(Event.objects.order_by("seq").values_list("event_id", flat=True))


def test_an_event_is_acknowledged_and_waits(down, journal, post):
    answer = post(URL, event(1))
    assert (answer.status_code, answer.json()["stored"]) == (200, 1)
    assert ingest.waiting()
    assert stored() == []


def test_it_is_stored_once_in_order_when_the_database_is_back(down, post):
    for n in range(3):
        post(URL, event(n))
    post(URL, event(1))
    down.undo()
    assert ingest.replay() == 4
    assert stored() == ["e0", "e1", "e2"]
    assert not ingest.waiting()
    assert ingest.replay() == 0


def test_what_comes_afterwards_does_not_overtake_it(down, post):
    post(URL, event(1))
    down.undo()
    post(URL, event(2))
    assert stored() == ["e1", "e2"]


def test_replay_database_still_down_keeps_events_waiting(down, post):
    post(URL, event(1))
    with pytest.raises(OperationalError):
        ingest.replay()
    post(URL, event(2))
    down.undo()
    ingest.replay()
    assert stored() == ["e1", "e2"]


def test_a_replay_that_broke_off_is_begun_again(down, post, monkeypatch):
    for n in range(3):
        post(URL, event(n))
    down.undo()
    whole, calls = ingest._store, []

    def breaks(rows, create_unknown):
        calls.append(rows)
        if len(calls) == 2:
            raise OperationalError("gone again")
        return whole(rows, create_unknown)

    with monkeypatch.context() as broken:
        broken.setattr(ingest, "_store", breaks)
        with pytest.raises(OperationalError):
            ingest.replay()
    assert ingest.replay() == 3
    assert stored() == ["e0", "e1", "e2"]


def test_the_next_answer_knows_it_all_the_same(trained, down, post):
    asked = {"user_id": "u00", "n": 50}
    first = post("/api/recommendations", asked).json()["items"][0]["item_id"]
    post(URL, {"user_id": "u00", "item_id": first, "type": "purchase"})
    held = online.read(["u:u00"])[0]
    assert not held.fresh
    assert first.encode() in held.value


def test_events_of_a_session_and_of_somebody_new(down, post):
    post(URL, {"session_id": "s", "item_id": "i1", "type": "view", "time": 5})
    post(URL, {"session_id": "s", "item_id": "i0", "type": "view", "time": 4})
    value = online.read(["s:s"])[0].value
    assert value is not None
    past = past_columns(split_profile(value)[1])
    assert list(past.rows()) == [("i0", "view", None, 4), ("i1", "view", None, 5)]


def test_bad_events_are_refused_as_ever(down, post):
    assert post(URL, event(1, type="nonsense")).status_code == 422
    assert not ingest.waiting()


def test_a_full_disk_is_said_and_nothing_is_acknowledged(down, journal, post, tmp_path):
    (tmp_path / "journal").write_text("no folder")
    answer = post(URL, event(1))
    assert (answer.status_code, answer.json()["code"]) == (503, "not_ready")
    (tmp_path / "journal").unlink()
    down.undo()
    assert stored() == []
    assert post(URL, event(1)).json()["stored"] == 1


def test_the_last_known_kinds_count_while_it_is_down(journal, monkeypatch):
    known = ingest.declared_kinds()

    def gone():
        raise OperationalError("gone")

    monkeypatch.setattr(ingest, "kinds", gone)
    assert ingest.declared_kinds() == known
    monkeypatch.setattr(ingest, "_last_kinds", {})
    assert "view" in ingest.declared_kinds()


def test_who_was_forgotten_meanwhile_does_not_come_back(down, post):
    session = event(3, user_id=None, session_id="s")
    post(URL, [event(1), event(2, user_id="bob"), session])
    down.undo()
    erase_events(user_id="ada")
    ingest.replay()
    assert stored() == ["e2", "e3"]


@pytest.mark.parametrize("requests", [[[0], [1], [2]], [[0, 1, 2]]])
def test_an_event_that_the_database_refuses_does_not_block_the_others(
    down, post, monkeypatch, requests
):
    for numbers in requests:
        post(URL, [event(n) for n in numbers])
    down.undo()
    whole = ingest._store

    def refuses(rows: list[EventRow], create_unknown: bool) -> int:
        if any(row.event_id == "e1" for row in rows):
            raise DataError("no")
        return whole(rows, create_unknown)

    monkeypatch.setattr(ingest, "_store", refuses)
    assert ingest.replay() == 3
    assert stored() == ["e0", "e2"]


def test_ready_says_that_events_wait(trained, down, client, post):
    post(URL, event(1))
    body = client.get("/health/ready").json()
    assert (body["status"], body["parts"]["journal"]) == (
        "degraded",
        "events wait for the database",
    )


def brought(*ids: str, create: bool = True, user: str = "ada") -> PendingWrite:
    """What one request brings."""
    rows = [EventRow(each, user, f"i-{each}", "view", None, 5) for each in ids]
    return PendingWrite(rows, create, ingest.TOGETHER)


def test_requests_that_come_at_once_share_one_transaction(journal):
    group = [brought("a", "b"), brought("c", user="bob"), brought("d")]
    with CaptureQueriesContext(connection) as asked:
        ingest._keep(group)
    assert [each.result() for each in group] == [2, 1, 1]
    assert stored() == ["a", "b", "c", "d"]
    written = [q["sql"] for q in asked if "INSERT INTO omakase_events_event" in q["sql"]]
    assert len(written) == 1


def test_an_id_that_several_bring_is_new_to_the_first(journal):
    record(events=[event(0)])
    group = [brought("e0", "x", "x"), brought("x", "y"), brought("y")]
    ingest._keep(group)
    assert [each.result() for each in group] == [1, 1, 0]
    assert stored() == ["e0", "x", "y"]


def test_each_request_has_its_wish_about_the_unknown(journal):
    group = [brought("a"), brought("b", create=False), brought("c")]
    ingest._keep(group)
    assert set(stored()) == {"a", "b", "c"}
    assert known_items(item_ids=["i-a", "i-b", "i-c"]) == {"i-a", "i-c"}


def test_what_the_database_refuses_of_one_request_the_others_do_not_hear_of(journal, monkeypatch):
    whole = ingest._store

    def refuses(rows: list[EventRow], create_unknown: bool):
        if any(row.event_id == "bad" for row in rows):
            raise DataError("no")
        return whole(rows, create_unknown)

    monkeypatch.setattr(ingest, "_store", refuses)
    group = [brought("a"), brought("b", "bad"), brought("c")]
    ingest._keep(group)
    assert [group[0].result(), group[2].result()] == [1, 1]
    with pytest.raises(DataError):
        group[1].result()
    assert stored() == ["a", "c"]


def test_all_of_a_group_wait_on_the_disk_while_the_database_is_down(down):
    group = [brought("a"), brought("b", create=False, user="bob"), brought("c")]
    ingest._keep(group)
    assert [each.result() for each in group] == [1, 1, 1]
    down.undo()
    assert ingest.replay() == 3
    assert set(stored()) == {"a", "b", "c"}
    assert known_items(item_ids=["i-a", "i-b", "i-c"]) == {"i-a", "i-c"}


def test_nobody_of_a_group_is_acknowledged_where_the_disk_is_full(down, tmp_path):
    (tmp_path / "journal").write_text("no folder")
    mine = [brought("a"), brought("b")]
    ingest.TOGETHER.pending.append(mine[0])
    mine[1].wait()
    for each in mine:
        with pytest.raises(NotReady):
            each.result()


def test_everybody_of_a_group_is_read_from_the_log_again(journal):
    for key in ("u:ada", "u:bob"):
        online.keep(key, b"{}", since=0)
    ingest._keep([brought("a"), brought("b", user="bob")])
    assert [held.fresh for held in online.read(["u:ada", "u:bob"])] == [False, False]


@pytest.mark.parametrize("times", [1, 3])
def test_the_kinds_are_not_asked_for_at_each_event(
    journal, monkeypatch, django_assert_num_queries, times
):
    monkeypatch.setattr(ingest, "KINDS_SECONDS", 60.0)
    ingest.declared_kinds(anew=True)
    with django_assert_num_queries(0):
        for _ in range(times):
            ingest.declared_kinds()


def test_a_kind_that_was_just_declared_is_taken(journal):
    record(events=[event(1)])
    Kind.objects.create(name="tasted")
    assert record(events=[event(2, type="tasted")]).stored == 1


def test_later_events_have_greater_ids(journal):
    ids = [record(events=[view], now=lambda: 5).event_ids[0] for view in [event(1) | NAMELESS] * 20]
    assert ids == sorted(set(ids))


def kept(*ids: str) -> PendingWrite:
    """What one request brings, after it has been kept."""
    write = ingest.waiting_for(brought(*ids).rows, create_unknown=True)
    write.wait()
    return write


@pytest.mark.parametrize("inside", [True, False])
@pytest.mark.django_db(transaction=True)
def test_waiting_for_within_a_transaction_of_the_caller_keeps_its_events_alone(journal, inside):
    other = brought("b")
    ingest.TOGETHER.pending.append(other)
    with transaction.atomic() if inside else nullcontext():
        assert kept("a").result() == 1
    ingest.TOGETHER.pending.clear()
    assert (other.is_done, stored()) == ((False, ["a"]) if inside else (True, ["b", "a"]))


def test_waiting_for_while_it_writes_lets_nobody_believe_what_is_at_hand(journal, monkeypatch):
    online.keep("u:ada", b"{}", since=0)
    seen = []
    whole = ingest.append_new

    def watched(*, rows: list[EventRow]) -> Collection[str]:
        held = online.read(["u:ada"])[0]
        seen.append((held.fresh, online.keep("u:ada", b"{}", since=held.revision)))
        return whole(rows=rows)

    monkeypatch.setattr(ingest, "append_new", watched)
    kept("a")
    assert seen == [(False, 0)]
    revision = online.read(["u:ada"])[0].revision
    assert online.keep("u:ada", b"{}", since=revision) == revision


def test_waiting_for_an_unknown_user_and_a_session_makes_the_user_alone(journal):
    rows = [
        EventRow("a", "ada", "i1", "view", None, 5),
        EventRow("b", None, "i1", "view", None, 5, session_id="s"),
    ]
    ingest.waiting_for(rows, create_unknown=True).wait()
    assert stored() == ["a", "b"]
    assert [user.user_id for user in users_after(after="", limit=5)] == ["ada"]


@pytest.mark.parametrize("inside", [True, False])
@pytest.mark.django_db(transaction=True)
def test_waiting_for_a_database_that_is_down_gives_its_connection_up(down, monkeypatch, inside):
    """The next event tries another one; a caller's transaction is the caller's to end."""
    closed = []
    monkeypatch.setattr(connection, "close", lambda: closed.append("closed"))
    with transaction.atomic() if inside else nullcontext():
        assert kept("a").result() == 1
    assert closed == ([] if inside else ["closed"])


def test_replay_makes_what_is_at_hand_of_its_people_old(down, post):
    post(URL, [event(1), event(2, user_id=None, session_id="s")])
    down.undo()
    for key in ("u:ada", "s:s"):
        assert online.keep(key, b"{}", since=online.read([key])[0].revision)
    ingest.replay()
    assert not any(held.fresh for held in online.read(["u:ada", "s:s"]))


def test_replay_puts_what_another_release_wrote_aside_and_stores_the_rest(journal, down, post):
    foreign = b'{"at": 1, "lines": []}'
    journal.append(foreign)
    post(URL, event(1))
    down.undo()
    assert ingest.replay() == 1
    assert stored() == ["e1"]
    assert [file.read_bytes() for file in journal.folder.glob("*.damaged")] == [foreign]


@pytest.mark.parametrize(("came", "left"), [(99, []), (100, []), (101, ["e1"])])
def test_replay_forgets_what_came_up_to_the_second_of_an_erasure(
    down, post, monkeypatch, came, left
):
    monkeypatch.setattr(ingest.time, "time", lambda: float(came))
    post(URL, event(1, time=50))
    down.undo()
    monkeypatch.setattr(ingest.time, "time", lambda: 100.0)
    erase_events(user_id="ada")
    ingest.replay()
    assert stored() == left


def test_replay_tells_an_operator_of_events_that_had_waited_and_only_of_these(down, post, caplog):
    post(URL, [event(1), event(2)])
    down.undo()
    caplog.clear()
    assert [ingest.replay(), ingest.replay()] == [2, 0]
    told = [record.getMessage() for record in caplog.records]
    assert told == ["2 events that had waited are in the database now"]


def test_declared_kinds_after_their_time_are_read_again(journal, monkeypatch):
    clock = [100.0]
    monkeypatch.setattr(ingest.time, "monotonic", lambda: clock[0])
    ingest.declared_kinds(anew=True)
    Kind.objects.create(name="tasted")
    assert "tasted" not in ingest.declared_kinds()
    clock[0] += ingest.KINDS_SECONDS
    assert "tasted" in ingest.declared_kinds()


NAMELESS = {"event_id": None}
