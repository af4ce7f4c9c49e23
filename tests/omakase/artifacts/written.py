"""A version with a little of everything, written into a store."""

from datetime import UTC, datetime

import numpy as np
import polars as pl

from omakase.artifacts.manifest import Window
from omakase.artifacts.version import VersionPart
from omakase.conformance.toy_data import two_tribes
from omakase.registry import INDEXES, MODELS
from omakase.types import Config

NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
DATA = two_tribes()


class Page(Config):
    """Stands for a pipeline's configuration."""

    k: int = 5


def parts():
    rng = np.random.default_rng(0)
    made = {}
    for name in ("ease", "popular"):
        config = MODELS[name].config_type()
        made[name] = VersionPart(
            MODELS[name].fit(DATA, config, rng=rng), name, config, {"ndcg@10": len(name)}
        )
    return made


def exact():
    vectors = np.random.default_rng(1).standard_normal((12, 3)).astype(np.float32)
    cls = INDEXES["exact"]
    return VersionPart(
        cls.build(vectors, cls.config_type(), rng=np.random.default_rng()),
        "exact",
        cls.config_type(),
    )


def made(store, created=NOW, **more):
    items = DATA.items.with_columns(title=pl.lit("A film"))
    return store.create(
        **{
            "ids": DATA.ids,
            "items": items,
            "created": created,
            "models": parts(),
            "indexes": {"near": exact()},
            "pipelines": {"default": Page()},
            "window": Window.of(DATA),
            "metrics": {"recall@10": 0.25},
            **more,
        }
    )
