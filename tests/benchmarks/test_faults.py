import random

import httpx
import pytest
from benchmarks import faults
from benchmarks.served import Server
from benchmarks.storm import Traffic


def test_what_was_acknowledged_and_is_not_there_is_lost():
    traffic = Traffic("", "", "p", acknowledged=["a", "b", "c"], again=1, answered=[1.0, 4.0])
    row = faults.row_of("SQLite", traffic, ["a", "b", "b", "d"], 20, 60.0)
    assert (row["lost"], row["doubled"], row["acknowledged"]) == (1, 1, 3)
    assert (row["lists answered"], row["longest silence s"]) == (2, 3.0)
    assert faults.words(row) == (
        "SQLite: 20 kills, 3 events acknowledged, 1 lost, 1 doubled, 2 lists answered"
    )


def test_the_people_of_a_tribe_rate_what_is_theirs():
    head, *rows = faults.lines()
    assert head == "user_id,item_id,rating,timestamp"
    assert len(rows) > 500
    assert all((int(row.split(",")[0]) + int(row.split(",")[1])) % 2 == 0 for row in rows)


def test_kills_of_workers_are_followed_by_answers(monkeypatch):
    traffic, dead = Traffic("", "", "p"), []

    def die(worker: int) -> bool:
        dead.append(worker)
        traffic.answered += [0.0] * 20
        return len(dead) != 2  # the second had ended by itself

    monkeypatch.setattr(faults, "PAUSES", (0.0, 0.0))
    monkeypatch.setattr(faults, "workers", lambda parent: [parent + 1])
    monkeypatch.setattr(faults, "kill", die)
    monkeypatch.setattr(faults, "wait_until", lambda done: None)
    assert faults.killed(Server("", "", 7), traffic, 3, random.Random(0)) == 3
    assert dead == [8, 8, 8, 8]


def test_patience_ends(monkeypatch):
    def gone() -> bool:
        raise httpx.ConnectError("nobody")

    monkeypatch.setattr(faults, "PATIENCE_SECONDS", 0.0)
    with pytest.raises(RuntimeError, match="did not recover"):
        faults.wait_until(gone)
    faults.wait_until(lambda: True)
