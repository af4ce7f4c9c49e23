"""The bench of new items."""

import numpy as np
import pytest
from benchmarks import new_items as bench

from omakase.bandits.feedback import Feedback
from omakase.synthetic.cinema import CINEMA
from omakase.synthetic.world import World


@pytest.fixture(scope="module")
def cinema():
    return bench.Cinema(World(CINEMA, 200, 5000, 1, 3))


def test_films_are_new_and_some_are_better(cinema):
    assert len(cinema.films) == bench.FILMS
    assert cinema.world.tastes.is_new(cinema.films).all()
    assert cinema.rates.max() > 1.4 * np.median(cinema.rates) > 0
    assert cinema.item_vectors().shape[0] == bench.FILMS


@pytest.mark.parametrize("name", sorted(bench.RANKERS))
def test_ranker_draws_with_chances_that_add_up(cinema, name, monkeypatch):
    monkeypatch.setattr(bench, "LOGGED", 300)
    feedback = Feedback(np.full(bench.FILMS, 50.0), np.round(50 * cinema.rates))
    ranker = bench.ranker(name, cinema)
    if hasattr(ranker, "with_feedback"):
        ranker = ranker.with_feedback(feedback)
    scores = bench.estimates(feedback)
    course = bench.Course(np.zeros(1), np.zeros(1), (ranker, scores))
    missed, own, ips, _ = bench.recovered(course, cinema, 1)
    assert missed < 0.002
    assert own > 0 and ips >= 0


def test_course_learns_sooner_than_a_fixed_share(cinema, monkeypatch):
    monkeypatch.setattr(bench, "ROUNDS", 12)
    ends = {name: bench.course(name, cinema, 0).regret[-1] for name in ("fixed share", "softmax")}
    assert ends["softmax"] < ends["fixed share"]


def test_counted_adds_showings_and_clicks():
    feedback = Feedback(np.zeros(bench.FILMS), np.zeros(bench.FILMS))
    grown = bench.counted(feedback, np.array([[1, 2], [1, 3]]), np.array([[1, 0], [0, 1]], bool))
    assert grown.shown[:4].tolist() == [0, 2, 1, 1]
    assert grown.clicked[:4].tolist() == [0, 1, 0, 1]
