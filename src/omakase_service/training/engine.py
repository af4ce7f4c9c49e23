"""The only door of this app to the engine. Plain Python on this side, arrays on the other."""

import hashlib
import shutil
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from omakase.artifacts.manifest import FILE, Window
from omakase.artifacts.version import Version, VersionPart
from omakase.build import cold_start, judgement, trainable
from omakase.build.promotion import (
    PromotionConfig,
    decide,
    first_verdict,
    unjudged_verdict,
)
from omakase.build.promotion_words import to_dict
from omakase.build.trainable import HYBRID
from omakase.data.dataset import Dataset
from omakase.data.snapshot import (
    EventRow,
    count_later,
    read_manifest,
    read_snapshot,
    write_part,
    write_table,
)
from omakase.data.splits import Split, by_moment, cuts
from omakase.doctor import untrainable
from omakase.errors import ConfigError, EmptyData, UnreadableFile
from omakase.evaluate.compare import Candidate, ComparisonTable, compare
from omakase.evaluate.selection import Selection, select
from omakase.pipeline.calibration import ScoreCalibrationConfig
from omakase.pipeline.config import PipelineConfig, SourceSpec
from omakase.protocols import Explains
from omakase.registry import fitted, version_store
from omakase_service.events.contracts import KindRule
from omakase_service.events.engine import weighting_of
from omakase_service.platform.contracts import ProgressCallback
from omakase_service.training.contracts import EVERYBODYS, FALLBACK, BuiltVersion, TrainingPlan

LONG_SECONDS = 120.0
"""A model that takes longer to learn is not learnt once more to tell how popularity counts."""

QUICK_SECONDS = 5.0
"""A model that takes no longer to learn, or than the best one, may lead while events are few."""


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
) -> None:
    """Bring the snapshot that training reads up to the store: new events, all items and users.

    A snapshot that has seen more events than the store holds is of another store, and one from
    before somebody was forgotten still knows them; either is made anew, and so is one whose
    manifest cannot be read. One export at a time.

    Args:
        lines: the events behind a number, in order.
        until: number of the store's last event.
        erasures: number of the last person who was forgotten.
    """
    forgotten = folder.with_name(f"{folder.name}.erasures")
    seen = int(forgotten.read_text() or -1) if forgotten.exists() else 0
    if folder.exists() and (seen != erasures or _last_sequence(folder) > until):
        shutil.rmtree(folder)
    folder.parent.mkdir(parents=True, exist_ok=True)
    forgotten.write_text(str(erasures))
    write_part(folder, lines(read_manifest(folder).last_sequence))
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
) -> BuiltVersion:
    """Judge the plan's models, train them on everything, and write a version.

    Args:
        latest: Unix seconds after which events are of the future, and left out.

    Raises:
        OmakaseError: no events, or a model that cannot be trained on these.
    """
    asked = trainable.contenders(plan.models)
    field = {name: trainable.contender(name, {}) for name in EVERYBODYS} | asked
    total = len(asked) + len(field) + 3
    hears(0, total, "reading events")
    weighting = weighting_of(kinds, plan.fade_days)
    data = read_snapshot(snapshot, weighting=weighting, latest=latest)
    chosen = _selected(data, asked, plan, total, hears)
    table, split = chosen.table, chosen.split

    def told(name: str, place: int) -> None:
        hears(min(1 + len(asked) + place, total - 3), total, f"training {name}")

    made = _BuiltModels.of(data, field, plan.seed, table, told)
    if table and split and chosen.is_telling:
        hears(total - 2, total, "learning how much popularity counts")
        made = made.with_crowd(chosen.best, table, split, plan.seed)
    if plan.repeats:
        made = made.with_repeats()
    hears(total - 1, total, "writing")
    version = version_store(folder).create(
        ids=data.ids,
        items=data.items,
        created=created,
        models=made.models,
        stacks=made.stacks,
        pipelines=made.pipelines,
        window=Window.of(data),
    )
    hears(total, total, "done")
    recipe = {"model": chosen.best, "knobs": dict(plan.models.get(chosen.best, {}))}
    return _built(version, _with_late(chosen, count_later(snapshot, latest)), recipe)


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


