"""What the long load sends is what the API takes, and its figures are what they say."""

import random
import threading
import time

import pytest
from benchmarks import soak
from benchmarks.firing import Fired
from benchmarks.served import Server
from benchmarks.soak import Watched, curve_rows, ends, mixed, one, paced, row_of, sample

from omakase_service.events.contracts import EventIn
from omakase_service.serving.schemas.requests import RecommendationRequest


def test_every_request_is_one_that_the_api_takes_and_all_kinds_come():
    dice = random.Random(0)
    kinds = {"event": 0, "kept": 0, "anew": 0}
    for _ in range(1000):
        path, body = one(dice)
        is_event = path == "/api/events"
        assert (EventIn if is_event else RecommendationRequest).model_validate(body)
        kinds["event" if is_event else "anew" if body.get("refresh") else "kept"] += 1
    assert kinds["kept"] == pytest.approx(400, abs=60)
    assert kinds["anew"] == pytest.approx(300, abs=60)


def test_they_carry_the_key():
    asked = mixed("omk_a_b", random.Random(0))
    assert all(b"Bearer omk_a_b" in next(asked) for _ in range(5))


def test_the_pace_is_kept_by_waiting(monkeypatch):
    now, slept = [100.0], []

    def sleep(seconds: float) -> None:
        slept.append(seconds)
        now[0] += seconds

    monkeypatch.setattr(soak.time, "perf_counter", lambda: now[0])
    monkeypatch.setattr(soak.time, "sleep", sleep)
    assert list(paced(iter([b"a", b"b", b"c"]), 10)) == [b"a", b"b", b"c"]
    assert slept == pytest.approx([0.1, 0.1, 0.1])


def test_who_fell_behind_does_not_make_up_for_it_all_at_once(monkeypatch):
    now = [100.0]
    monkeypatch.setattr(soak.time, "perf_counter", lambda: now[0])
    monkeypatch.setattr(soak.time, "sleep", lambda seconds: None)
    asked = paced(iter([b""] * 1000), 10)
    next(asked)
    now[0] += 60
    at_once = sum(1 for _ in zip(range(11), asked, strict=False))
    assert at_once == 11


def test_growth_is_from_the_end_of_the_warm_up():
    curve = [100.0, 500.0, 1000.0, 1000.0, 1010.0, 1020.0, 1020.0, 1030.0, 1040.0, 1060.0]
    assert ends(curve) == (1000.0, 1050.0)
    assert ends([7.0, 8.0]) == (8.0, 8.0)


def test_the_figures_of_a_run():
    fired = Fired(milliseconds=[float(n) for n in range(1, 101)], seconds=50.0)
    curve = [(float(n), 100.0 + n, 50.0) for n in range(10)]
    watched = Watched(curve, {"recommendations_updated": 7, "error": 2}, 3, ["closed"])
    row = row_of(fired, watched, 25.0)
    assert (row["requests"], row["p50 ms"], row["p99 ms"]) == (100, 51.0, 100.0)
    assert (row["errors"], row["messages to pages"], row["pages opened"]) == (3, 9, 3)
    assert row["growth"] == pytest.approx(108.5 / 102 - 1)
    assert row["growth, not of files"] == 0
    assert row["share of a processor"] == 0.5


def test_ten_points_of_the_curve():
    rows = curve_rows([(60.0 * n, 100.0, 50.0) for n in range(100)])
    assert len(rows) == 10
    assert rows[1] == {"data": "memory", "minutes": 10.0, "MB": 100.0, "MB not of files": 50.0}


def test_memory_is_looked_at_until_it_is_over(monkeypatch):
    monkeypatch.setattr(soak, "memory", lambda pid: (pid, 1.0))
    watched, over = Watched(), threading.Event()
    thread = threading.Thread(target=sample, args=(7, 0.12, watched, over))
    thread.start()
    while len(watched.curve) < 3:
        time.sleep(0.001)
    over.set()
    thread.join()
    assert watched.curve[0][1:] == (7, 1.0)
    assert watched.curve[1][0] > watched.curve[0][0]


def test_everybody_is_asked_for_once_before(monkeypatch):
    sent: list[bytes] = []

    def fire(port, requests, *, lines, seconds):
        assert (port, seconds) == (9, 3.0)
        sent.extend(next(requests) for _ in range(soak.PEOPLE + 1))

    monkeypatch.setattr(soak, "fire", fire)
    soak.warm(Server("127.0.0.1:9", "k"), 3.0)
    assert len(set(sent)) == soak.PEOPLE
    assert sent[0] == sent[-1]
