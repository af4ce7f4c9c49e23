"""The order as it is, but at each position with a small chance any candidate left."""

from dataclasses import dataclass
from typing import ClassVar, Self

import numpy as np
from pydantic import Field

from omakase import types
from omakase.bandits.drawing import draw_slate
from omakase.bandits.policies import GreedyPolicy
from omakase.protocols import Parts
from omakase.types import Queries, Rows, Scores, Slate


class EpsilonGreedyConfig(types.Config):
    """How much is left to chance."""

    epsilon: float = Field(
        default=0.1, ge=0, le=1, description="chance at each position of drawing any candidate left"
    )
    depth: int = Field(default=50, ge=1, description="best candidates among which is drawn")
    salt: int = Field(default=0, ge=0, description="another one draws other lists")


@dataclass(frozen=True)
class EpsilonGreedy:
    """Every candidate has a chance at every position, and it is exactly known.

    Cost: O(depth^2 k) a query.
    """

    config_type: ClassVar[type[types.Config]] = EpsilonGreedyConfig
    config: EpsilonGreedyConfig

    @classmethod
    def of(cls, config: EpsilonGreedyConfig, parts: Parts) -> Self:
        return cls(config)

    def rank(self, queries: Queries, slate: Slate) -> Slate:
        return self.draw(queries, slate, slate.items.shape[1])

    def draw(self, queries: Queries, slate: Slate, k: int) -> Slate:
        return draw_slate(
            queries,
            slate,
            k,
            depth=self.config.depth,
            salt=self.config.salt,
            choosing=self._policy,
        )

    def _policy(self, items: Rows, scores: Scores) -> GreedyPolicy:
        return GreedyPolicy(np.arange(len(items), dtype=np.int64), self.config.epsilon)
