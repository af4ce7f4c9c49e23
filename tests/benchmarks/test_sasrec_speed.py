import numpy as np
import pytest
from benchmarks.sasrec_speed import LENGTH, OURS, SAME, Curve, _ours, newest, sentences, table

from omakase.conformance.toy_data import two_tribes
from omakase.data.dataset import Dataset
from omakase.deep.train.held_out import hold_out
from omakase.deep.train.sequences import Sequences

FAST = Curve((3.0, 1.0, 1.0), (0.1, 0.2, 0.3))
SLOW = Curve((10.0, 10.0, 10.0), (0.15, 0.2, 0.25))


def test_seconds_until_a_figure_is_reached():
    assert FAST.reaching(0.15) == 4.0
    assert FAST.reaching(0.4) is None


def test_ratios_are_to_the_worse_of_the_best_figures():
    ours, theirs = table({"sampled": FAST}, {"rectools": SLOW})
    assert ours["target ndcg@10"] == 0.25
    assert (ours["seconds to it"], ours["peer's seconds to it"]) == (5.0, 30.0)
    assert ours["times as fast to it"] == pytest.approx(6)
    assert ours["times as fast an epoch"] == pytest.approx(10)
    assert (ours["beside"], theirs["model"]) == ("rectools", "rectools")
    assert "times as fast to it" not in theirs


def test_the_newest_that_fit_of_some_people():
    long = [("a", f"i{n:02}", 1.0) for n in range(60)]
    data = Dataset.from_events([*long, ("b", "i01", 1.0), ("b", "i02", 1.0), ("c", "i03", 1.0)])
    kept = newest(data, 1.0)
    assert len(kept.events) == LENGTH + 2 + 3
    assert kept.events.items[kept.events.users == 0].tolist() == list(range(8, 60))
    half = newest(data, 0.5)
    assert np.unique(half.events.users).tolist() == [0, 2]
    assert (half.n_users, half.n_items) == (3, 60)


def test_ours_trains_what_is_asked_and_is_clocked_by_the_processor():
    data = two_tribes(30)
    learnt, held = hold_out(Sequences.of(data), 30, np.random.default_rng(0))
    curves = [_ours(data, learnt, held, knobs, 2) for knobs in OURS.values()]
    assert [len(curve.seconds) for curve in curves] == [2, 2]
    assert all(second >= 0 for curve in curves for second in curve.seconds)
    assert all(0 <= figure <= 1 for curve in curves for figure in curve.ndcg)


def test_a_sentence_for_each_peer_names_the_same_numbers_and_the_quickest_way():
    rows = table({SAME: SLOW, "sampled": FAST}, {"rectools": SLOW, "recbole": FAST})
    first, second = sentences(rows)
    assert first.startswith("beside rectools: an epoch of the same loss in the same numbers 1.0")
    assert first.endswith("6.0 times as fast (sampled)")
    assert second.startswith("beside recbole") and second.endswith("1.0 times as fast (sampled)")
    assert "to the same NDCG@10 0.2 times" in second
