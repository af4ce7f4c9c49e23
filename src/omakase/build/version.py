"""Building a version: judge the models, fit them on everything, calibrate, write them down."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, Protocol

import numpy as np

from omakase.artifacts.in_memory import InMemoryVersion
from omakase.artifacts.manifest import Window
from omakase.artifacts.version import Version, VersionPart
from omakase.build import cold_start, trainable
from omakase.build.index import IndexPlan, IndexRenewal, histories, renew_indexes
from omakase.build.learning_curve import CurvePoint, LearningCurve
from omakase.build.trainable import HYBRID
from omakase.data.dataset import Dataset
from omakase.data.splits import Split
from omakase.doctor import untrainable
from omakase.errors import EmptyData
from omakase.evaluate.compare import BASELINE, Candidate, ComparisonTable, compare
from omakase.evaluate.selection import Selection, select
from omakase.pipeline.config import PipelineConfig, SourceSpec
from omakase.pipeline.logged_examples import ShownList
from omakase.protocols import Explains
from omakase.registry import fit_model, version_store
from omakase.stacking.calibration import ScoreCalibrationConfig

EVERYBODYS: Final = ("popular", "trending", "newest")
"""Models that answer alike for everybody; cheap, so every version has those that there are."""

LONG_SECONDS = 120.0
"""A model that takes longer to learn is not learnt once more to tell how popularity counts."""

PROBES = 1_000
"""People by whom an index is measured."""

QUICK_SECONDS = 5.0
"""A model that takes no longer to learn, or than the best one, may lead while events are few."""


class StepCallback(Protocol):
    """Hears how far a build has come. May raise to stop it."""

    def __call__(self, done: int, total: int, step: str) -> None:
        """`done` of `total`; `step` is what comes next, in words."""
        ...


def no_steps(done: int, total: int, step: str) -> None:
    """The default callback: tells nobody."""


@dataclass(frozen=True, slots=True)
class BuildPlan:
    """What is to be built.

    Attributes:
        models: name in the registry to its knobs; what is left out has its default.
        k: length of the lists that are judged.
        metric: what the best model is best at ("ndcg", "recall", …).
        seed: same seed and data, same models.
        evaluate: judge the models first, and let the best one answer; else the first one named.
        repeats: people take the same again: that counts as right, and may be shown again.
        indexes: to be made over the models, by name.
        logged: lists that were shown, from which a hybrid's ranker learns where there are enough.
    """

    models: Mapping[str, Mapping[str, Any]] = field(default_factory=lambda: {"ease": {}})
    k: int = 10
    metric: str = "ndcg"
    seed: int = 0
    evaluate: bool = True
    repeats: bool = False
    indexes: Mapping[str, IndexPlan] = field(default_factory=dict)
    logged: Sequence[ShownList] = ()

    @property
    def steps(self) -> int:
        """How many steps a build has."""
        return len(self.models) + len({*EVERYBODYS, *self.models}) + 3


@dataclass(frozen=True)
class BuildResult:
    """A version on the disk, and how it came to its best model."""

    version: Version
    selection: Selection
    recipe: Mapping[str, Any]
    made: "BuiltModels"
    lost_indexes: Mapping[str, str] = field(default_factory=dict)
    """Names of the indexes that could not be made over these models, and why."""

    @property
    def best(self) -> str:
        """The model that answers where none is named."""
        return self.selection.best

    @property
    def curves(self) -> Mapping[str, Sequence[CurvePoint]]:
        """Figures of each step of the models that are learnt step by step."""
        return self.made.curves

    @property
    def measures(self) -> dict[str, dict[str, float]]:
        """Each pipeline's figures; empty where nothing was judged."""
        names = sorted(self.version.pipelines)
        return {name: _measures(self.selection.table, name) for name in names}

    def with_future_events(self, count: int) -> "BuildResult":
        """The same, saying how many events of the future were left out."""
        return replace(self, selection=_with_late(self.selection, count))


