"""LinUCB: by the most that an item's features let one hope for."""

from dataclasses import dataclass, replace
from typing import ClassVar, Self

import numpy as np
from pydantic import Field

from omakase import types
from omakase.arrays.standard import directions, to_unit
from omakase.bandits.drawing import draw_slate
from omakase.bandits.feedback import Feedback
from omakase.bandits.linear import LinearBandit, Numbers
from omakase.bandits.policies import GreedyPolicy
from omakase.protocols import Parts
from omakase.scoring import vectors_of
from omakase.types import Queries, Rows, Scores, Slate


class LinUcbConfig(types.Config):
    """Whose features, and how much hope."""

    model: str = Field(description="name of a model with vectors, in the version: the features")
    shown: str = Field(default="shown", description="column of the items: how often it was shown")
    clicked: str = Field(
        default="clicked", description="column of the items: how often it was clicked then"
    )
    width: float = Field(
        default=0.3, ge=0, description="standard deviations of a click rate's error added to it"
    )
    l2: float = Field(default=1.0, gt=0, description="how much evidence a feature needs to count")
    relevance: float = Field(
        default=0.0,
        ge=0,
        description="click rate that the best score of a list adds, the lowest adding nothing",
    )
    epsilon: float = Field(
        default=0.05,
        ge=0,
        le=1,
        description="chance at each position of drawing any candidate left; at 0 nothing is drawn",
    )
    depth: int = Field(default=50, ge=1, description="best candidates among which is chosen")
    salt: int = Field(default=0, ge=0, description="another one draws other lists")


@dataclass(frozen=True)
class LinUcb:
    """Sorts by an upper bound of the click rate, learnt from the features of what was shown.

    The bound itself leaves nothing to chance, so each position is drawn from all candidates with a
    small chance: then the log can judge other policies.
    Paper: Li, Chu, Langford, Schapire, "A Contextual-Bandit Approach to Personalized News Article
    Recommendation", WWW 2010.
    Differs: one model for all items, by their vectors of length 1; new items need no showing.

    Attributes:
        features: (N, D + 1) a one, and the vector.
        hopes: (N,) upper bounds.
    """

    config_type: ClassVar[type[types.Config]] = LinUcbConfig
    config: LinUcbConfig
    features: Numbers
    hopes: Numbers

    @classmethod
    def of(cls, config: LinUcbConfig, parts: Parts) -> Self:
        vectors = directions(vectors_of(config.model, parts.model(config.model)))
        features = np.column_stack([np.ones(len(vectors)), vectors]).astype(np.float64)
        feedback = Feedback.of_items(parts.items, config.shown, config.clicked)
        return cls(config, features, _hopes(features, feedback, config))

    def with_feedback(self, feedback: Feedback) -> Self:
        """The same, with newer counts of all N items."""
        return replace(self, hopes=_hopes(self.features, feedback, self.config))

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
        unit = to_unit(Slate(items[None], scores[None]))[0]
        hopes = self.hopes[items] + self.config.relevance * unit
        return GreedyPolicy(np.argsort(-hopes, kind="stable"), self.config.epsilon)


def _hopes(features: Numbers, feedback: Feedback, config: LinUcbConfig) -> Numbers:
    empty = LinearBandit.empty(features.shape[1], config.l2)
    learnt = empty.updated(features, feedback.clicked, feedback.shown)
    return learnt.upper(features, config.width)
