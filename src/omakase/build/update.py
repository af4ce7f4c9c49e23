"""A version brought up to date between trainings: what came in is learnt, nothing is chosen anew.

The models, how they are put together, what their scores mean and how much popularity counts stay
those of the version before. Its nets go on from their weights; what is learnt in one pass is learnt
anew from everything.
"""

from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import numpy as np

from omakase.artifacts.in_memory import InMemoryVersion
from omakase.artifacts.manifest import Window
from omakase.artifacts.version import Version, VersionPart
from omakase.build.index import IndexRenewal, histories, index_plans, renew_indexes
from omakase.build.learning_curve import CurvePoint, LearningCurve
from omakase.build.version import PROBES, StepCallback, no_steps
from omakase.data.dataset import Dataset
from omakase.data.earlier_fit import EarlierFit
from omakase.errors import StoreError
from omakase.pipeline.config import PipelineConfig
from omakase.registry import MODELS, refit_model, version_store

JUDGED_SHARE: Final = 0.2
"""Of the events since, the newest that an update is judged by and does not learn: histories know
them already, and the next update learns them."""


@dataclass(frozen=True)
class UpdateResult:
    """A version on the disk.

    Attributes:
        curves: figures of each step of the models that went on from their weights.
    """

    version: Version
    curves: Mapping[str, Sequence[CurvePoint]]


def update_version(
    data: Dataset,
    live: Version,
    folder: Path | str,
    *,
    created: datetime | None = None,
    seed: int = 0,
    step: StepCallback = no_steps,
) -> UpdateResult:
    """Write a version like `live` that has learnt from all of `data`.

    Args:
        folder: of versions; the new one gets a folder of its own in it.
        created: aware; by itself now.
        step: hears every step; may raise to stop it.

    Raises:
        StoreError: a vector index of the live version could not be made over the new models.
        OmakaseError: a model that cannot be fitted to these.
    """
    created = created or datetime.now(UTC)
    models, curves = _refit_models(data, live, seed, step)
    total = len(models) + 2
    step(total - 1, total, "writing")
    renewal = _renewed_indexes(data, live, models, created, seed)
    with closing(renewal):
        if renewal.lost:
            name, why = next(iter(renewal.lost.items()))
            raise StoreError(f"the vector index {name} could not be made anew: {why}")
        version = version_store(Path(folder)).create(
            ids=data.ids,
            items=data.items,
            created=created,
            models=models,
            indexes=renewal.parts,
            stacks=_stacks(data, live),
            pipelines={n: PipelineConfig(**config) for n, config in live.pipelines.items()},
            window=Window.of(data),
        )
    step(total, total, "done")
    return UpdateResult(version, curves)


def learnable_until(data: Dataset, last: int) -> int:
    """Unix seconds up to which an update learns, so that later events can judge it.

    Args:
        last: the newest event that the version before has learnt from. Where nothing is newer,
            or all of it at one moment, everything is learnt.
    """
    since = data.events.times[data.events.times > last]
    newest = int(data.events.times.max(initial=last))
    if not len(since) or since[0] == since[-1]:
        return newest
    return int(np.quantile(since, 1 - JUDGED_SHARE, method="lower"))


def events_until(data: Dataset, moment: int) -> Dataset:
    """The dataset without the events after a moment (Unix seconds)."""
    return data.with_events(data.events.chosen(data.events.times <= moment))


def _refit_models(
    data: Dataset, live: Version, seed: int, step: StepCallback
) -> tuple[dict[str, VersionPart], dict[str, Sequence[CurvePoint]]]:
    last = live.manifest.window.last if live.manifest.window else 0
    earlier = EarlierFit.of(live.ids, data.ids, last)
    models: dict[str, VersionPart] = {}
    curves: dict[str, Sequence[CurvePoint]] = {}
    for place, name in enumerate(live.models):
        step(place, len(live.models) + 2, f"updating {name}")
        manifest = live.part_manifest("models", name)
        config = MODELS[manifest.name].config_type(**manifest.config)
        curve = LearningCurve()
        model = refit_model(
            manifest.name, live.model(name), earlier, data, config, seed=seed, progress=curve
        )
        curves |= {name: curve.points} if curve.points else {}
        models[name] = VersionPart(model, manifest.name, config, manifest.metrics)
    return models, curves


def _renewed_indexes(
    data: Dataset, live: Version, models: Mapping[str, VersionPart], created: datetime, seed: int
) -> IndexRenewal:
    plans = index_plans(live)
    if not plans:
        return IndexRenewal({}, {}, {})
    plugs: Any = {name: part.plug for name, part in models.items()}
    people = histories(data, data.ids, PROBES, np.random.default_rng(seed))
    label = f"v{created.astimezone(UTC):%Y%m%d%H%M%S%f}"
    return renew_indexes(plans, InMemoryVersion(data.items, plugs), people, label=label, seed=seed)


def _stacks(data: Dataset, live: Version) -> dict[str, VersionPart]:
    parts = {}
    for name in live.stacks:
        stack = live.stack(name)
        metrics = live.part_manifest("stacks", name).metrics
        parts[name] = VersionPart(stack.as_of(data), "stack", stack.config, metrics)
    return parts
