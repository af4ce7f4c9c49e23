"""Which model answers: judged on the newest events where that tells anything, in words."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from omakase.data.dataset import Dataset
from omakase.data.splits import Split, cuts
from omakase.errors import EmptyData, OnlyRepeats
from omakase.evaluate.compare import BASELINE, Candidate, ComparisonTable

TINY: Final = 100
"""Events up to which popularity answers where nothing could be judged."""

ROUGH: Final = 20
"""People up to which figures are said to be rough."""

COUNT_REPEATS: Final = "Where people take the same again, count that: training.repeats, --repeats."


@dataclass(frozen=True)
class Selection:
    """The model that answers, and how it came to that.

    Attributes:
        best: its name.
        table: the comparison; None where nothing could be judged, or was to be.
        split: what the table was judged on.
        remarks: what whoever trains should know, a sentence each.
        withheld: why it must not answer unless somebody insists; empty where it may.
    """

    best: str
    table: ComparisonTable | None = None
    split: Split | None = None
    remarks: tuple[str, ...] = ()
    withheld: str = ""

    @property
    def is_telling(self) -> bool:
        """Whether the figures compare models."""
        return self.table is not None and self.table.is_telling


def select(
    data: Dataset,
    asked: Mapping[str, Candidate],
    judged: Callable[[Split], ComparisonTable],
) -> Selection:
    """Judge the candidates by the best way of holding events back that asks enough people.

    By time where times are known, else by the last event of each person. The best candidate
    answers; popularity where it is surely better, or where too few people could be asked; the
    first candidate where nothing could be judged, or popularity again where there are hardly any
    events.

    Args:
        asked: the candidates, in the order in which they were named.
        judged: compares them on a split. Raises `EmptyData` where it asks nobody.
    """
    tables: list[tuple[ComparisonTable, Split]] = []
    reasons: list[EmptyData] = []
    for cut in cuts(data):
        try:
            split = cut(data)
            tables.append((judged(split), split))
        except EmptyData as error:
            reasons.append(error)
            continue
        if tables[-1][0].is_telling:
            break
    if not tables:
        return _take_first(data, asked, reasons)
    table, split = max(tables, key=lambda pair: pair[0].people)
    elsewhere = [_elsewhere(few, table) for few, _ in tables if few is not table]
    best, remarks = _answering(table, asked)
    remarks = [*elsewhere, *(_repeats_apart(table)), *remarks]
    return Selection(best, table, split, tuple(remarks), _withheld(table))


def _take_first(
    data: Dataset, asked: Mapping[str, Candidate], reasons: list[EmptyData]
) -> Selection:
    first = next(iter(asked))
    best = BASELINE if len(data.events) <= TINY else first
    repeats = next((reason for reason in reasons if isinstance(reason, OnlyRepeats)), None)
    reason = repeats or (reasons[0] if reasons else "there are no events to hold back")
    winner = "plain popularity" if best == BASELINE else f"{first}, the first model named,"
    remarks = [f"The models could not be judged: {reason}.", f"So {winner} answers."]
    return Selection(best, remarks=(*remarks, *([COUNT_REPEATS] if repeats else [])))


def _answering(table: ComparisonTable, asked: Mapping[str, Candidate]) -> tuple[str, list[str]]:
    """The model that answers, and what there is to say of it."""
    best = next(line for line in table.lines if line.model in asked)
    if not table.is_telling:
        people = "One person is" if table.people == 1 else f"{table.people} people are"
        remark = f"{people} too few to compare models; until there are more, popularity answers."
        return BASELINE, [remark]
    rough = []
    if table.people < ROUGH:
        rough = [f"Only {table.people} people could be asked, so the figures are rough."]
    plain = next(line for line in table.lines if line.model == BASELINE)
    best_figure, plain_figure = best.figures[table.measure], plain.figures[table.measure]
    if best.model == BASELINE or best_figure > plain_figure or not plain_figure > 0:
        return best.model, rough
    figures = (
        f"Plain popularity is no worse ({table.measure} {plain_figure:.4f}, "
        f"{best.model} {best_figure:.4f})"
    )
    gap = best.over_baseline.get(table.measure)
    if gap is not None and not gap.is_sure and best_figure > 0:
        remark = f"{figures}, which may be chance; {best.model} answers. Compare more models."
        return best.model, [*rough, remark]
    return BASELINE, [*rough, f"{figures}, so it answers."]


def _elsewhere(few: ComparisonTable, table: ComparisonTable) -> str:
    people = "one person" if few.people == 1 else f"{few.people} people"
    return (
        f"By {few.split}, only {people} could be asked, too few to compare models; "
        f"judged by {table.split} instead."
    )


def _repeats_apart(table: ComparisonTable) -> list[str]:
    """That most of what was to be predicted were repeats, where it was."""
    counts = table.winner.reports[0].counts
    if not table.hides_seen or counts.repeats <= counts.targets:
        return []
    share = counts.repeats / (counts.repeats + counts.targets)
    return [f"{share:.0%} of what people took were repeats, which did not count. {COUNT_REPEATS}"]


def _withheld(table: ComparisonTable) -> str:
    if table.is_telling and not table.winner.figures[table.measure] > 0:
        return f"no model found anything that people chose next ({table.measure} 0)"
    return ""
