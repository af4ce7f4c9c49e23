"""Candidates in the order of one model, wherever they came from."""

from dataclasses import dataclass
from typing import Any, ClassVar, Self

from pydantic import Field

from omakase import types
from omakase.arrays.lists import sorted_slate
from omakase.protocols import Model, Parts
from omakase.scoring import score_items
from omakase.types import Queries, Slate


class ScoresConfig(types.Config):
    """Which model scores."""

    model: str = Field(description="name of the model in the version")


@dataclass(frozen=True)
class ScoresRanker:
    """Replaces the scores by the model's own and sorts by them."""

    config_type: ClassVar[type[types.Config]] = ScoresConfig
    model: Model[Any]

    @classmethod
    def of(cls, config: ScoresConfig, parts: Parts) -> Self:
        return cls(parts.model(config.model))

    def rank(self, queries: Queries, slate: Slate) -> Slate:
        return sorted_slate(slate.items, score_items(self.model, queries, slate.items))
