"""How good the lists are: every classical model with its defaults.

ML-1M is cut by leave-one-out: the last film of each person tests, the one before validates, the
whole catalog is ranked, films seen before are masked. ML-100K and ml-latest-small are cut by time,
as a live system meets them: the newest tenth of all ratings tests, and people and films that
training has not seen stay in. Every model has the settings a newcomer gets. Intervals are 95 %
bootstrap intervals over people; "over popular" is the paired difference. Seconds, milliseconds and
megabytes are rough, since the machine may be busy with other work; the tables of speed are exact.
"""

from collections.abc import Sequence
from typing import Any

from benchmarks.form import Asked, Result, run
from omakase.data.dataset import Dataset
from omakase.data.readers import load
from omakase.data.splits import Split, by_time, leave_one_out
from omakase.data.weighting import EVERY_RATING
from omakase.evaluate.compare import BASELINE, Candidate, ComparisonTable, compare
from omakase.protocols import Model
from omakase.registry import MODELS

CUTS = {"ml-1m": leave_one_out, "ml-100k": by_time, "ml-latest-small": by_time}
K = 10

WHEN = {
    "popular": "the same list for everyone; the bar, and the answer where nothing is known",
    "trending": "catalogs where last week matters more than last year",
    "newest": "a shelf of what has just come in, for exploration; not for taste",
    "random": "the floor; exploration only",
    "user_knn": "few items and many people, when “people like you” should be the reason",
    "transitions": "what comes next matters more than what is liked; the last few events decide",
    "item_knn": "the first model to try: fast, explains itself, follows the newest event",
    "ease": "the strongest simple model up to some 20,000 items; no chance in it, one knob",
    "pruned_ease": "EASE served in a fraction of its memory, when one inversion still fits",
    "sparse_ease": "EASE for catalogs too large for it; a regression an item on its nearest",
    "ials": "large catalogs; vectors that an index serves, new people by fold-in",
    "bpr": "vectors when only the order of the top matters; slower to settle than iALS",
    "biased_mf": "explicit ratings, when the rating itself is to be predicted",
    "pure_svd": "the plainest vectors: one decomposition, nothing to tune but the rank",
    "gf_cf": "the plainest graph filter: no settings to speak of, seconds to fit",
    "bspm": "as gf_cf, sharpened: slower to answer, a little better on sparse data",
    "graph_filter": "dense co-use, closed form, when EASE's square of items does not fit",
    "content": "items without events and people with three; needs text, tags or categories",
}


def quality(asked: Asked) -> Result:
    """One table a data set."""
    cuts = {"ml-100k": by_time} if asked.quick else CUTS
    seeds = asked.seeds[:1] if asked.quick else asked.seeds
    rows: list[dict[str, Any]] = []
    notes: list[str] = []
    for name, cut in cuts.items():
        data = load(asked.folder(name), weighting=EVERY_RATING).dataset
        table = compared(cut(data), seeds)
        rows += [{"data": title(name, data, table), **row} for row in table.rows()]
        notes += [f"{name}: {table.verdict}.", *below(name, table)]
    shown = {str(row["model"]) for row in rows}
    notes += [f"`{model}`: {words}." for model, words in WHEN.items() if model in shown]
    return Result(rows, notes)


def compared(split: Split, seeds: Sequence[int]) -> ComparisonTable:
    """All classical models with their defaults."""
    field = {name: Candidate(cls, cls.config_type()) for name, cls in MODELS.items()}
    chosen = {name: each for name, each in field.items() if not is_deep(each.cls)}
    return compare(chosen, split, k=K, seeds=seeds, progress=told)


def is_deep(cls: type[Model[Any]]) -> bool:
    """Deep models, which are trained by a plan, have tables of their own."""
    return "plan" in cls.config_type.model_fields


def told(done: int, total: int, **figures: float) -> None:
    """How far it is."""
    print(f"{done} of {total} fits", flush=True)


def title(name: str, data: Dataset, table: ComparisonTable) -> str:
    """The data set, how it was cut, and what was asked."""
    counts = table.winner.reports[0].counts
    return (
        f"{name}, {table.split}: {len(data.events):,} events, {counts.queries:,} people asked, "
        f"{counts.new_users:,} of them new"
    )


def below(name: str, table: ComparisonTable) -> list[str]:
    """A sentence on the models that are surely worse than popularity here, if any."""
    gaps = {line.model: line.over_baseline.get(table.measure) for line in table.lines}
    worse = [model for model, gap in gaps.items() if gap is not None and gap.high < 0]
    if not worse:
        return [f"{name}: no model is below {BASELINE}."]
    return [f"{name}: below {BASELINE}: {', '.join(worse)}."]


if __name__ == "__main__":
    run("quality", quality, __doc__)