def build_version(
    data: Dataset,
    plan: BuildPlan,
    folder: Path | str,
    *,
    created: datetime | None = None,
    step: StepCallback = no_steps,
) -> BuildResult:
    """Judge the plan's models, fit them on all data, and write a version into a folder.

    Args:
        folder: of versions; the new one gets a folder of its own in it.
        created: aware; by itself now.
        step: hears every step.

    Raises:
        OmakaseError: no such model, no events, or a model that cannot be fitted to these.
    """
    if not len(data.events):
        raise EmptyData("there are no events to learn from")
    candidates = trainable.contenders(plan.models)
    field = {name: trainable.contender(name, {}) for name in EVERYBODYS} | candidates
    total = plan.steps
    chosen = _select(data, candidates, plan, total, step)
    table, split = chosen.table, chosen.split

    def training(name: str, place: int) -> None:
        step(min(1 + len(candidates) + place, total - 3), total, f"training {name}")

    models = BuiltModels.of(data, field, plan.seed, table, training, plan.logged)
    if table and split and chosen.is_telling:
        step(total - 2, total, "learning how much popularity counts")
        models = models.with_cold_start(chosen.best, table, split, plan.seed)
    if plan.repeats:
        models = models.with_repeats()
    created = created or datetime.now(UTC)
    renewal = _indexes(data, plan, models, created)
    models = models.through(renewal)
    step(total - 1, total, "writing")
    with closing(renewal):
        version = version_store(Path(folder)).create(
            ids=data.ids,
            items=data.items,
            created=created,
            models=models.models,
            indexes=renewal.parts,
            stacks=models.stacks,
            pipelines=models.pipelines,
            window=Window.of(data),
        )
    step(total, total, "done")
    recipe = {"model": chosen.best, "knobs": dict(plan.models.get(chosen.best, {}))}
    return BuildResult(version, chosen, recipe, models, renewal.lost)


def _indexes(
    data: Dataset, plan: BuildPlan, made: "BuiltModels", created: datetime
) -> IndexRenewal:
    """The plan's indexes over the models that were made."""
    if not plan.indexes:
        return IndexRenewal({}, {}, {})
    plugs: Any = {name: part.plug for name, part in made.models.items()}
    people = histories(data, data.ids, PROBES, np.random.default_rng(plan.seed))
    label = f"v{created.astimezone(UTC):%Y%m%d%H%M%S%f}"
    parts = InMemoryVersion(data.items, plugs)
    return renew_indexes(plan.indexes, parts, people, label=label, seed=plan.seed)


@dataclass(frozen=True)
class BuiltModels:
    """What goes into a version.

    Attributes:
        models, stacks: by name.
        pipelines: one for each name that a request may choose.
        curves: of models that are learnt step by step.
    """

    models: Mapping[str, VersionPart]
    stacks: Mapping[str, VersionPart]
    pipelines: Mapping[str, PipelineConfig]
    curves: Mapping[str, Sequence[CurvePoint]] = field(default_factory=dict)

    @classmethod
    def of(
        cls,
        data: Dataset,
        field: Mapping[str, Candidate],
        seed: int,
        table: ComparisonTable | None,
        step: Callable[[str, int], None],
        logged: Sequence[ShownList] = (),
    ) -> "BuiltModels":
        """Everything of `field` learnt from all events; of a hybrid, its models too."""
        hybrid_parts = (
            _hybrid_parts(data, field, seed, table, step, logged)
            if HYBRID in field
            else cls({}, {}, {})
        )
        models = dict(hybrid_parts.models)
        curves: dict[str, Sequence[CurvePoint]] = {}
        for place, (name, contender) in enumerate(field.items()):
            if name not in (HYBRID, *models):
                step(name, place)
                curve = LearningCurve()
                model = fit_model(name, data, contender.config, seed=seed, progress=curve)
                curves |= {name: curve.points} if curve.points else {}
                models[name] = VersionPart(model, name, contender.config, _measures(table, name))
        alone = {name: pipeline_of(name, table) for name in models}
        return cls(models, hybrid_parts.stacks, {**alone, **hybrid_parts.pipelines}, curves)

    def with_cold_start(
        self, name: str, table: ComparisonTable, split: Split, seed: int
    ) -> "BuiltModels":
        """The same, with how much popularity counts beside the pipeline of that name.

        Learnt from what came before the part that the table judged.
        """
        seconds = {line.model: line.seconds for line in table.lines}
        pipeline_config = self.pipelines[name]
        if seconds[name] > LONG_SECONDS:
            return self
        knobs = {part: model.config for part, model in self.models.items()}
        history, leads = split.before("test"), self._leads(name, seconds)
        crowd = cold_start.learn_cold_start(history, pipeline_config, knobs, leads=leads, seed=seed)
        crowd_config = pipeline_config.model_copy(update={"crowd": crowd})
        return replace(self, pipelines={**self.pipelines, name: crowd_config})

    def with_repeats(self) -> "BuiltModels":
        """The same, showing again what a person has had."""
        again = {
            name: config.model_copy(
                update={"gate": config.gate.model_copy(update={"seen": "show"})}
            )
            for name, config in self.pipelines.items()
        }
        return replace(self, pipelines=again)

    def through(self, renewal: IndexRenewal) -> "BuiltModels":
        """The same, asking indexes where the scores of all items were asked of their models."""
        pipelines = dict(self.pipelines)
        for index, model in renewal.models.items():
            pipelines = {
                n: pipeline.through_index(model, index) for n, pipeline in pipelines.items()
            }
        return replace(self, pipelines=pipelines)

    def _leads(self, best: str, seconds: Mapping[str, float]) -> tuple[str, ...]:
        """Models that name what they follow in a history, and are learnt quickly."""
        patience = max(QUICK_SECONDS, seconds[best])
        quick = {name for name, duration in seconds.items() if duration <= patience} - {best}
        able = (name for name, part in self.models.items() if isinstance(part.plug, Explains))
        return tuple(name for name in able if name in quick)


