"""The bench of questions to somebody new: whoever is asked what, the same answers are right."""

import numpy as np
import pytest
from benchmarks import onboarding
from benchmarks.cold_start import HeldOut, Served
from benchmarks.onboarding import NOTHING, WAYS, Round

from omakase.data.dataset import Dataset
from omakase.types import PAD

PEOPLE, ITEMS, NUMBER = 200, 80, 4


@pytest.fixture(scope="module")
def data() -> Dataset:
    """Even people like even items, odd people odd ones, the lower ones more often."""
    rng = np.random.default_rng(0)
    chances = 0.97 ** np.arange(ITEMS)
    rows = []
    for user in range(PEOPLE):
        own = np.where(np.arange(ITEMS) % 2 == user % 2, chances, 0.02)
        chosen = rng.choice(ITEMS, 28, replace=False, p=own / own.sum())
        rows += [(n, f"u{user:03}", f"i{item:02}") for n, item in enumerate(chosen)]
    return Dataset.from_events((user, item, 1.0) for _, user, item in sorted(rows))


@pytest.fixture(scope="module")
def asked(data, tmp_path_factory):
    held = HeldOut.of(data, 0)
    return Round(held, Served.of(held.learnt, tmp_path_factory.mktemp("v"), 0), NUMBER, 0)


def test_each_way_asks_as_many_questions_about_different_items(asked):
    assert set(asked.asked) == set(WAYS)
    for way in WAYS:
        if way != NOTHING:
            items = asked.asked[way]
            assert items.shape == (len(asked.held.users), NUMBER)
            assert all(len(set(row)) == NUMBER for row in items.tolist())
    assert (asked.asked[NOTHING] == PAD).all()
    assert len({tuple(row) for row in asked.asked["random"].tolist()}) > 1
    assert len({tuple(row) for row in asked.asked["telling"].tolist()}) == 1


def test_answers_are_what_the_person_had(asked):
    had = asked.held.data.matrix[asked.held.users].toarray() != 0
    for way in WAYS[1:]:
        expected = np.take_along_axis(had, asked.asked[way], axis=1).sum(axis=1)
        assert asked.values[way]["answered"].tolist() == expected.tolist()
    assert not asked.values[NOTHING]["answered"].any()


def test_nothing_that_anybody_asks_about_is_right_or_shown(asked, monkeypatch):
    rows, items = asked._right
    heard = []
    for way in WAYS[1:]:
        assert not (asked.asked[way][rows] == items[:, None]).any()
    ways = asked.served.ways
    monkeypatch.setitem(ways, "paths", heard_by(ways["paths"], heard))
    for way in WAYS:
        asked._told(asked.asked[way])
    assert len(heard) == len(WAYS)
    for way in WAYS[1:]:
        for shown in heard:
            assert not (shown[:, :, None] == asked.asked[way][:, None, :]).any()


def heard_by(ask, heard):
    def hears(queries, k):
        slate = ask(queries, k)
        heard.append(slate.items)
        return slate

    return hears


def test_a_table_says_what_answers_are_worth(data):
    rows = onboarding.table(data, (0,))
    assert [(row["questions"], row["about"]) for row in rows] == [
        (number, way) for number in onboarding.NUMBERS for way in WAYS
    ]
    by_way = {row["about"]: row for row in rows if row["questions"] == 10}
    assert by_way["telling"]["model"] > by_way[NOTHING]["model"]
    assert by_way["popular"]["over popular"] == 0
    assert by_way[NOTHING]["answered"] == 0
    assert by_way["random"]["people"] == PEOPLE // 5


def test_the_verdict_is_about_its_own_choice():
    rows = [
        {"questions": 5, "about": "telling", "over popular 95 %": [-0.1, 0.1]},
        {"questions": 10, "about": "telling", "over popular 95 %": [0.1, 0.2]},
        {"questions": 10, "about": "random", "over popular 95 %": [-0.2, -0.1]},
    ]
    told = onboarding.verdict(rows, "toy")
    assert "with 5 questions no sure difference, with 10 questions surely better" in told
