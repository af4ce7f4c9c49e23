"""Where an item was lost on its way to a list."""

from dataclasses import dataclass

import numpy as np

from omakase.pipeline.pipeline import Pipeline
from omakase.pipeline.rules import NO_RULES, CompiledRules
from omakase.types import PAD, Queries, Rows, Slate, Stance


@dataclass(frozen=True)
class StageFate:
    """What one stage made of the item.

    Attributes:
        stage: as `Pipeline.stages` calls it.
        place: from 0; None where the item is not in what came out.
        score: unitless; None likewise.
    """

    stage: str
    place: int | None
    score: float | None


@dataclass(frozen=True)
class Fate:
    """What became of an item.

    Attributes:
        shown: it is in the answer.
        lost_at: the stage that it did not survive; "source" where none proposed it, "" if shown.
        reason: a stable word. At the gate: unknown, unavailable, excluded, disliked, seen, or
            ruled_out where the owner's rules do not let it pass;
            elsewhere: not_proposed, ranked_out, beyond_k; "" if shown.
        steps: every stage in order.
    """

    shown: bool
    lost_at: str
    reason: str
    steps: tuple[StageFate, ...]


def why_not(
    pipeline: Pipeline, queries: Queries, item: int, k: int, *, rules: CompiledRules = NO_RULES
) -> Fate:
    """The fate of one item in the answer to one query (B = 1).

    What the gate forbids, sources are told not to propose; such an item is lost at the gate,
    wherever it disappeared.

    Raises:
        ValueError: more or fewer than one query.
    """
    if len(queries) != 1:
        raise ValueError(f"one query at a time, got {len(queries)}")
    stages = pipeline.stages(queries, k, rules=rules)
    steps = tuple(_step(name, slate, item) for name, slate in stages)
    if steps[-1].place is not None:
        return Fate(True, "", "", steps)
    barred = _gate_reason(pipeline, queries, item) or _ruled_out(pipeline, queries, item, rules)
    if barred:
        return Fate(False, "gate", barred, steps)
    return Fate(False, *_lost(steps), steps)


def _step(stage: str, slate: Slate, item: int) -> StageFate:
    positions = np.flatnonzero((slate.items[0] == item) & (slate.items[0] != PAD))
    if not len(positions):
        return StageFate(stage, None, None)
    return StageFate(stage, int(positions[0]), float(slate.scores[0, positions[0]]))


def _lost(steps: tuple[StageFate, ...]) -> tuple[str, str]:
    """The stage after the last one that still had it."""
    if all(step.place is None for step in steps):
        return "source", "not_proposed"
    last = max(n for n, step in enumerate(steps) if step.place is not None)
    following = steps[last + 1].stage
    return following, "beyond_k" if following == "answer" else "ranked_out"


def _gate_reason(pipeline: Pipeline, queries: Queries, item: int) -> str:
    """Why the gate lets it never pass, whoever proposes it; "" where it would."""
    gate = pipeline.gate
    if not 0 <= item < len(gate.available):
        return "unknown"
    if not gate.available[item] or (queries.allowed is not None and not queries.allowed[item]):
        return "unavailable"
    return _ban_reason(gate.banned(queries)[0], queries, item)


def _ruled_out(pipeline: Pipeline, queries: Queries, item: int, rules: CompiledRules) -> str:
    mask = pipeline.rules.with_those_of(rules).allows(queries)
    return "ruled_out" if mask is not None and not mask[item] else ""


def _ban_reason(banned: Rows, queries: Queries, item: int) -> str:
    if item not in banned:
        return ""
    is_item = queries.history[0] == item
    if (queries.stance[0][is_item] == Stance.AGAINST).any():
        return "disliked"
    return "seen" if is_item.any() else "excluded"