def _hybrid_parts(
    data: Dataset,
    field: Mapping[str, Candidate],
    seed: int,
    table: ComparisonTable | None,
    step: Callable[[str, int], None],
    logged: Sequence[ShownList],
) -> BuiltModels:
    """The hybrid and its models."""
    config: Any = field[HYBRID].config
    configs = trainable.chosen(config, data.n_items).models

    def progress(done: int, total: int, **figures: float) -> None:
        step(f"{HYBRID}, {done} of {total}", 0)

    hybrid = trainable.fit_hybrid(config, data, seed=seed, progress=progress, logged=logged)
    judged = _measures(table, HYBRID)
    return BuiltModels(
        {n: VersionPart(m, n, configs[n], _measures(table, n)) for n, m in hybrid.models.items()},
        {n: VersionPart(s, "stack", s.config, judged) for n, s in hybrid.stacks.items()},
        {HYBRID: hybrid.pipeline},
    )


def _select(
    data: Dataset,
    asked: Mapping[str, Candidate],
    plan: BuildPlan,
    steps: int,
    step: StepCallback,
) -> Selection:
    """Which model answers; the first one named where nothing is to be judged."""
    if not plan.evaluate:
        return Selection(next(iter(asked)), withheld=untrainable(data))
    names = [BASELINE, *(name for name in asked if name != BASELINE)]

    def progress(done: int, total: int, **figures: float) -> None:
        if done < total:
            step(min(1 + done, steps), steps, f"judging {names[done]}")

    def judged(split: Split) -> ComparisonTable:
        return compare(
            asked,
            split,
            k=plan.k,
            measure=plan.metric,
            seeds=[plan.seed],
            mask_seen=not plan.repeats,
            as_served=True,
            progress=progress,
        )

    selection = select(data, asked, judged)
    return replace(selection, withheld=untrainable(data) or selection.withheld)


def _measures(table: ComparisonTable | None, name: str) -> dict[str, float]:
    lines = {line.model: line for line in table.lines} if table else {}
    figures = lines[name].figures if name in lines else {}
    return {measure: figure for measure, figure in figures.items() if abs(figure) < float("inf")}


def pipeline_of(name: str, table: ComparisonTable | None = None) -> PipelineConfig:
    """One model alone, filled up by popularity; what its scores mean, where it was judged."""
    judged = {line.model: line.reports[0].chances for line in table.lines} if table else {}
    curve = judged.get(name)
    return PipelineConfig(
        meaning=None if curve is None else ScoreCalibrationConfig.of(f"source {name}", curve),
        name=name,
        sources=(SourceSpec(kind="scored", name=name, config={"model": name}),),
        fallback=SourceSpec(kind="fixed", config={"model": BASELINE}),
    )


def _with_late(chosen: Selection, late: int) -> Selection:
    """The same, saying how many events of the future were left out."""
    if not late:
        return chosen
    remark = (
        f"{late:,} events lie in the future and were left out"
        if late > 1
        else ("One event lies in the future and was left out")
    )
    remark += "; check the clock and the time zone of what writes them."
    return replace(chosen, remarks=(remark, *chosen.remarks))
