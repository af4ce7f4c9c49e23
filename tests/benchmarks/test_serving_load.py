"""What the load generator sends is what the API takes, and its figures are what they say."""

import random

import pytest
from benchmarks import serving_load
from benchmarks.serving_load import KINDS, Served, measured


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_of_request_is_one_that_the_api_takes(kind):
    from omakase_service.events.contracts import EventIn
    from omakase_service.serving.api import Asked

    path, body = KINDS[kind](random.Random(0))
    schema = EventIn if path == "/api/events" else Asked
    assert schema.model_validate(body)
    assert path in ("/api/events", "/api/recommendations")


def test_people_differ_where_nothing_is_to_be_cached_and_not_where_it_is():
    dice = random.Random(0)
    assert len({KINDS["uncached"](dice)[1]["user_id"] for _ in range(50)}) > 30
    assert len({str(KINDS["cached"](dice)) for _ in range(50)}) == 1


def test_the_figures_are_of_the_right_run(monkeypatch):
    def loaded(served, kind, people, seconds, seed):
        return [float(n) for n in range(1, 101)] if people == 1 else [1.0] * 400

    monkeypatch.setattr(serving_load, "load", loaded)
    row = measured(Served(1, "k"), "cached", 2.0, 0)
    assert row == {
        "request": "cached", "p50 ms": 50.5, "p95 ms": 96.0, "p99 ms": 100.0, "a second": 200.0,
    }  # fmt: skip


def test_everybody_asks_once_and_is_then_at_hand(monkeypatch):
    asked: list[object] = []

    def loaded(served, kind, people, seconds, seed):
        asked.extend(KINDS[kind](random.Random(0))[1]["user_id"] for _ in range(4))
        return [2.0, 4.0, 2.0, 4.0]

    monkeypatch.setattr(serving_load, "load", loaded)
    row = serving_load.first_questions(Served(1, "k"), 1.0)
    assert asked == ["1", "2", "3", "4"]
    assert (row["p50 ms"], row["a second"]) == (3.0, 1000 / 3)
    assert "first" not in KINDS
