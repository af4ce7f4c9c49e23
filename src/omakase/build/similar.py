"""What goes with an item: what people take together with it, and what is of its kind, in one list.

models = item_models(version.models)                    # ("item_knn", "content")
similar_pipeline(version, models, available=mask)       # asked with a history of that one item
"""

from collections.abc import Collection
from typing import Final

import numpy as np
from numpy.typing import NDArray

from omakase.pipeline.config import PipelineConfig, PlugSpec, SourceSpec
from omakase.pipeline.pipeline import Pipeline
from omakase.protocols import Parts
from omakase.registry import build_pipeline

SIMILAR: Final = "similar"
"""The strategy by which models of items are put together."""

NEIGHBOURS: Final = ("item_knn", "ease", "pruned_ease", "sparse_ease")
"""Models that compare items by who took them, in the order in which they are asked.

Asked about a history of one item, a model of people names what is popular; EASE, which weighs an
item beside the others of a history, comes after plain neighbours there.
"""

CONTENT: Final = "content"
CONTENT_SHARE: Final = 0.2
"""Of content beside neighbours. `python -m benchmarks.similar_concentration` measures others."""


def item_models(names: Collection[str]) -> tuple[str, ...]:
    """Those of some models that say together what goes with an item; empty where none compares."""
    neighbours = [name for name in NEIGHBOURS if name in names][:1]
    return (*neighbours, *((CONTENT,) if CONTENT in names else ()))


def similar_pipeline(
    version: Parts,
    models: tuple[str, ...],
    *,
    share: float = CONTENT_SHARE,
    fallback: SourceSpec | None = None,
    available: NDArray[np.bool_] | None = None,
) -> Pipeline:
    """The models' scores, each brought to 0..1, added up: content by `share`, neighbours the rest.

    Args:
        models: of `item_models`, of which there is one at least.
        fallback: fills short lists.
        available: (N,) as in `build_pipeline`.
    """
    shares = {name: share if name == CONTENT else 1.0 - share for name in models}
    config = PipelineConfig(
        name=SIMILAR,
        sources=tuple(
            SourceSpec(kind="scored", name=name, share=part, config={"model": name})
            for name, part in shares.items()
        ),
        merge=PlugSpec(kind="weighted"),
        fallback=fallback,
    )
    return build_pipeline(config, version, available=available)
