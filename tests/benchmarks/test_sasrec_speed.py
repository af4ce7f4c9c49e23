import pytest
from benchmarks.sasrec_speed import Curve, table

FAST = Curve((3.0, 1.0, 1.0), (0.1, 0.2, 0.3))
SLOW = Curve((10.0, 10.0, 10.0), (0.15, 0.2, 0.25))


def test_seconds_until_a_figure_is_reached():
    assert FAST.reaching(0.15) == 4.0
    assert FAST.reaching(0.4) is None


def test_ratios_are_to_the_worse_of_the_best_figures():
    ours, theirs = table({"sampled": FAST}, {"softmax": SLOW})
    assert ours["target ndcg@10"] == 0.25
    assert (ours["seconds to it"], ours["peer's seconds to it"]) == (5.0, 30.0)
    assert ours["times as fast to it"] == pytest.approx(6)
    assert ours["times as fast an epoch"] == pytest.approx(10)
    assert theirs["model"] == "rectools"
    assert "times as fast to it" not in theirs
