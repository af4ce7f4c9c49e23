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
from omakase.errors import CapabilityError, OmakaseError, StoreError, UnknownName
from omakase.evaluate.index import Quality, nearest, quality, questions, tuned
from omakase.pipeline.config import PipelineConfig
from omakase.protocols import Counts, Embeds, Parts, StoresElsewhere, VectorIndex
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


@dataclass(frozen=True, slots=True)
class IndexRenewal:
    """The indexes of an earlier version over the models of a new one.

    Attributes:
        parts: by name.
        models: name of each index to that of its model.
        lost: name of each that could not be made anew, to why.
    """

    parts: Mapping[str, VersionPart]
    models: Mapping[str, str]
    lost: Mapping[str, str]

    def close(self) -> None:
        """Let go of their stores, for those who will ask them."""
        for part in self.parts.values():
            if isinstance(part.plug, StoresElsewhere):
                part.plug.close()


def index_plans(version: Version) -> dict[str, IndexPlan]:
    """How the indexes of a version were made, by name."""
    return {name: _plan_of(version, name) for name in version.indexes}


def renew_indexes(
    plans: Mapping[str, IndexPlan], parts: Parts, people: Sequence[Rows], *, label: str, seed: int
) -> IndexRenewal:
    """The same indexes over new models; what lies in a store gets a place of its own there.

    So whoever searches the version from before finds its vectors until the new one answers, and
    after a roll-back.

    Args:
        plans: of an earlier version.
        parts: the new models.
        people: histories by which they are measured, rows of the new id map.
        label: of their places, letters and digits.
    """
    made: dict[str, VersionPart] = {}
    lost: dict[str, str] = {}
    for name, plan in plans.items():
        try:
            moved = _move_place(plan, label)
            made[name], _ = built(parts, moved, people, rng=np.random.default_rng(seed))
        except OmakaseError as error:
            lost[name] = str(error)
    return IndexRenewal(made, {name: plans[name].model for name in made}, lost)


def places(version: Version) -> list[tuple[str, Config]]:
    """(kind, configuration) of the indexes of a version whose vectors lie in a store outside."""
    plans = index_plans(version).values()
    return [
        (plan.kind, _knobs(plan))
        for plan in plans
        if plan.kind in INDEXES and issubclass(INDEXES[plan.kind], StoresElsewhere)
    ]


def drop_place(kind: str, config: Config) -> None:
    """Delete what an index of this kind holds in its store.

    Raises:
        StoreError: it does not answer.
    """
    store: Any = INDEXES[kind]
    store.drop(config)


def built(
    version: Parts,
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
    check = _check(index, version, quality(index, probes[half:], truth[half:]), seconds)
    metrics = {**check.metrics(), "least_recall": plan.least}
    return VersionPart(index, plan.kind, getattr(index, "config", config), metrics), check


def check_index(version: Version, name: str, people: Sequence[Rows], *, k: int = 100) -> IndexCheck:
    """An index of a version, counted and measured anew.

    Raises:
        UnknownName: the version has no index of that name.
        ArtifactError: it is damaged.
        CapabilityError: it is not of a model with vectors.
    """
    index, model = version.index(name), _embedding(version, name)
    probes = questions(model, people)
    truth = nearest(model.item_vectors(), probes, k).items
    return _check(index, version, quality(index, probes, truth), 0.0)


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
    rows = ids.items.rows(data.ids.items.series())
    known_parts = []
    for row in data.queries(chosen, length=LENGTH).history:
        history = rows[row[row >= 0]]
        known_parts.append(history[history >= 0].astype(np.int32))
    return [each for each in known_parts if len(each)]


def made_up(n_items: int, count: int, rng: np.random.Generator) -> list[Rows]:
    """Histories of one to ten items drawn evenly, where no events are at hand."""
    sizes = rng.integers(1, 11, count if n_items else 0)
    return [rng.integers(0, n_items, size).astype(np.int32) for size in sizes]


def _knobs(plan: IndexPlan) -> Config:
    if plan.kind not in INDEXES:
        raise UnknownName("index", plan.kind, INDEXES)
    return INDEXES[plan.kind].config_type.checked(plan.knobs, plan.kind)


def _plan_of(version: Version, name: str) -> IndexPlan:
    manifest = version.part_manifest("indexes", name)
    least = manifest.metrics.get("least_recall", IndexPlan.model_fields["least"].default)
    k = int(manifest.metrics.get("k", IndexPlan.model_fields["k"].default))
    return IndexPlan(
        model=_model_of(version, name),
        kind=manifest.name,
        knobs=manifest.config,
        least=least,
        k=max(1, k),
    )


def _model_of(version: Version, index: str) -> str:
    """The model whose vectors an index holds: as pipelines say, else of the same name."""
    sources = (s for p in version.pipelines.values() for s in p.get("sources", ()))
    for source in sources:
        if source["config"].get("index") == index:
            return str(source["config"]["model"])
    return index


def _move_place(plan: IndexPlan, label: str) -> IndexPlan:
    kind: Any = INDEXES.get(plan.kind)
    if kind is None or not issubclass(kind, StoresElsewhere):
        return plan
    config: Any = kind.renamed(_knobs(plan), label)
    return plan.model_copy(update={"knobs": config.model_dump(mode="json")})


def _embedding(version: Parts, name: str) -> Embeds:
    model = version.model(name)
    if not isinstance(model, Embeds):
        raise CapabilityError(f"model {name!r} has no vectors for an index to hold")
    return model


def _check(index: VectorIndex, version: Parts, found: Quality, seconds: float) -> IndexCheck:
    count = index.count() if isinstance(index, Counts) else version.n_items
    if seconds and count != version.n_items:
        raise StoreError(f"the index holds {count} of {version.n_items} vectors")
    return IndexCheck(count, version.n_items, found, seconds)
