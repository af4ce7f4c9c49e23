"""The only door of this app to the engine. Plain Python on this side, arrays on the other."""

import hashlib
import logging
import shutil
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import astuple
from datetime import datetime
from pathlib import Path
from typing import Any

from omakase.artifacts.manifest import FILE
from omakase.artifacts.versions import VersionStore
from omakase.build import judgement, trainable
from omakase.build.index import IndexPlan, drop_place, index_plans, places
from omakase.build.promotion import (
    PromotionConfig,
    decide,
    first_verdict,
    unjudged_verdict,
)
from omakase.build.promotion import (
    has_enough_events as has_enough,
)
from omakase.build.promotion_words import to_dict
from omakase.build.version import BuildPlan, build_version
from omakase.data.snapshot import (
    EventRow,
    count_later,
    first_sequence,
    read_manifest,
    read_snapshot,
    user_ids,
    without_old,
    without_users,
    without_withdrawn,
    write_part,
    write_table,
)
from omakase.data.splits import by_moment, cuts
from omakase.errors import ConfigError, EmptyData, OmakaseError, UnreadableFile
from omakase.pipeline.logged_examples import ShownList
from omakase.registry import version_store
from omakase_service.events.contracts import KindRule
from omakase_service.events.engine import weighting_of
from omakase_service.platform.contracts import ProgressCallback
from omakase_service.training.contracts import BuiltVersion, LoggedList, TrainingPlan

log = logging.getLogger("omakase.training")


def plan_of(models: Sequence[str] | Mapping[str, Mapping[str, Any]], **rest: Any) -> TrainingPlan:
    """A plan whose models and knobs exist.

    Raises:
        UnknownName: no such model; the nearest name is suggested.
        ConfigError: no model, a knob that the model does not have, or a value out of bounds.
    """
    knobs = models if isinstance(models, Mapping) else {name: {} for name in models}
    if not knobs:
        raise ConfigError("no model to train")
    plan = TrainingPlan(models={name: dict(each) for name, each in knobs.items()}, **rest)
    trainable.contenders(plan.models)
    return plan


def export(
    *,
    folder: Path,
    lines: Callable[[int], Iterable[EventRow]],
    until: int,
    items: Sequence[Mapping[str, Any]],
    users: Sequence[Mapping[str, Any]],
    erasures: int = 0,
    oldest: int = 0,
    erased_after: Callable[[int], Callable[[str], bool]] | None = None,
    withdrawn: Collection[tuple[int, int]] = (),
    numbers: Callable[[int, int], Collection[int]] | None = None,
    since: float = 0.0,
) -> None:
    """Bring the snapshot that training reads up to the store: new events, all items and users.

    A snapshot that has seen more events than the store holds is of another store, and one from
    before somebody was forgotten still knows them; either is made anew, and so is one whose
    manifest cannot be read. One export at a time.

    Args:
        lines: the events behind a number, in order.
        until: number of the store's last event.
        erasures: number of the last person who was forgotten.
        oldest: number of the first event that the store still has. A snapshot with older ones has
            what the store keeps no longer: people are taken out of it instead of making it anew.
        erased_after: from the number of an erasure to whether a user of the snapshot was forgotten
            since.
        withdrawn: first and last number of events that were taken back (an import, a row of
            somebody's database): they leave the snapshot.
        numbers: of the store's events behind one number, up to another.
        since: Unix seconds from which events are kept; 0: all.
    """
    forgotten = folder.with_name(f"{folder.name}.erasures")
    seen = int(forgotten.read_text() or -1) if forgotten.exists() else 0
    if folder.exists() and _last_sequence(folder) > until:
        shutil.rmtree(folder)
    elif folder.exists() and seen != erasures:
        if erased_after is not None and seen < erasures and first_sequence(folder) < oldest:
            gone = erased_after(seen)
            without_users(folder, [user for user in user_ids(folder) if gone(user)])
        else:
            shutil.rmtree(folder)
    folder.parent.mkdir(parents=True, exist_ok=True)
    forgotten.write_text(str(erasures))
    if withdrawn and numbers is not None:
        without_withdrawn(folder, withdrawn, numbers)
    write_part(folder, lines(read_manifest(folder).last_sequence))
    if since:
        without_old(folder, since)
    write_table(folder, "items", items)
    write_table(folder, "users", users)


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
        [ShownList(*astuple(each)) for each in logged],
    )
    hears(0, build_plan.steps, "reading events")
    data = read_snapshot(snapshot, weighting=weighting, latest=latest)
    made = build_version(data, build_plan, folder, created=created, step=hears)
    made = made.with_future_events(count_later(snapshot, latest))
    digest, size = weighed(made.version.folder)
    window = made.version.manifest.window
    return BuiltVersion(
        name=made.version.name,
        best=made.best,
        models=made.measures,
        table=made.selection.table.to_dict() if made.selection.table else {},
        window=dict(window) if window else {},
        digest=digest,
        size_bytes=size,
        remarks=(*made.selection.remarks, *_lost_words(made.lost_indexes)),
        withheld=made.selection.withheld,
        recipe=made.recipe,
        curves=made.curves,
        lost_indexes=made.lost_indexes,
    )


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


