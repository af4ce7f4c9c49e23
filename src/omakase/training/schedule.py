"""How large a step is, from the number of the step alone."""

import math

from omakase.training.plan import Plan


def learning_rate(plan: Plan, step: int, steps: int, halvings: int) -> float:
    """The rate at `step` of `steps`, both counted from 0.

    Args:
        halvings: how often validation has stalled; only the plateau schedule looks at it.
    """
    warm = min(1.0, (step + 1) / plan.warmup_steps) if plan.warmup_steps else 1.0
    if plan.schedule == "cosine":
        return plan.learning_rate * warm * 0.5 * (1 + math.cos(math.pi * step / max(1, steps)))
    if plan.schedule == "plateau":
        return plan.learning_rate * warm * 0.5**halvings
    return plan.learning_rate * warm
