"""NeuMF: a product of vectors and a perceptron, side by side."""

from dataclasses import dataclass
from typing import ClassVar, Literal, Self

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from omakase import types
from omakase.data.dataset import Dataset
from omakase.nn.pair_scores import PairScores
from omakase.training.plan import Plan
from omakase.types import Arrays, Progress, Queries, Rows, Scores, silent


class Config(types.Config):
    """Knobs of NeuMF."""

    width: int = Field(default=128, ge=1, description="dimensions of each table of vectors")
    hidden: tuple[int, ...] = Field(
        default=(256, 128, 64),
        min_length=1,
        description="widths of the perceptron, in order",
    )
    parts: Literal["both", "product", "perceptron"] = Field(
        default="both", description="NeuMF; GMF alone; the perceptron alone"
    )
    dropout: float = Field(default=0.2, ge=0, lt=1, description="share of hidden units dropped")
    negatives: int = Field(
        default=4, ge=0, description="items drawn for each event; 0 if the data hold dislikes"
    )
    validation_users: int = Field(
        default=500, ge=0, description="users whose last item validates and is not learnt from"
    )
    plan: Plan = Field(
        default=Plan(epochs=30, schedule="plateau", patience=3), description="how it is trained"
    )


@dataclass(frozen=True, slots=True)
class NeuMf:
    """Vectors of users and items, and the net between them.

    Paper: He et al., "Neural Collaborative Filtering", WWW 2017.
    Differs: batch norm, dropout, no pretraining; people who were not trained on get the vector of
        those who typically like their history. Rendle et al., "Neural Collaborative Filtering vs.
        Matrix Factorization Revisited", RecSys 2020, find a plain product at least as good.
    Cost: an answer is one pass of the perceptron an item: milliseconds for thousands of items;
        larger catalogs want a source before it, and `score_items`.

    Attributes:
        pairs: what scores.
        curve: (epochs, 4) epoch, loss, validation NDCG@10, seconds.
    """

    config_type: ClassVar[type[types.Config]] = Config
    pairs: PairScores
    curve: NDArray[np.float32]

    @classmethod
    def fit(
        cls, data: Dataset, config: Config, *, rng: np.random.Generator, progress: Progress = silent
    ) -> Self:
        from omakase.nn import pairs  # torch: training only
        from omakase.training.pairs import fit_pairs

        net = pairs.NeuMf(
            data.n_users, data.n_items, config.width, config.hidden, config.dropout, config.parts
        )
        return cls(
            *fit_pairs(
                net,
                data,
                config.plan,
                negatives=config.negatives,
                validation_users=config.validation_users,
                rng=rng,
                progress=progress,
            )
        )

    def score(self, queries: Queries) -> Scores:
        return self.pairs.score(queries)

    def score_items(self, queries: Queries, items: Rows) -> Scores:
        return self.pairs.score_items(queries, items)

    def arrays(self) -> Arrays:
        return {**self.pairs.arrays(), "curve": self.curve}

    @classmethod
    def from_arrays(cls, arrays: Arrays, config: Config) -> Self:
        return cls(PairScores.from_arrays(arrays), arrays["curve"])
