"""Wide & Deep: crossed features remember, embedded ones generalise."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, ClassVar, Final, Self

import numpy as np
import polars as pl
from numpy.typing import NDArray
from pydantic import Field, model_validator
from scipy import sparse

from omakase import types
from omakase.data.dataset import Dataset
from omakase.data.earlier_fit import EarlierFit, appended, shared_rows
from omakase.deep.train.pair_model import PairKnobs, PairModel
from omakase.features.attributes import attribute_keys, attribute_shares, column_keys
from omakase.types import Progress, silent

if TYPE_CHECKING:
    from omakase.deep.nn.pairs import PairNet

USER_KEYS: Final = "user_keys"
ITEM_KEYS: Final = "item_keys"
"""Among the weights: for what the features of either side stand."""


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
        from omakase.deep.train.together import fit_together, is_shared_out

        if is_shared_out(processes := config.plan.processes):
            arrays = fit_together(cls, data, config, processes, rng=rng, progress=progress)
            return cls.from_arrays(arrays, config)
        sides = Sides.of(data, config)
        return cls.trained(sides.net(config), data, config, rng, progress)._keyed(sides)

    @classmethod
    def refit(
        cls,
        previous: Self,
        earlier: EarlierFit,
        data: Dataset,
        config: WideDeepConfig,
        *,
        rng: np.random.Generator,
        progress: Progress = silent,
    ) -> Self:
        """From the weights of `previous`: see `protocols.WarmStarts`."""
        from omakase.deep.train.warm_start import WarmStart  # torch: training only

        if not previous.weights:  # of a release that kept none
            return cls.fit(data, config, rng=rng, progress=progress)
        sides = Sides.of(data, config)
        users = shared_rows(previous.weights[USER_KEYS], sides.users.keys)
        items = shared_rows(previous.weights[ITEM_KEYS], sides.items.keys)
        axes = {
            "users.weight": (earlier.users, None),
            "items.weight": (earlier.items, None),
            "crosses": (users, items),
            "of_user": (users,),
            "of_item": (items,),
            "first_user.weight": (None, appended(users, config.width)),
            "first_item.weight": (None, appended(items, config.width)),
        }
        start = WarmStart(previous.weights, earlier, axes)
        net = sides.net(config)
        return cls.trained(net, data, config, rng, progress, start)._keyed(sides)

    def _keyed(self, sides: "Sides") -> Self:
        """The same, knowing for what the rows of its features stand."""
        keys = {USER_KEYS: sides.users.keys, ITEM_KEYS: sides.items.keys}
        return replace(self, weights={**self.weights, **keys})


@dataclass(frozen=True)
class Sides:
    """The features of both sides."""

    users: "Features"
    items: "Features"

    @classmethod
    def of(cls, data: Dataset, config: WideDeepConfig) -> "Sides":
        """What the configuration asks for."""
        return cls(Features.of(data.users, config.user), Features.of(data.items, config.item))

    def net(self, config: WideDeepConfig) -> "PairNet":
        """An untrained net over them."""
        from omakase.deep.nn import pairs  # torch: training only

        return pairs.WideDeepPairs(
            self.users.table,
            self.items.table,
            crossed(self.users, self.items, config.crosses),
            config.width,
            config.hidden,
            config.dropout,
        )


@dataclass(frozen=True)
class Features:
    """The features of one side.

    Attributes:
        table: (rows, F) float32.
        columns: (F,) the column that each feature comes from.
        keys: (F,) a number for each feature, the same whenever it is made.
    """

    table: NDArray[np.float32]
    columns: tuple[str, ...]
    keys: NDArray[np.uint64]

    @classmethod
    def of(cls, table: pl.DataFrame, asked: Columns) -> "Features":
        """Values as equal shares of their column, then numbers."""
        blocks = attribute_shares(table, asked.values, limit=asked.limit)
        names = [n for n, b in zip(asked.values, blocks, strict=True) for _ in range(b.shape[1])]
        values = [np.asarray(sparse.csr_array(block).toarray()) for block in blocks]
        numbers = [_scale(table, name) for name in asked.numbers]
        empty = np.empty((table.height, 0), dtype=np.float32)
        keys = np.concatenate(
            [attribute_keys(table, asked.values, limit=asked.limit), column_keys(asked.numbers)]
        )
        columns = (*names, *asked.numbers)
        return cls(np.concatenate([empty, *values, *numbers], axis=1), columns, keys)


def crossed(
    users: Features, items: Features, crosses: Sequence[tuple[str, str]]
) -> NDArray[np.float32]:
    """(F1, F2) 1 where the columns of the two features are crossed."""
    names = set(crosses)
    pairs = [[float((u, i) in names) for i in items.columns] for u in users.columns]
    return np.asarray(pairs, dtype=np.float32).reshape(len(users.columns), len(items.columns))


def _scale(table: pl.DataFrame, name: str) -> NDArray[np.float32]:
    """(rows, 1) with mean 0 and deviation 1, unknown ones at the mean."""
    column = table.get_column(name).cast(pl.Float64)
    spread = column.std() or 1.0
    scaled = ((column - column.mean()) / spread).fill_null(0.0).fill_nan(0.0)
    return scaled.to_numpy().astype(np.float32)[:, None]
