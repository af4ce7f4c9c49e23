"""Models that Spark trains, by the names that the registry knows them by."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

import polars as pl

from omakase.data.ids import IdMap
from omakase.errors import CapabilityError
from omakase.protocols import Model
from omakase.registry import MODELS
from omakase.types import Progress, silent
from omakase_spark import counts
from omakase_spark.als import als
from omakase_spark.events import EventTable
from omakase_spark.neighbours import item_neighbours
from omakase_spark.pairs import PairTable


@dataclass(frozen=True)
class Material:
    """What models are made of.

    Attributes:
        events, ids, pairs: see their classes.
        items: a row an item row.
        seed: same seed and events, same models.
        progress: hears of the steps of a model that is learnt in steps.
    """

    events: EventTable
    ids: IdMap
    items: pl.DataFrame
    pairs: PairTable
    seed: int = 0
    progress: Progress = silent


Train = Callable[[Material, Any], Model[Any]]

TRAINED: Final[Mapping[str, Train]] = MappingProxyType(
    {
        "ials": lambda stuff, config: als(
            stuff.pairs, config, seed=stuff.seed, progress=stuff.progress
        ),
        "item_knn": lambda stuff, config: item_neighbours(stuff.pairs, config),
        "newest": lambda stuff, config: counts.newest(stuff.events, stuff.ids, stuff.items, config),
        "popular": lambda stuff, config: counts.popular(stuff.pairs, config),
        "trending": lambda stuff, config: counts.trending(stuff.pairs, config),
    }
)


def require_trainable(names: Mapping[str, Any]) -> None:
    """Pass where Spark trains every model that is named.

    Raises:
        CapabilityError: it does not; those that it trains are named.
    """
    unsupported = [name for name in names if name not in TRAINED]
    if unsupported:
        supported = ", ".join(sorted(TRAINED))
        raise CapabilityError(
            f"{', '.join(unsupported)} cannot be trained on Spark; it trains {supported}. "
            "`omakase train` trains all models on one machine."
        )


def default_config(name: str) -> Any:
    """The knobs of a model where none are given."""
    return MODELS[name].config_type()
