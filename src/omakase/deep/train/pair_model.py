"""What the models of pairs of a user and an item share: knobs, training, answering."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from omakase.arrays.names import under_prefix, with_prefix
from omakase.data.dataset import Dataset
from omakase.deep.nn.pair_scores import PairScores
from omakase.deep.train.plan import WEIGHTS, FitPlan
from omakase.types import Arrays, Config, Progress, Queries, Rows, Scores

if TYPE_CHECKING:
    from omakase.deep.nn.pairs import PairNet
    from omakase.deep.train.warm_start import WarmStart


class PairKnobs(Config):
    """Knobs of how pairs are learnt."""

    hidden: tuple[int, ...] = Field(
        default=(256, 128, 64), min_length=1, description="widths of the layers, in order"
    )
    dropout: float = Field(default=0.2, ge=0, lt=1, description="share of hidden units dropped")
    negatives: int = Field(
        default=4, ge=0, description="items drawn for each event; 0 if the data hold dislikes"
    )
    validation_users: int = Field(
        default=500, ge=0, description="users whose last item validates and is not learnt from"
    )
    plan: FitPlan = Field(
        default=FitPlan(epochs=30, batch=512, learning_rate=3e-3, schedule="plateau", patience=5),
        description="how it is trained",
    )


@dataclass(frozen=True, slots=True)
class PairModel:
    """A trained net of pairs, and what it answers.

    Attributes:
        pairs: what scores.
        curve: (epochs, 4) epoch, loss, validation NDCG@10, seconds.
        weights: of the net by name, from which an update begins.
    """

    pairs: PairScores
    curve: NDArray[np.float32]
    weights: Arrays

    @classmethod
    def trained(
        cls,
        net: "PairNet",
        data: Dataset,
        config: PairKnobs,
        rng: np.random.Generator,
        progress: Progress,
        start: "WarmStart | None" = None,
    ) -> Self:
        """The net, taught the events of the data, from chance or from an earlier fit."""
        from omakase.deep.train.pairs import fit_pairs  # torch: training only

        fitted = fit_pairs(
            net,
            data,
            config.plan,
            negatives=config.negatives,
            validation_users=config.validation_users,
            rng=rng,
            progress=progress,
            start=start,
        )
        return cls(*fitted)

    def score(self, queries: Queries) -> Scores:
        return self.pairs.score(queries)

    def score_items(self, queries: Queries, items: Rows) -> Scores:
        """(B, C) as `score`, for a few items."""
        return self.pairs.score_items(queries, items)

    def arrays(self) -> Arrays:
        own = {**self.pairs.arrays(), "curve": self.curve}
        return {**own, **with_prefix(WEIGHTS, self.weights)}

    @classmethod
    def from_arrays(cls, arrays: Arrays, config: Any) -> Self:
        pairs = PairScores.from_arrays(arrays)
        return cls(pairs, arrays["curve"], under_prefix(WEIGHTS, arrays))
