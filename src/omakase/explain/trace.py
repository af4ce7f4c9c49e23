"""One request from end to end: what each stage made of it, and how long it took."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from omakase.explain.reasons import Reason, reasons
from omakase.explain.why_not import Fate, why_not
from omakase.pipeline.pipeline import Pipeline
from omakase.pipeline.rules import NO_RULES, CompiledRules
from omakase.types import PAD, Queries, Slate

Scored = tuple[tuple[int, float], ...]


@dataclass(frozen=True)
class StageOutput:
    """What came out of one stage.

    Attributes:
        name: as `Pipeline.stages` calls it.
        count: items.
        milliseconds: that the stage took.
        first: the best of them, (item row, score).
    """

    name: str
    count: int
    milliseconds: float
    first: Scored


@dataclass(frozen=True)
class Trace:
    """One request.

    Attributes:
        stages: in order; the last is the answer.
        answer: (item row, score), best first.
        reasons: one an item of the answer.
        fate: of the item that was asked about; None where none was.
    """

    stages: tuple[StageOutput, ...]
    answer: Scored
    reasons: tuple[Reason, ...]
    fate: Fate | None

    @property
    def milliseconds(self) -> float:
        """Of all stages together."""
        return sum(stage.milliseconds for stage in self.stages)


def trace(
    pipeline: Pipeline,
    queries: Queries,
    k: int,
    *,
    item: int | None = None,
    first: int = 5,
    rules: CompiledRules = NO_RULES,
    clock: Callable[[], float] = time.perf_counter,
) -> Trace:
    """The request as it goes, and why each item came of it.

    Args:
        queries: one of them.
        item: whose fate is told too.
        first: items told of each stage.

    Raises:
        ValueError: more or fewer than one query.
    """
    if len(queries) != 1:
        raise ValueError(f"one query at a time, got {len(queries)}")
    slates, stages = {}, []
    for slate, stage in _time_stages(pipeline.stages(queries, k, rules=rules), first, clock):
        slates[stage.name] = slate
        stages.append(stage)
    answer = slates["answer"]
    return Trace(
        stages=tuple(stages),
        answer=tuple(answer.lists()[0]),
        reasons=tuple(reasons(pipeline, queries, answer, found=slates)[0]),
        fate=None if item is None else why_not(pipeline, queries, item, k, rules=rules),
    )


def _time_stages(
    stages: Iterator[tuple[str, Slate]], first: int, clock: Callable[[], float]
) -> Iterator[tuple[Slate, StageOutput]]:
    began = clock()
    for name, slate in stages:
        took = 1000 * (clock() - began)
        count = int(np.count_nonzero(slate.items[0] != PAD))
        yield slate, StageOutput(name, count, took, tuple(slate.lists()[0][:first]))
        began = clock()
