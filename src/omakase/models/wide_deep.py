"""Wide & Deep: crossed features remember, embedded ones generalise."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Self

import numpy as np
import polars as pl
from numpy.typing import NDArray
from pydantic import Field, model_validator
from scipy import sparse

from omakase import types
from omakase.data.dataset import Dataset
from omakase.deep.train.pair_model import PairKnobs, PairModel
from omakase.features.attributes import attribute_shares
from omakase.types import Progress, silent


class Columns(types.Config):
    """The features of one side."""

    values: tuple[str, ...] = Field(
        default=(), description="columns of text, whole numbers, or lists of them"
    )
    numbers: tuple[str, ...] = Field(
        default=(), description="columns of quantities; centred and scaled, 0 where unknown"
    )
    limit: int = Field(default=200, ge=1, description="commonest values kept of each column")


class WideDeepConfig(PairKnobs):
    """Knobs of Wide & Deep."""

    user: Columns = Field(default=Columns(), description="what is told of users")
    item: Columns = Field(default=Columns(), description="what is told of items")
    crosses: tuple[tuple[str, str], ...] = Field(
        default=(), description="(user column, item column) whose values are crossed"
    )
    width: int = Field(default=64, ge=1, description="dimensions of a user's and an item's vector")

    @model_validator(mode="after")
    def _crosses_are_of_columns(self) -> Self:
        for user, item in self.crosses:
            if user not in self.user.values or item not in self.item.values:
                raise ValueError(f"cross ({user}, {item}): name a column of values of each side")
        return self


@dataclass(frozen=True, slots=True)
class WideDeep(PairModel):
    """Vectors of users and items with their features, and the net between them.

    Paper: Cheng et al., "Wide & Deep Learning for Recommender Systems", DLRS 2016.
    Differs: see `nn.pairs.WideDeep`. With `negatives` 0 and events of both signs it predicts
        clicks and likes: a score is then the log of the odds.
    Cost: as NeuMF.
    """

    config_type: ClassVar[type[types.Config]] = WideDeepConfig

    @classmethod
    def fit(
        cls,
        data: Dataset,
        config: WideDeepConfig,
        *,
        rng: np.random.Generator,
        progress: Progress = silent,
    ) -> Self:
        from omakase.deep.nn import pairs  # torch: training only

        users, items = Features.of(data.users, config.user), Features.of(data.items, config.item)
        net = pairs.WideDeepPairs(
            users.table,
            items.table,
            crossed(users, items, config.crosses),
            config.width,
            config.hidden,
            config.dropout,
        )
        return cls.trained(net, data, config, rng, progress)


@dataclass(frozen=True)
class Features:
    """The features of one side.

    Attributes:
        table: (rows, F) float32.
        columns: (F,) the column that each feature comes from.
    """

    table: NDArray[np.float32]
    columns: tuple[str, ...]

    @classmethod
    def of(cls, table: pl.DataFrame, asked: Columns) -> "Features":
        """Values as equal shares of their column, then numbers."""
        blocks = attribute_shares(table, asked.values, limit=asked.limit)
        names = [n for n, b in zip(asked.values, blocks, strict=True) for _ in range(b.shape[1])]
        values = [np.asarray(sparse.csr_array(block).toarray()) for block in blocks]
        numbers = [_scale(table, name) for name in asked.numbers]
        empty = np.empty((table.height, 0), dtype=np.float32)
        return cls(np.concatenate([empty, *values, *numbers], axis=1), (*names, *asked.numbers))


def crossed(
    users: Features, items: Features, crosses: Sequence[tuple[str, str]]
) -> NDArray[np.float32]:
    """(F1, F2) 1 where the columns of the two features are crossed."""
    wanted = set(crosses)
    pairs = [[float((u, i) in wanted) for i in items.columns] for u in users.columns]
    return np.asarray(pairs, dtype=np.float32).reshape(len(users.columns), len(items.columns))


def _scale(table: pl.DataFrame, name: str) -> NDArray[np.float32]:
    """(rows, 1) with mean 0 and deviation 1, unknown ones at the mean."""
    column = table.get_column(name).cast(pl.Float64)
    spread = column.std() or 1.0
    scaled = ((column - column.mean()) / spread).fill_null(0.0).fill_nan(0.0)
    return scaled.to_numpy().astype(np.float32)[:, None]