def judge_recipes(
    *,
    snapshot: Path,
    kinds: Mapping[str, KindRule],
    plan: TrainingPlan,
    latest: int,
    live: Mapping[str, Any],
    new: Mapping[str, Any],
    config: Mapping[str, Any],
) -> dict[str, Any]:
    """The verdict on a new recipe beside the live one, both fitted on the same earlier part.

    Args:
        live, new: recipes as versions keep them.
        config: fields of `PromotionConfig`.
    """
    rules = PromotionConfig(**config)
    if live == new:
        return to_dict(unjudged_verdict(rules, same=True))
    weighting = weighting_of(kinds, plan.fade_days)
    data = read_snapshot(snapshot, weighting=weighting, latest=latest)
    sides = [trainable.contender(each["model"], each["knobs"]) for each in (live, new)]
    for cut in cuts(data):
        try:
            judged = judgement.judge_recipes(
                cut(data), *sides, k=rules.k, seed=plan.seed, mask_seen=not plan.repeats
            )
        except EmptyData:
            continue
        return to_dict(decide(*judged, rules, basis="recipes"))
    return to_dict(unjudged_verdict(rules, same=False))


def judge_versions(
    *,
    snapshot: Path,
    kinds: Mapping[str, KindRule],
    latest: int,
    folder: Path,
    live: tuple[str, str],
    new: tuple[str, str],
    since: int,
    repeats: bool,
    config: Mapping[str, Any],
) -> dict[str, Any] | None:
    """The verdict on two saved versions by what came after both; None where nothing did.

    Args:
        live, new: a version's name and that of its best model.
        since: Unix seconds of the newest event that either has learnt from.
    """
    rules = PromotionConfig(**config)
    data = read_snapshot(snapshot, weighting=weighting_of(kinds, None), latest=latest)
    store = version_store(folder)
    sides = [(store.open(name), best) for name, best in (live, new)]
    try:
        judged = judgement.judge_versions(
            by_moment(data, since), *sides, k=rules.k, mask_seen=not repeats
        )
    except EmptyData:
        return None
    return to_dict(decide(*judged, rules, basis="versions"))


def has_enough_events(live: int, new: int) -> bool:
    """Whether a version has learnt from about as many events as the live one, or more."""
    return has_enough(live, new, PromotionConfig())


def first_verdict_of(config: Mapping[str, Any]) -> dict[str, Any]:
    """The verdict where nothing is live."""
    return to_dict(first_verdict(PromotionConfig(**config)))


def delete(*, folder: Path, keep: int, protect: Sequence[str], now: datetime) -> tuple[str, ...]:
    """Remove all but the newest `keep` and the protected versions, and what was never finished.

    One trains or deletes at a time. Gives the names of the versions that are gone.
    """
    store = version_store(folder)
    store.sweep(now)
    return delete_versions(store, keep, protect)


def delete_versions(store: VersionStore, keep: int, protect: Collection[str]) -> tuple[str, ...]:
    """Remove versions, and what only they held in stores of vectors; the names of the removed."""
    before = {name: _places(store, name) for name in store.names()}
    gone = store.prune(keep, protect=protect)
    used = [place for name in store.names() for place in before.get(name, ())]
    for kind, config in (place for name in gone for place in before[name]):
        if (kind, config) not in used:
            _drop(kind, config)
    return gone


def _places(store: VersionStore, name: str) -> list[tuple[str, Any]]:
    """Where the vectors of a version lie outside of it; nowhere where it cannot be read."""
    try:
        return places(store.open(name, verify="size", tolerant=True))
    except OmakaseError:
        return []


def _drop(kind: str, config: Any) -> None:
    try:
        drop_place(kind, config)
    except OmakaseError as error:  # a store that is away; its place is left behind
        log.warning("the vectors of a deleted version stay where they are: %s", error)


def discard(*, folder: Path, keep: Collection[str]) -> None:
    """Remove all versions but those of these names."""
    delete_versions(version_store(folder), 0, keep)


def model_names() -> tuple[str, ...]:
    """Every model that can be trained."""
    return tuple(trainable.TRAINABLE)


def exported_sequence(folder: Path) -> int:
    """Number of the last event in a snapshot; 0 where there is none that can be read."""
    try:
        return read_manifest(folder).last_sequence
    except UnreadableFile:
        return 0


def _last_sequence(folder: Path) -> float:
    """Number of the last event in a snapshot; beyond all others where nobody can tell."""
    try:
        return read_manifest(folder).last_sequence
    except UnreadableFile:
        return float("inf")


def weighed(folder: Path) -> tuple[str, int]:
    """SHA-256 of a version's manifest, and the bytes of all its files."""
    digest = hashlib.sha256((folder / FILE).read_bytes()).hexdigest()
    return digest, sum(p.stat().st_size for p in folder.rglob("*") if p.is_file())