def first_verdict_of(config: Mapping[str, Any]) -> dict[str, Any]:
    """The verdict where nothing is live."""
    return to_dict(first_verdict(PromotionConfig(**config)))


def delete(*, folder: Path, keep: int, protect: Sequence[str], now: datetime) -> tuple[str, ...]:
    """Remove all but the newest `keep` and the protected versions, and what was never finished.

    One trains or deletes at a time. Gives the names of the versions that are gone.
    """
    store = version_store(folder)
    store.sweep(now)
    return store.prune(keep, protect=protect)


def discard(*, folder: Path, keep: Collection[str]) -> None:
    """Remove all versions but those of these names."""
    version_store(folder).prune(0, protect=keep)


def model_names() -> tuple[str, ...]:
    """Every model that can be trained."""
    return tuple(trainable.TRAINABLE)


@dataclass(frozen=True)
class _BuiltModels:
    """What goes into a version.

    Attributes:
        models, stacks: by name.
        pipelines: one for each name that a request may choose.
    """

    models: Mapping[str, VersionPart]
    stacks: Mapping[str, VersionPart]
    pipelines: Mapping[str, PipelineConfig]

    @classmethod
    def of(
        cls,
        data: Dataset,
        field: Mapping[str, Candidate],
        seed: int,
        table: ComparisonTable | None,
        told: Callable[[str, int], None],
    ) -> "_BuiltModels":
        """Everything of `field` learnt from all events; of a hybrid, its models too."""
        whole = _together(data, field, seed, table, told) if HYBRID in field else cls({}, {}, {})
        models = dict(whole.models)
        for place, (name, contender) in enumerate(field.items()):
            if name not in (HYBRID, *models):
                told(name, place)
                model = fitted(name, data, contender.config, seed=seed)
                models[name] = VersionPart(model, name, contender.config, _measures(table, name))
        alone = {name: _pipeline(name, table) for name in models}
        return cls(models, whole.stacks, {**alone, **whole.pipelines})

    def with_crowd(
        self, name: str, table: ComparisonTable, split: Split, seed: int
    ) -> "_BuiltModels":
        """The same, with how much popularity counts beside the pipeline of that name.

        Learnt from what came before the part that the table judged.
        """
        seconds = {line.model: line.seconds for line in table.lines}
        known = self.pipelines[name]
        if seconds[name] > LONG_SECONDS:
            return self
        knobs = {part: made.config for part, made in self.models.items()}
        before, leads = split.before(table.part), self._leads(name, seconds)
        crowd = cold_start.learnt(before, known, knobs, leads=leads, seed=seed)
        told = known.model_copy(update={"crowd": crowd})
        return replace(self, pipelines={**self.pipelines, name: told})

    def with_repeats(self) -> "_BuiltModels":
        """The same, showing again what a person has had."""
        again = {
            name: each.model_copy(update={"gate": each.gate.model_copy(update={"seen": "show"})})
            for name, each in self.pipelines.items()
        }
        return replace(self, pipelines=again)

    def _leads(self, best: str, seconds: Mapping[str, float]) -> tuple[str, ...]:
        """Models that name what they follow in a history, and are learnt quickly."""
        patience = max(QUICK_SECONDS, seconds[best])
        quick = {name for name, each in seconds.items() if each <= patience} - {best}
        able = (name for name, part in self.models.items() if isinstance(part.plug, Explains))
        return tuple(name for name in able if name in quick)


