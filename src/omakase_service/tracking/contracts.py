"""A run as trackers know it. No Django."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class CurvePoint:
    """One value of a curve.

    Attributes:
        metric: "sasrec.loss".
        step: from 1.
    """

    metric: str
    step: int
    value: float


@dataclass(frozen=True, slots=True)
class TrackedRun:
    """What was trained, with what, and how well it does.

    Attributes:
        name: of the version.
        parameters: by dotted name, "ease.l2".
        metrics: by model and measure, "ease.ndcg"; those of the best model also without its name.
        curves: of models that are learnt step by step, in order.
        tags: what may change later: the stage, the gate's word.
        card: the model card, in Markdown.
    """

    name: str
    created: datetime
    parameters: Mapping[str, str]
    metrics: Mapping[str, float]
    curves: Sequence[CurvePoint]
    tags: Mapping[str, str]
    card: str


class Tracker(Protocol):
    """Takes runs."""

    def create(self, run: TrackedRun) -> str:
        """Tell a run; the tracker's own id of it.

        Raises:
            TrackerDown: it is not told, or not wholly.
        """
        ...

    def retag(self, run_id: str, tags: Mapping[str, str]) -> None:
        """Tell what has changed of a run.

        Raises:
            TrackerDown: it is not told.
        """
        ...


class TrackerDown(Exception):
    """The tracker cannot be reached, or refuses."""
