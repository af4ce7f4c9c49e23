"""NeuMF: a product of vectors and a perceptron, side by side."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Literal, Self

import numpy as np
from pydantic import Field

from omakase import types
from omakase.data.dataset import Dataset
from omakase.data.earlier_fit import EarlierFit
from omakase.deep.train.pair_model import PairKnobs, PairModel
from omakase.types import Progress, silent

if TYPE_CHECKING:
    from omakase.deep.nn.pairs import PairNet


class NeuMfConfig(PairKnobs):
    """Knobs of NeuMF."""

    width: int = Field(default=128, ge=1, description="dimensions of each table of vectors")
    parts: Literal["both", "product", "perceptron"] = Field(
        default="both", description="NeuMF; GMF alone; the perceptron alone"
    )


@dataclass(frozen=True, slots=True)
class NeuMf(PairModel):
    """Vectors of users and items, and the net between them.

    Paper: He et al., "Neural Collaborative Filtering", WWW 2017.
    Differs: batch norm, dropout, no pretraining; people who were not trained on get the vector of
        those who typically like their history. Rendle et al., "Neural Collaborative Filtering vs.
        Matrix Factorization Revisited", RecSys 2020, find a plain product at least as good.
    Cost: an answer is one pass of the perceptron an item: milliseconds for thousands of items;
        larger catalogs want a source before it, and `score_items`.
    """

    config_type: ClassVar[type[types.Config]] = NeuMfConfig

    @classmethod
    def fit(
        cls,
        data: Dataset,
        config: NeuMfConfig,
        *,
        rng: np.random.Generator,
        progress: Progress = silent,
    ) -> Self:
        from omakase.deep.train.together import fit_together, is_shared_out

        if is_shared_out(processes := config.plan.processes):
            arrays = fit_together(cls, data, config, processes, rng=rng, progress=progress)
            return cls.from_arrays(arrays, config)
        return cls.trained(_net(data, config), data, config, rng, progress)

    @classmethod
    def refit(
        cls,
        previous: Self,
        earlier: EarlierFit,
        data: Dataset,
        config: NeuMfConfig,
        *,
        rng: np.random.Generator,
        progress: Progress = silent,
    ) -> Self:
        """From the weights of `previous`: see `protocols.WarmStarts`."""
        from omakase.deep.train.warm_start import WarmStart  # torch: training only

        if not previous.weights:  # of a release that kept none
            return cls.fit(data, config, rng=rng, progress=progress)
        axes = {"users.weight": (earlier.users, None), "items.weight": (earlier.items, None)}
        start = WarmStart(previous.weights, earlier, axes)
        return cls.trained(_net(data, config), data, config, rng, progress, start)


def _net(data: Dataset, config: NeuMfConfig) -> "PairNet":
    from omakase.deep.nn import pairs  # torch: training only

    return pairs.NeuMfPairs(
        data.n_users, data.n_items, config.width, config.hidden, config.dropout, config.parts
    )
