"""Candidates in the order of a stack: models, content and context weighed as was learnt."""

from dataclasses import dataclass
from typing import Any, ClassVar, Self

import numpy as np
from pydantic import Field

from omakase import types
from omakase.arrays.lists import sorted_slate
from omakase.features.moment import Moment
from omakase.protocols import Model, Parts
from omakase.stacking.calibration import Calibration
from omakase.stacking.stack import Stack, codes, features
from omakase.types import PAD, Queries, Scores, Slate

BLOCK = 64
"""Queries described at once: what a model looks at for each candidate is large."""


class StackedConfig(types.Config):
    """Which stack."""

    stack: str = Field(description="name of the stack in the version")


@dataclass(frozen=True)
class Stacked:
    """Replaces the scores by those of the stack and sorts by them.

    Attributes:
        stack: what was learnt.
        models: one a component of the stack, in their order.
        moment: what is told of items, people and context; None where the stack does without.
    """

    config_type: ClassVar[type[types.Config]] = StackedConfig
    stack: Stack
    models: tuple[Model[Any], ...]
    moment: Moment | None

    @classmethod
    def of(cls, config: StackedConfig, parts: Parts) -> Self:
        stack = parts.stack(config.stack)
        models = tuple(parts.model(component.model) for component in stack.config.components)
        moment = Moment.restored(stack.table, parts.items) if stack.config.moment else None
        return cls(stack, models, moment)

    def rank(self, queries: Queries, slate: Slate) -> Slate:
        return sorted_slate(slate.items, self.scores(queries, slate))

    def scores(self, queries: Queries, slate: Slate) -> Scores:
        """(B, K) what is thought of each candidate beside the others; -inf at PAD."""
        if len(slate) <= BLOCK:
            return self._block(queries, slate)  # the very question that the sources were asked
        scores = np.empty(slate.scores.shape, dtype=np.float32)
        for at in range(0, len(slate), BLOCK):
            some = slice(at, at + BLOCK)
            scores[some] = self._block(queries[some], Slate(slate.items[some], slate.scores[some]))
        return scores

    @property
    def curve(self) -> Calibration:
        """From scores to chances."""
        return self.stack.calibration

    def chances(self, slate: Slate) -> Scores:
        """(B, K) 0..1: how likely each item of a ranked slate is among the next events."""
        return self.stack.calibration.chance(slate.scores)

    def _block(self, queries: Queries, slate: Slate) -> Scores:
        if not slate.items.size:
            return slate.scores
        config, items = self.stack.config, slate.items
        _, table = features(config, self.models, self.moment, queries, items)
        scores = self.stack.head.score(table, codes(config, self.moment, queries, items))
        return np.where(items == PAD, np.float32(-np.inf), scores)
