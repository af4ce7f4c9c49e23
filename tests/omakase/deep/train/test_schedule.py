from itertools import pairwise

import pytest

from omakase.deep.train.plan import FitPlan
from omakase.deep.train.schedule import learning_rate


def rates(plan: FitPlan, halvings: int = 0) -> list[float]:
    return [learning_rate(plan, step, 4, halvings) for step in range(4)]


def test_constant():
    assert rates(FitPlan(learning_rate=2.0)) == [2, 2, 2, 2]


def test_warms_up_in_a_line():
    assert rates(FitPlan(learning_rate=2.0, warmup_steps=4)) == [0.5, 1, 1.5, 2]


def test_cosine_starts_full_and_is_half_way_down_in_the_middle():
    first, quarter, middle, late = rates(FitPlan(learning_rate=2.0, schedule="cosine"))
    assert (first, middle) == (2.0, pytest.approx(1.0))
    assert first > quarter > middle > late > 0


def test_late_is_full_for_three_fifths_and_then_falls():
    plan = FitPlan(learning_rate=2.0, schedule="late")
    found = [learning_rate(plan, step, 10, 0) for step in range(11)]
    assert found[:7] == [2.0] * 7
    assert found[8] == pytest.approx(1.0), "half way down, half way through the fall"
    assert all(a > b for a, b in pairwise(found[6:]))
    assert found[10] == pytest.approx(0.0)


def test_plateau_halves():
    assert rates(FitPlan(learning_rate=2.0, schedule="plateau"), halvings=2) == [0.5] * 4
    assert rates(FitPlan(learning_rate=2.0), halvings=2) == [2] * 4
