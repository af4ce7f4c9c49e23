"""How large a step is, from the number of the step alone."""

import math

from omakase.deep.train.plan import FitPlan

FULL = 0.6
"""Share of the steps before the late schedule begins to fall.

Paper: Hu et al., "MiniCPM", COLM 2024: a full rate for most of the way, and a short fall.
"""


def learning_rate(plan: FitPlan, step: int, steps: int, halvings: int) -> float:
    """The rate at `step` of `steps`, both counted from 0.

    Args:
        halvings: how often validation has stalled; only the plateau schedule looks at it.
    """
    warm = min(1.0, (step + 1) / plan.warmup_steps) if plan.warmup_steps else 1.0
    done = step / max(1, steps)
    if plan.schedule == "cosine":
        return plan.learning_rate * warm * _fallen(done)
    if plan.schedule == "late":
        return plan.learning_rate * warm * _fallen(max(0.0, (done - FULL) / (1 - FULL)))
    if plan.schedule == "plateau":
        return plan.learning_rate * warm * 0.5**halvings
    return plan.learning_rate * warm


def _fallen(share: float) -> float:
    """From 1 to 0 along half a wave."""
    return 0.5 * (1 + math.cos(math.pi * share))
