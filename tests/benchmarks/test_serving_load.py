"""What the load generator sends is what the API takes, and its figures are what they say."""

import json
import random
from types import SimpleNamespace

import pytest
from benchmarks import serving_load
from benchmarks.firing import Fired
from benchmarks.served import Server
from benchmarks.serving_load import KINDS, bare_row, compared, figures, measured, words

from omakase_service.serving.schemas.requests import RecommendationRequest

SERVER = Server("127.0.0.1:8123", "omk_a_b", 7)


@pytest.fixture
def fired(monkeypatch):
    """Every load is answered by these figures; what was asked is remembered."""
    asked: list[tuple[int, int, dict]] = []

    def fire(port, requests, *, lines, seconds):
        for _ in range(3):
            _, _, body = next(requests).partition(b"\r\n\r\n")
            asked.append((port, lines, json.loads(body)))
        taken = [float(n) for n in range(1, 101)]
        return Fired(taken, [each / 10 for each in taken], 50.0 / lines, 3000)

    clock = iter(range(0, 1000, 1))
    monkeypatch.setattr(serving_load, "fire", fire)
    monkeypatch.setattr(serving_load, "processor_seconds", lambda pid: float(next(clock)))
    monkeypatch.setattr(serving_load, "rest", lambda pid: None)
    return asked


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_of_request_is_one_that_the_api_takes(kind):
    assert RecommendationRequest.model_validate(KINDS[kind](random.Random(0), 943))


def test_people_differ_where_nothing_is_to_be_cached_and_not_where_it_is():
    dice = random.Random(0)
    assert len({KINDS["uncached"](dice, 943)["user_id"] for _ in range(50)}) > 30
    assert len({str(KINDS["cached"](dice, 943)) for _ in range(50)}) == 1
    assert {KINDS["uncached"](dice, 2)["user_id"] for _ in range(50)} == {"1", "2"}


def test_the_figures_are_of_the_right_run(fired):
    row = measured(SERVER, "cached", 943, 2.0, 0)
    assert row == {
        "request": "cached", "p50 ms": 51.0, "p95 ms": 96.0, "p99 ms": 100.0,
        "p99 inside ms": 10.0, "a second": 16.0, "lines": 8, "us a request": 1e4,
    }  # fmt: skip
    assert [lines for _, lines, _ in fired[::3]] == [1, 1, 8]
    assert {port for port, _, _ in fired} == {8123}


def test_everybody_asks_once_and_is_then_at_hand(fired):
    row = serving_load.first_questions(SERVER, 2, 1.0)
    assert [body["user_id"] for _, _, body in fired] == ["1", "2", "1"]
    assert (row["request"], row["lines"]) == ("a person's first", 1)


def test_a_bare_server_says_nothing_of_its_time(monkeypatch, fired):
    assert bare_row(1, 2, 1.0)["request"] == "bare Granian"
    row = figures("bare Granian", Fired([1.0], [], 1.0), Fired([1.0], [], 1.0), 1.0)
    assert row["p99 inside ms"] is None


def rows(cached: float, inside: float) -> list[dict]:
    best = {"request": "bare Granian", "a second": 1000.0, "us a request": 100.0}
    named = [("cached", cached, inside), ("uncached", 100.0, 15.0)]
    more = [
        {"request": name, "a second": speed, "us a request": 400.0, "p99 inside ms": ms}
        for name, speed, ms in named
    ]
    return [compared(row, best) for row in (best, *more)]


def test_a_hybrid_is_set_beside_one_model():
    hybrid = {"request": serving_load.HYBRID, "a second": 1.0, "us a request": 1000.0}
    found = [*rows(250.0, 1.0), hybrid]
    assert words(found)[:-1] == words(rows(250.0, 1.0))
    assert "2.5 times" in words(found)[-1]


def test_the_ratios_are_to_the_bare_server():
    bare, cached, uncached = rows(250.0, 1.0)
    assert (bare["of bare Granian"], bare["by processor"]) == (1.0, 1.0)
    assert (cached["of bare Granian"], cached["by processor"]) == (0.25, 0.25)
    assert uncached["of bare Granian"] == 0.1


@pytest.mark.parametrize(
    ("cached", "inside", "said"),
    [(250.0, 1.0, ["kept", "kept", "kept"]), (100.0, 3.0, ["missed", "missed", "kept"])],
)
def test_the_words_say_which_bar_is_kept(cached, inside, said):
    for word, line in zip(said, words(rows(cached, inside)), strict=True):
        assert word in line


def test_rest_ends_when_the_server_does_little(monkeypatch):
    busy = iter([0.0, 0.5, 0.5, 0.9, 0.9, 0.901, 7.0])
    monkeypatch.setattr(serving_load, "processor_seconds", lambda pid: next(busy))
    monkeypatch.setattr(serving_load, "LOOK_SECONDS", 0.05)
    serving_load.rest(7)
    assert next(busy) == 7.0


def test_rest_ends_though_the_server_never_does_little(monkeypatch):
    now = [0.0]

    def sleep(seconds: float) -> None:
        now[0] += seconds

    clock = SimpleNamespace(monotonic=lambda: now[0], sleep=sleep)
    monkeypatch.setattr(serving_load, "time", clock)
    monkeypatch.setattr(serving_load, "processor_seconds", lambda pid: now[0])
    serving_load.rest(7)
    assert now[0] == serving_load.PATIENCE_SECONDS
