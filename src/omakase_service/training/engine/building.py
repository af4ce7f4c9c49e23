"""Versions made: from a plan, or of the live one with what came in since."""

import hashlib
import logging
from collections.abc import Mapping, Sequence
from dataclasses import astuple, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from omakase.artifacts.manifest import FILE
from omakase.build import trainable
from omakase.build.index import IndexPlan, index_plans
from omakase.build.update import events_until, learnable_until, update_version
from omakase.build.version import BuildPlan, build_version
from omakase.data.snapshot import count_later
from omakase.errors import ConfigError, OmakaseError
from omakase.pipeline.logged_examples import ShownList
from omakase.registry import version_store
from omakase_service.events.contracts import KindRule
from omakase_service.events.engine import weighting_of
from omakase_service.platform.contracts import ProgressCallback
from omakase_service.training.contracts import BuiltVersion, LoggedList, TrainingPlan, VersionCard
from omakase_service.training.engine.snapshots import busy_words, read_people

log = logging.getLogger("omakase.training")


def plan_of(
    models: Sequence[str] | Mapping[str, Mapping[str, Any]], *, processes: int = 1, **rest: Any
) -> TrainingPlan:
    """A plan whose models and knobs exist; nets that do not say it are trained by `processes`.

    Raises:
        UnknownName: no such model; the nearest name is suggested.
        ConfigError: no model, a knob that the model does not have, or a value out of bounds.
    """
    knobs = models if isinstance(models, Mapping) else {name: {} for name in models}
    if not knobs:
        raise ConfigError("no model to train")
    shared = {name: trainable.shared_out(name, params, processes) for name, params in knobs.items()}
    plan = TrainingPlan(models=shared, **rest)
    trainable.contenders(plan.models)
    return plan


def build(
    *,
    snapshot: Path,
    kinds: Mapping[str, KindRule],
    plan: TrainingPlan,
    latest: int,
    folder: Path,
    created: datetime,
    hears: ProgressCallback,
    indexes_of: str = "",
    logged: Sequence[LoggedList] = (),
) -> BuiltVersion:
    """Judge the plan's models, train them on everything, and write a version.

    Args:
        indexes_of: a version whose vector indexes the new one gets over its own models.
        logged: lists that were shown, from which rankers learn where there are enough.
        latest: Unix seconds after which events are of the future, and left out.

    Raises:
        OmakaseError: no events, or a model that cannot be trained on these.
    """
    weighting = weighting_of(kinds, plan.fade_days)
    build_plan = BuildPlan(
        plan.models,
        plan.k,
        plan.metric,
        plan.seed,
        plan.evaluate,
        plan.repeats,
        _index_plans(folder, indexes_of),
        [ShownList(*astuple(answer)) for answer in logged],
    )
    hears(0, build_plan.steps, "reading events")
    data = read_people(snapshot, weighting, latest)
    result_built = build_version(data, build_plan, folder, created=created, step=hears)
    result_built = result_built.with_future_events(count_later(snapshot, latest))
    return replace(
        describe_version(
            result_built.version.folder, best=result_built.best, recipe=result_built.recipe
        ),
        models=result_built.measures,
        table=result_built.selection.table.to_dict() if result_built.selection.table else {},
        remarks=(
            *result_built.selection.remarks,
            *_lost_words(result_built.lost_indexes),
            *busy_words(snapshot),
        ),
        withheld=result_built.selection.withheld,
        curves=result_built.curves,
        lost_indexes=result_built.lost_indexes,
    )


def describe_version(folder: Path, *, best: str, recipe: Mapping[str, Any]) -> BuiltVersion:
    """A version that lies on the disk and that nobody has judged."""
    version = version_store(folder.parent).open(folder.name, verify="size")
    window, (digest, size) = version.manifest.window, checksum_and_size(folder)
    models: Mapping[str, Mapping[str, float]] = {name: {} for name in sorted(version.pipelines)}
    facts = dict(window) if window else {}
    return BuiltVersion(version.name, best, models, {}, facts, digest, size, recipe=recipe)


def update(
    *,
    snapshot: Path,
    kinds: Mapping[str, KindRule],
    plan: TrainingPlan,
    latest: int,
    folder: Path,
    created: datetime,
    hears: ProgressCallback,
    live: VersionCard,
) -> BuiltVersion:
    """Write a version like the live one that has learnt what came in since.

    The newest of it is left to judge it by; see `omakase.build.update`.

    Raises:
        OmakaseError: the live version is damaged, its index cannot be made anew, or a model cannot
            be fitted.
    """
    hears(0, len(live.models) + 2, "reading events")
    data = read_people(snapshot, weighting_of(kinds, plan.fade_days), latest)
    learnable = events_until(data, learnable_until(data, live.window.get("last", 0)))
    live_version = version_store(folder).open(live.name)
    update_result = update_version(
        learnable, live_version, folder, created=created, seed=plan.seed, step=hears
    )
    return replace(
        describe_version(update_result.version.folder, best=live.best, recipe=live.recipe),
        models=live.models,
        table=live.table,
        remarks=(
            f"Brought up to date from version {live.name}: what was chosen then was not chosen "
            "anew, and the figures are those of the last training.",
            *busy_words(snapshot),
        ),
        curves=update_result.curves,
    )


def knobs_of(*, folder: Path, name: str) -> dict[str, dict[str, Any]]:
    """The models of a version with the knobs that they were fitted with.

    Raises:
        DamagedVersion: it cannot be read.
    """
    version = version_store(folder).open(name, verify="size")
    return {model: dict(version.part_manifest("models", model).config) for model in version.models}


def _index_plans(folder: Path, name: str) -> Mapping[str, IndexPlan]:
    """How the indexes of a version were made; of none where it cannot be read."""
    try:
        return index_plans(version_store(folder).open(name, tolerant=True)) if name else {}
    except OmakaseError:
        log.exception("the indexes of version %s cannot be read", name)
        return {}


def _lost_words(lost: Mapping[str, str]) -> list[str]:
    return [f"The vector index {name} could not be made anew: {why}" for name, why in lost.items()]


def learns_from_lists(plan: TrainingPlan) -> bool:
    """Whether any of the plan's models ranks as shown lists teach it."""
    return trainable.HYBRID in plan.models


def model_names() -> tuple[str, ...]:
    """Every model that can be trained."""
    return tuple(trainable.TRAINABLE)


def checksum_and_size(folder: Path) -> tuple[str, int]:
    """SHA-256 of a version's manifest, and the bytes of all its files."""
    digest = hashlib.sha256((folder / FILE).read_bytes()).hexdigest()
    return digest, sum(p.stat().st_size for p in folder.rglob("*") if p.is_file())
