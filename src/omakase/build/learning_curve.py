"""How a model was learnt, step by step: the figures that its training tells."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import isfinite

CurvePoint = Mapping[str, float]
"""Figures of one step: `step`, from 1, and whatever the model tells (loss, figure)."""


@dataclass
class LearningCurve:
    """A `Progress` that remembers the figures of each step; what is not finite is left out."""

    points: list[CurvePoint] = field(default_factory=list)

    def __call__(self, done: int, total: int, **figures: float) -> None:
        finite = {name: float(value) for name, value in figures.items() if isfinite(value)}
        if finite:
            self.points.append({"step": float(done), **finite})