def _together(
    data: Dataset,
    field: Mapping[str, Candidate],
    seed: int,
    table: ComparisonTable | None,
    told: Callable[[str, int], None],
) -> _BuiltModels:
    """The hybrid and its models."""
    config: Any = field[HYBRID].config
    configs = trainable.chosen(config, data.n_items).models

    def heard(done: int, of: int, **figures: float) -> None:
        told(f"{HYBRID}, {done} of {of}", 0)

    made = trainable.learnt(config, data, seed=seed, progress=heard)
    judged = _measures(table, HYBRID)
    return _BuiltModels(
        {n: VersionPart(m, n, configs[n], _measures(table, n)) for n, m in made.models.items()},
        {n: VersionPart(s, "stack", s.config, judged) for n, s in made.stacks.items()},
        {HYBRID: made.pipeline},
    )


def _last_sequence(folder: Path) -> float:
    """Number of the last event in a snapshot; beyond all others where nobody can tell."""
    try:
        return read_manifest(folder).last_sequence
    except UnreadableFile:
        return float("inf")


def _selected(
    data: Dataset,
    asked: Mapping[str, Candidate],
    plan: TrainingPlan,
    total: int,
    hears: ProgressCallback,
) -> Selection:
    """Which model answers; the first one named where nothing is to be judged."""
    if not plan.evaluate:
        return Selection(next(iter(asked)), withheld=untrainable(data))
    names = [FALLBACK, *(name for name in asked if name != FALLBACK)]

    def told(done: int, of: int, **figures: float) -> None:
        if done < of:
            hears(min(1 + done, total), total, f"judging {names[done]}")

    def judged(split: Split) -> ComparisonTable:
        return compare(
            asked,
            split,
            k=plan.k,
            measure=plan.metric,
            seeds=[plan.seed],
            mask_seen=not plan.repeats,
            as_served=True,
            progress=told,
        )

    found = select(data, asked, judged)
    return replace(found, withheld=untrainable(data) or found.withheld)


def _measures(table: ComparisonTable | None, name: str) -> dict[str, float]:
    lines = {line.model: line for line in table.lines} if table else {}
    figures = lines[name].figures if name in lines else {}
    return {measure: figure for measure, figure in figures.items() if abs(figure) < float("inf")}


def _pipeline(name: str, table: ComparisonTable | None) -> PipelineConfig:
    """One model alone, filled up by popularity; what its scores mean, where it was judged."""
    judged = {line.model: line.reports[0].chances for line in table.lines} if table else {}
    curve = judged.get(name)
    return PipelineConfig(
        meaning=None if curve is None else ScoreCalibrationConfig.of(f"source {name}", curve),
        name=name,
        sources=(SourceSpec(kind="scored", name=name, config={"model": name}),),
        fallback=SourceSpec(kind="fixed", config={"model": FALLBACK}),
    )


def _with_late(chosen: Selection, late: int) -> Selection:
    """The same, saying how many events of the future were left out."""
    if not late:
        return chosen
    told = (
        f"{late:,} events lie in the future and were left out"
        if late > 1
        else ("One event lies in the future and was left out")
    )
    told += "; check the clock and the time zone of what writes them."
    return replace(chosen, remarks=(told, *chosen.remarks))


def _built(version: Version, chosen: Selection, recipe: Mapping[str, Any]) -> BuiltVersion:
    window, table = version.manifest.window, chosen.table
    digest, size = weighed(version.folder)
    return BuiltVersion(
        name=version.name,
        best=chosen.best,
        models={name: _measures(table, name) for name in sorted(version.pipelines)},
        table=table.to_dict() if table else {},
        window=dict(window) if window else {},
        digest=digest,
        size_bytes=size,
        remarks=chosen.remarks,
        withheld=chosen.withheld,
        recipe=recipe,
    )


def weighed(folder: Path) -> tuple[str, int]:
    """SHA-256 of a version's manifest, and the bytes of all its files."""
    digest = hashlib.sha256((folder / FILE).read_bytes()).hexdigest()
    return digest, sum(p.stat().st_size for p in folder.rglob("*") if p.is_file())
