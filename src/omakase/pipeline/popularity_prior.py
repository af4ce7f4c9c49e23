"""Who leads and how much popularity counts while few events are known of somebody."""

from typing import Self

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, NonNegativeFloat, model_validator

from omakase.errors import ConfigError
from omakase.stacking.calibration import ScoreCalibrationConfig
from omakase.types import Config


class PopularityPrior(Config):
    """A falling curve, as it was found at training: the fewer events, the more popularity counts.

    Crowd(events=(1, 3), shares=(4.0, 1.0), known=10)  # 4 after one event or two, 1 up to nine
    """

    events: tuple[int, ...] = Field(default=(), description="numbers of events, from 1, rising")
    shares: tuple[NonNegativeFloat, ...] = Field(
        default=(), description="of popularity from each number on, beside 1 of a model alone"
    )
    known: int = Field(ge=1, description="events from which somebody is known: models answer alone")
    lead: str | None = Field(
        default=None, description="model that answers before; none: those that answer the known"
    )
    meaning: ScoreCalibrationConfig | None = Field(
        default=None, description="chances of what was merged for people of few events"
    )

    @model_validator(mode="after")
    def _is_a_curve(self) -> Self:
        steps = list(self.events)
        if (
            len(steps) != len(self.shares)
            or steps != sorted(set(steps))
            or min(steps, default=1) < 1
        ):
            raise ConfigError("crowd: numbers of events must rise from 1, with one share each")
        if steps and steps[-1] >= self.known:
            raise ConfigError(
                f"crowd: no share can hold from {steps[-1]} events; {self.known} are known"
            )
        return self


def never_rising(worth: NDArray[np.float64]) -> NDArray[np.int64]:
    """(S,) the column chosen in each row, never a later one than in the row before.

    Of all such choices the one with the highest sum; among equals, the earliest columns from the
    last row upwards.

    Args:
        worth: (S, C) what each column is worth in each row.

    Cost: O(S * C).
    """
    best, chosen = np.zeros(worth.shape[1]), np.zeros(worth.shape, dtype=np.int64)
    for row in range(len(worth) - 1, -1, -1):
        # best[c]: of the rows below, where none may take a column beyond c
        totals = worth[row] + best
        chosen[row] = _first_best_up_to(totals)
        best = totals[chosen[row]]
    path, limit = np.zeros(len(worth), dtype=np.int64), worth.shape[1] - 1
    for row in range(len(worth)):
        limit = path[row] = chosen[row, limit]
    return path


def _first_best_up_to(totals: NDArray[np.float64]) -> NDArray[np.int64]:
    """(C,) the place of the highest total among the first c + 1, the first of equals."""
    highest = np.maximum.accumulate(totals)
    rises = np.append(True, highest[1:] > highest[:-1])
    return np.maximum.accumulate(np.where(rises, np.arange(len(totals)), 0))
