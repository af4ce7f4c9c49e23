import pytest

from omakase.training.plan import Plan
from omakase.training.schedule import learning_rate


def rates(plan: Plan, halvings: int = 0) -> list[float]:
    return [learning_rate(plan, step, 4, halvings) for step in range(4)]


def test_constant():
    assert rates(Plan(learning_rate=2.0)) == [2, 2, 2, 2]


def test_warms_up_in_a_line():
    assert rates(Plan(learning_rate=2.0, warmup_steps=4)) == [0.5, 1, 1.5, 2]


def test_cosine_starts_full_and_is_half_way_down_in_the_middle():
    first, quarter, middle, late = rates(Plan(learning_rate=2.0, schedule="cosine"))
    assert (first, middle) == (2.0, pytest.approx(1.0))
    assert first > quarter > middle > late > 0


def test_plateau_halves():
    assert rates(Plan(learning_rate=2.0, schedule="plateau"), halvings=2) == [0.5] * 4
    assert rates(Plan(learning_rate=2.0), halvings=2) == [2] * 4
