"""Lists drawn in proportion to exp(score / temperature)."""

from dataclasses import dataclass
from typing import ClassVar, Self

import numpy as np
from pydantic import Field

from omakase import types
from omakase.arrays.standard import to_unit
from omakase.bandits.drawing import draw_slate
from omakase.bandits.policies import SoftmaxPolicy
from omakase.protocols import Parts
from omakase.types import Queries, Rows, Scores, Slate


class SoftmaxConfig(types.Config):
    """How much is left to chance."""

    temperature: float = Field(
        default=0.1,
        gt=0,
        description="of scores between 0 and 1: near 0 the best come first, at 1 nearly anything",
    )
    depth: int = Field(default=50, ge=1, description="best candidates among which is drawn")
    salt: int = Field(default=0, ge=0, description="another one draws other lists")


@dataclass(frozen=True)
class Softmax:
    """Plackett and Luce's law over orders, with the exact chance of each item at its position.

    Paper: Plackett, "The Analysis of Permutations", JRSS C 1975.
    Cost: O(k^2 depth) a query, times some 300 nodes of an integral.
    """

    config_type: ClassVar[type[types.Config]] = SoftmaxConfig
    config: SoftmaxConfig

    @classmethod
    def of(cls, config: SoftmaxConfig, parts: Parts) -> Self:
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

    def _policy(self, items: Rows, scores: Scores) -> SoftmaxPolicy:
        unit = to_unit(Slate(items[None], scores[None]))[0].astype(np.float64)
        return SoftmaxPolicy(unit / self.config.temperature)
