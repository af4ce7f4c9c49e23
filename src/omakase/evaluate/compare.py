"""Several models on one split, popularity among them, and which one won."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from functools import cached_property
from typing import Any, Final, Protocol, Self

import numpy as np
from numpy.typing import NDArray

from omakase.data.dataset import Dataset
from omakase.data.splits import Part, Split
from omakase.errors import UnknownName
from omakase.evaluate.confidence import Difference, interval, paired_difference, spread
from omakase.evaluate.cost import PeakMemory
from omakase.evaluate.fit_inputs import fit_inputs
from omakase.evaluate.report import Report
from omakase.evaluate.run import Scorer, evaluate
from omakase.evaluate.served import ServedScorer
from omakase.models import popular
from omakase.types import Config, Progress, silent

BASELINE = "popular"

FEW_PEOPLE: Final = 5
"""With fewer people asked, figures do not compare models."""


class FitsModel(Scorer, Protocol):
    """What can be compared: every model, and several put together."""

    @classmethod
    def fit(cls, data: Dataset, config: Any, *, rng: np.random.Generator) -> Self:
        """As `Model.fit`."""
        ...


@dataclass(frozen=True)
class Candidate:
    """What is to be compared: its class and its settings."""

    cls: type[FitsModel]
    config: Config


@dataclass(frozen=True)
class TableRow:
    """One model's line of the table.

    Attributes:
        model: its name.
        config: its settings.
        reports: one a seed, or two of the same figures where there is no chance.
        figures: measure to its mean over seeds.
        deviations: measure to its standard deviation over seeds.
        intervals: measure to the ends of its 95 % bootstrap interval over queries; None where a
            single query tells nothing of it.
        over_baseline: recall and the measure of the table to the paired difference to popularity.
    """

    model: str
    config: Mapping[str, Any]
    reports: tuple[Report, ...]
    figures: Mapping[str, float]
    deviations: Mapping[str, float]
    intervals: Mapping[str, tuple[float, float] | None]
    over_baseline: Mapping[str, Difference]

    @property
    def seconds(self) -> float:
        """The longest that it took to fit."""
        return max(report.cost.train_seconds or 0.0 for report in self.reports)

    @cached_property
    def per_query(self) -> Mapping[str, NDArray[np.float64]]:
        """Measure to its (Q,) values, each the mean over seeds."""
        return _over_seeds(self.reports)


@dataclass(frozen=True)
class ComparisonTable:
    """All models on one part of one split.

    Attributes:
        split, part, k: what was asked.
        measure: what the winner is chosen by.
        lines: best first.
        ties: models whose difference to the winner may be chance.
        hides_seen: whether what people had before could be no right answer.
    """

    split: str
    part: str
    k: int
    measure: str
    lines: tuple[TableRow, ...]
    ties: tuple[str, ...]
    hides_seen: bool = True

    @property
    def winner(self) -> TableRow:
        """The best line."""
        return self.lines[0]

    @property
    def people(self) -> int:
        """How many were asked for."""
        return self.winner.reports[0].counts.queries

    @property
    def is_telling(self) -> bool:
        """Whether enough people were asked to compare models by the figures."""
        return self.people >= FEW_PEOPLE

    @property
    def verdict(self) -> str:
        """The winner in one sentence, and whether it is sure; or that nothing can be told."""
        best = self.winner
        ends = best.intervals[self.measure]
        sure = f" (95 % {ends[0]:.4f}–{ends[1]:.4f})" if ends else ""
        figure = f"{self.measure} {best.figures[self.measure]:.4f}{sure}"
        if not self.is_telling:
            people = "one person is" if self.people == 1 else f"{self.people} people are"
            return f"{people} too few to compare models; {best.model} happens to lead with {figure}"
        if not best.figures[self.measure] > 0:
            return f"no model found anything that people chose next: {figure}"
        if best.model == BASELINE:
            return f"nothing beats popularity: {figure}"
        beside = f"; within chance of it: {', '.join(self.ties)}" if self.ties else ""
        return f"{best.model} wins with {figure}{beside}"

    def rows(self) -> list[dict[str, Any]]:
        """One flat dictionary a model, for tables and files."""
        return [_row(line, self.measure) for line in self.lines]

    def to_dict(self) -> dict[str, Any]:
        """Everything but the values of each query, as plain Python; None where no figure is."""
        return {
            "split": self.split,
            "part": self.part,
            "k": self.k,
            "measure": self.measure,
            "winner": self.winner.model,
            "verdict": self.verdict,
            "ties": list(self.ties),
            "telling": self.is_telling,
            "hides_seen": self.hides_seen,
            "counts": asdict(self.winner.reports[0].counts),
            "models": [_finite(_line_dict(line)) for line in self.lines],
        }


def compare(
    contenders: Mapping[str, Candidate],
    split: Split,
    *,
    part: Part = "test",
    k: int = 10,
    measure: str = "ndcg",
    seeds: Sequence[int] = (0,),
    mask_seen: bool = True,
    as_served: bool = False,
    progress: Progress = silent,
) -> ComparisonTable:
    """Fit and evaluate every contender once a seed; popularity is added when it is not there.

    A model whose first two seeds give the same figures is not fitted again.

    Args:
        contenders: name to class and settings.
        split: fitted as `fit_inputs` says, asked about `part`.
        measure: what the winner is chosen by, without its "@k".
        seeds: one fit a seed.
        as_served: whether popularity answers people without a history, as it does in service;
            otherwise each model answers for itself.

    Raises:
        OnlyRepeats: all that the part holds, people had had before, and `mask_seen`.
        EmptyData: the part holds nothing that could be predicted.
        UnknownName: no such measure; known after the baseline, before anything slow is fitted.
    """
    field = {BASELINE: Candidate(popular.Popular, popular.PopularConfig()), **contenders}
    reports: dict[str, list[Report]] = {name: [] for name in field}
    runs = [(name, seed) for name in field for seed in seeds]
    metric = measure if measure == "auc" else f"{measure}@{k}"
    strangers = _fit(field[BASELINE], split, part, seeds[0]) if as_served else None
    for done, (name, seed) in enumerate(runs):
        progress(done, len(runs))
        if not _is_deterministic(reports[name]):
            report = fitted_report(name, field[name], split, part, k, seed, mask_seen, strangers)
            _require_measure(report, measure, metric)
            reports[name].append(report)
    progress(len(runs), len(runs))
    return replace(_table(field, reports, metric), hides_seen=mask_seen)


def _require_measure(report: Report, measure: str, wanted: str) -> None:
    if wanted not in report.per_query:
        measures = {name.partition("@")[0] for name in report.per_query}
        raise UnknownName("measure", measure, measures)


def _is_deterministic(reports: Sequence[Report]) -> bool:
    """Whether two seeds gave the same figures: a model without chance needs no third."""
    return len(reports) >= 2 and reports[-1].figures == reports[-2].figures


def fitted_report(
    name: str,
    contender: Candidate,
    split: Split,
    part: Part,
    k: int,
    seed: int,
    mask_seen: bool,
    strangers: Scorer | None = None,
) -> Report:
    """Fit one contender and evaluate it, with what it cost; `strangers` as in `AsServed`."""
    with PeakMemory() as memory:
        start = time.perf_counter()
        model = _fit(contender, split, part, seed)
        seconds = time.perf_counter() - start
    scorer: Scorer = ServedScorer(model, strangers) if strangers else model
    report = evaluate(scorer, split, part, k=k, name=name, mask_seen=mask_seen)
    peaks = [peak for peak in (memory.bytes, report.cost.peak_bytes) if peak is not None]
    cost = replace(report.cost, train_seconds=seconds, peak_bytes=max(peaks, default=None))
    return replace(report, cost=cost)


def _fit(contender: Candidate, split: Split, part: Part, seed: int) -> Scorer:
    data, config = fit_inputs(contender.config, split, part)
    return contender.cls.fit(data, config, rng=np.random.default_rng(seed))


def _table(
    field: Mapping[str, Candidate], reports: Mapping[str, list[Report]], measure: str
) -> ComparisonTable:
    base = _over_seeds(reports[BASELINE])
    lines = [_line(name, field[name].config, tuple(reports[name]), base, measure) for name in field]
    ordered = sorted(lines, key=lambda line: -line.figures[measure])
    best = ordered[0]
    rng = np.random.default_rng(0)
    gaps = [
        (line, paired_difference(best.per_query[measure], line.per_query[measure], rng=rng))
        for line in ordered[1:]
    ]
    first = best.reports[0]
    ties = tuple(line.model for line, gap in gaps if not gap.is_sure)
    return ComparisonTable(first.split, first.part, first.k, measure, tuple(ordered), ties)


def _line(
    name: str,
    config: Config,
    reports: tuple[Report, ...],
    base: Mapping[str, NDArray[np.float64]],
    measure: str,
) -> TableRow:
    rng = np.random.default_rng(0)
    spreads = {m: spread([r.figures[m] for r in reports]) for m in reports[0].figures}
    values = _over_seeds(reports)
    tested = set() if name == BASELINE else {measure, f"recall@{reports[0].k}"}
    return TableRow(
        model=name,
        config=config.model_dump(mode="json"),
        reports=reports,
        figures={m: mean for m, (mean, _) in spreads.items()},
        deviations={m: deviation for m, (_, deviation) in spreads.items()},
        intervals=_intervals(values, rng),
        over_baseline={m: paired_difference(values[m], base[m], rng=rng) for m in sorted(tested)},
    )


def _intervals(
    values: Mapping[str, NDArray[np.float64]], rng: np.random.Generator
) -> dict[str, tuple[float, float] | None]:
    ranges = interval(np.stack(list(values.values())), rng=rng)
    if ranges is None:
        return dict.fromkeys(values)
    ends = zip(ranges[0].tolist(), ranges[1].tolist(), strict=True)
    return dict(zip(values, ends, strict=True))


def _over_seeds(reports: Sequence[Report]) -> dict[str, NDArray[np.float64]]:
    """Measure to its (Q,) values, each the mean over seeds."""
    measures = reports[0].per_query
    return {m: np.mean([report.per_query[m] for report in reports], axis=0) for m in measures}


def _row(line: TableRow, measure: str) -> dict[str, Any]:
    k = line.reports[0].k
    columns = ("recall", "ndcg", "map", "mrr", "hit_rate", "coverage", "novelty", "diversity")
    row: dict[str, Any] = {"model": line.model}
    row |= {f"{name}@{k}": line.figures[f"{name}@{k}"] for name in columns}
    row |= {"auc": line.figures["auc"], f"{measure} 95 %": _as_list(line.intervals[measure])}
    gap = line.over_baseline.get(measure)
    row[f"{measure} over popular"] = [gap.low, gap.high] if gap else None
    row["deviation over seeds"] = line.deviations[measure]
    return row | _cost(line.reports)


def _as_list(ends: tuple[float, float] | None) -> list[float] | None:
    return None if ends is None else list(ends)


def _finite(told: Any) -> Any:
    """The same plain values, None for each figure that is none: JSON knows no NaN."""
    if isinstance(told, Mapping):
        return {name: _finite(part) for name, part in told.items()}
    if isinstance(told, list | tuple):
        return [_finite(part) for part in told]
    return None if isinstance(told, float) and not np.isfinite(told) else told


def _cost(reports: Sequence[Report]) -> dict[str, Any]:
    """Medians over seeds, in units for people."""
    seconds = [r.cost.train_seconds for r in reports if r.cost.train_seconds is not None]
    peaks = [r.cost.peak_bytes for r in reports if r.cost.peak_bytes is not None]
    return {
        "train seconds": float(np.median(seconds)) if seconds else None,
        "answer ms": float(np.median([r.cost.answer_milliseconds for r in reports])),
        "peak MB": float(np.median(peaks)) / 2**20 if peaks else None,
    }


def _line_dict(line: TableRow) -> dict[str, Any]:
    return {
        "model": line.model,
        "config": dict(line.config),
        "figures": dict(line.figures),
        "deviations": dict(line.deviations),
        "intervals": {measure: _as_list(ends) for measure, ends in line.intervals.items()},
        "over_baseline": {measure: asdict(gap) for measure, gap in line.over_baseline.items()},
        "groups": {name: dict(values) for name, values in line.reports[0].groups.items()},
        "cost": _cost(line.reports),
    }
