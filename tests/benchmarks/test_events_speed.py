"""The own insert writes what the service would, and the figures are what they say."""

import json
import random
import sqlite3

import pytest
from benchmarks import events_speed
from benchmarks.events_speed import COLUMNS, TABLE, click, compared, requests, row_of, sent, words
from benchmarks.firing import Fired
from benchmarks.served import Server

from omakase_service.events.contracts import EventIn, EventRow
from omakase_service.events.models import Event


def test_the_own_insert_has_the_columns_of_the_log():
    assert EventRow._fields == COLUMNS
    assert Event._meta.db_table == TABLE
    row = EventRow(*row_of(random.Random(0)))
    assert row.event_id and row.user_id and row.kind == "click"
    assert EventRow(*row_of(random.Random(0))).event_id != row.event_id


def test_it_writes_to_a_copy(tmp_path):
    with sqlite3.connect(tmp_path / "db") as db:
        db.execute(f"CREATE TABLE {TABLE} (seq INTEGER PRIMARY KEY, {', '.join(COLUMNS)})")
        db.execute(f"INSERT INTO {TABLE} (event_id) VALUES ('before')")
    rows = [row_of(random.Random(n)) for n in range(3)]
    with events_speed.own_sqlite(tmp_path / "db") as insert:
        insert(rows)
        (copy,) = tmp_path.glob("*/own.sqlite3")
        with sqlite3.connect(copy) as own:
            assert own.execute(f"SELECT count(*) FROM {TABLE}").fetchone() == (4,)
    with sqlite3.connect(tmp_path / "db") as db:
        assert db.execute(f"SELECT count(*) FROM {TABLE}").fetchone() == (1,)


def test_its_speed_is_of_the_inserts_alone(monkeypatch):
    now, sizes = [0.0], []
    monkeypatch.setattr(events_speed.time, "perf_counter", lambda: now[0])

    def insert(rows) -> None:
        sizes.append(len(rows))
        now[0] += 0.5

    assert events_speed.inserted(insert, 64, 2.0) == 128.0
    assert sizes == [64] * 4


@pytest.mark.parametrize("events", [1, 3])
def test_requests_hold_so_many_events_that_the_api_takes(events):
    asked = next(requests("omk_a_b", events, random.Random(0)))
    assert b"Bearer omk_a_b" in asked
    body = json.loads(asked.partition(b"\r\n\r\n")[2])
    clicks = [body] if events == 1 else body
    assert len(clicks) == events
    assert all(EventIn.model_validate(each) for each in clicks)


def test_events_are_counted_and_not_requests(monkeypatch):
    clock = iter([1.0, 3.0])
    monkeypatch.setattr(
        events_speed, "fire", lambda *a, **k: Fired([float(n) for n in range(1, 101)], [], 4.0)
    )
    monkeypatch.setattr(events_speed, "processor_seconds", lambda pid: next(clock))
    row = sent(Server("127.0.0.1:1", "k"), 1000, 2, 1.0)
    assert row == {
        "way": "1,000 a request, 2 lines", "p50 ms": 51.0, "p99 ms": 100.0,
        "us an event": 20.0, "a second": 25_000.0,
    }  # fmt: skip


@pytest.mark.parametrize(("a_second", "said"), [(400.0, "is reached"), (300.0, "not reached")])
def test_the_words_say_whether_a_third_is_reached(a_second, said):
    row = {"data": "SQLite", "way": "one", **compared(a_second, 64, 1000.0)}
    assert row["ratio"] == a_second / 1000
    assert said in words([row])[0]


def test_clicks_are_of_known_people_and_items():
    dice = random.Random(0)
    clicks = [click(dice) for _ in range(200)]
    assert {int(c["user_id"]) <= 943 for c in clicks} == {True}
    assert len({c["item_id"] for c in clicks}) > 100
