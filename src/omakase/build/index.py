"""An index over a model of a version: built, measured against brute force, put beside the model.

plan = Plan(model="ials", kind="faiss_hnsw")
part, found = built(version, plan, histories(data, version.ids, 1000, rng), rng=rng)
store.with_index(version, plan.model, part, pipelines=through(version, plan.model), created=now)

An index is called after its model. Half of the people tell how far to look, the others how good
that is.
"""

import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

import numpy as np
from pydantic import Field

from omakase.artifacts.version import Version, VersionPart
from omakase.data.dataset import Dataset
from omakase.data.ids import IdMap
from omakase.errors import CapabilityError, StoreError, UnknownName
from omakase.evaluate.index import Quality, nearest, quality, questions, tuned
from omakase.pipeline.config import PipelineConfig
from omakase.protocols import Counts, Embeds, VectorIndex
from omakase.registry import INDEXES
from omakase.types import Config, Progress, Rows, silent

LENGTH: Final = 100
"""Last events of a person that are asked with."""


class IndexPlan(Config):
    """What is to be built."""

    model: str = Field(description="a model with vectors, in the version")
    kind: str = Field(default="faiss_ivf", description="of index, by its name in the registry")
    knobs: dict[str, Any] = Field(default_factory=dict, description="of the index")
    least: float = Field(
        default=0.95, ge=0, le=1, description="recall that decides how far is looked"
    )
    k: int = Field(default=100, ge=1, description="items looked for when recall is measured")


@dataclass(frozen=True, slots=True)
class IndexCheck:
    """What was found when an index was put to the test.

    Attributes:
        held: vectors that it says it holds.
        expected: items of the version.
        quality: against brute force.
        seconds: that building took; 0 where nothing was built.
    """

    held: int
    expected: int
    quality: Quality
    seconds: float = 0.0

    @property
    def complete(self) -> bool:
        return self.held == self.expected

    def metrics(self) -> dict[str, float]:
        """As plain numbers by name."""
        return {
            "vectors": float(self.held),
            "build_seconds": self.seconds,
            **{name: float(value) for name, value in asdict(self.quality).items()},
        }


def built(
    version: Version,
    plan: IndexPlan,
    people: Sequence[Rows],
    *,
    rng: np.random.Generator,
    progress: Progress = silent,
) -> tuple[VersionPart, IndexCheck]:
    """The index, ready for a version, with its measures.

    An upload to a store that broke off goes on where it stopped; the alias moves at its end.

    Args:
        people: histories, item rows oldest first.

    Raises:
        UnknownName: no such model or kind of index.
        ConfigError: a knob that the index does not have, or a value out of bounds.
        CapabilityError: the model has no vectors.
        StoreError: the store does not take them, or the count is not right.
    """
    config, model = _knobs(plan), _embedding(version, plan.model)
    vectors, began = model.item_vectors(), time.perf_counter()
    index = INDEXES[plan.kind].build(vectors, config, rng=rng, progress=progress)
    seconds = time.perf_counter() - began
    probes = questions(model, people)
    truth = nearest(vectors, probes, plan.k).items
    half = len(probes) // 2
    index = tuned(index, probes[:half], truth[:half], plan.least) if half else index
    found = _checked(index, version, quality(index, probes[half:], truth[half:]), seconds)
    return VersionPart(index, plan.kind, getattr(index, "config", config), found.metrics()), found


def verified(version: Version, name: str, people: Sequence[Rows], *, k: int = 100) -> IndexCheck:
    """An index of a version, counted and measured anew.

    Raises:
        UnknownName: the version has no index of that name.
        ArtifactError: it is damaged.
        CapabilityError: it is not of a model with vectors.
    """
    index, model = version.index(name), _embedding(version, name)
    probes = questions(model, people)
    truth = nearest(model.item_vectors(), probes, k).items
    return _checked(index, version, quality(index, probes, truth), 0.0)


def through(version: Version, model: str) -> Mapping[str, PipelineConfig]:
    """All pipelines of a version, with the model's index asked where its scores of all were."""
    return {
        name: PipelineConfig(**config).through_index(model, model)
        for name, config in version.pipelines.items()
    }


def histories(data: Dataset, ids: IdMap, count: int, rng: np.random.Generator) -> list[Rows]:
    """Histories of at most `count` people drawn at random, in the rows of another id map."""
    active = np.flatnonzero(np.diff(data.timeline.starts) > 0)
    chosen = np.sort(rng.permutation(active)[:count]).astype(np.int32)
    known = ids.items.rows(data.ids.items.series())
    found = []
    for row in data.queries(chosen, length=LENGTH).history:
        mine = known[row[row >= 0]]
        found.append(mine[mine >= 0].astype(np.int32))
    return [each for each in found if len(each)]


def made_up(n_items: int, count: int, rng: np.random.Generator) -> list[Rows]:
    """Histories of one to ten items drawn evenly, where no events are at hand."""
    sizes = rng.integers(1, 11, count if n_items else 0)
    return [rng.integers(0, n_items, size).astype(np.int32) for size in sizes]


def _knobs(plan: IndexPlan) -> Config:
    if plan.kind not in INDEXES:
        raise UnknownName("index", plan.kind, INDEXES)
    return INDEXES[plan.kind].config_type.checked(plan.knobs, plan.kind)


def _embedding(version: Version, name: str) -> Embeds:
    model = version.model(name)
    if not isinstance(model, Embeds):
        raise CapabilityError(f"model {name!r} has no vectors for an index to hold")
    return model


def _checked(index: VectorIndex, version: Version, found: Quality, seconds: float) -> IndexCheck:
    held = index.count() if isinstance(index, Counts) else version.n_items
    if seconds and held != version.n_items:
        raise StoreError(f"the index holds {held} of {version.n_items} vectors")
    return IndexCheck(held, version.n_items, found, seconds)
