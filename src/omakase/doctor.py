"""What is wrong with data and models, in plain words, each with what to do about it."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any, Literal

import numpy as np
import polars as pl
from pydantic import Field

from omakase.data.clock import FUTURE_SECONDS
from omakase.data.dataset import Dataset
from omakase.data.weighting import DEFAULT_KINDS, Weighting
from omakase.types import DAY_SECONDS, Config, Stance

Grade = Literal["fault", "warning"]

FIRST_CREDIBLE_SECONDS = 315_532_800
"""1980: a clock that says earlier counts something else than seconds since 1970."""
LAST_CREDIBLE_SECONDS = 4_102_444_800
"""2100: later, and the numbers are milliseconds."""


@dataclass(frozen=True)
class Finding:
    """One thing that will go wrong.

    Attributes:
        code: stable, for programs.
        grade: a "fault" makes answers wrong or impossible, a "warning" makes them worse.
        what: one sentence.
        advice: what to do about it.
        rows: how many rows it concerns, 0 where it concerns none in particular.
    """

    code: str
    grade: Grade
    what: str
    advice: str
    rows: int = 0


class Thresholds(Config):
    """From where on something is worth saying."""

    few_events: int = Field(
        default=5, ge=1, description="a user or item with fewer events says little"
    )
    thin_share: float = Field(
        default=0.5, gt=0, le=1, description="share of users or items with few events, tolerated"
    )
    fewest: int = Field(default=20, ge=1, description="users or items to learn anything from")
    repeat_share: float = Field(
        default=0.01, ge=0, lt=1, description="share of events that are there twice, tolerated"
    )
    crowd_share: float = Field(
        default=0.05, gt=0, le=1, description="share of all events by one user, tolerated"
    )
    star_share: float = Field(
        default=0.2, gt=0, le=1, description="share of all events on one item, tolerated"
    )
    stale_days: float = Field(default=90, gt=0, description="age of the newest event, tolerated")
    future_seconds: int = Field(
        default=FUTURE_SECONDS,
        ge=0,
        description="how far a clock may run ahead before it counts as wrong",
    )


@dataclass(frozen=True)
class CheckInput:
    """What is examined.

    Attributes:
        events: the columns `user_id`, `item_id`, `kind`, `value`, `time` (Unix seconds).
        items: one row an item, with `item_id`; none where no catalog is known.
        weighting: what the kinds of events count.
        now: Unix seconds.
    """

    events: pl.DataFrame
    items: pl.DataFrame | None
    weighting: Weighting
    now: int
    limits: Thresholds = field(default_factory=Thresholds)

    @classmethod
    def of(cls, data: Dataset, *, weighting: Weighting, now: int) -> "CheckInput":
        """A dataset with its ids and kinds spelt out."""
        events = data.events
        table = pl.DataFrame(
            {
                "user_id": pl.Series(data.ids.users.ids, dtype=pl.String).gather(events.users),
                "item_id": pl.Series(data.ids.items.ids, dtype=pl.String).gather(events.items),
                "kind": pl.Series(data.kinds, dtype=pl.String).gather(events.kinds),
                "value": events.values,
                "time": events.times,
            }
        )
        return cls(table, data.items, weighting, now)


def examine(case: CheckInput) -> list[Finding]:
    """Everything that is wrong, worst first; empty where all is well."""
    if case.events.is_empty():
        advice = "Import some: `omakase data import PATH`."
        return [Finding("no_events", "fault", "There is no event at all.", advice)]
    findings = [finding for check in CHECKS for finding in check(case)]
    return sorted(findings, key=lambda finding: finding.grade)


def undeclared_kinds(case: CheckInput) -> Iterator[Finding]:
    """Kinds in the data that have no weight of their own."""
    declared = case.weighting.kinds
    for kind, count in sorted(case.events.get_column("kind").value_counts().iter_rows()):
        if kind in declared:
            continue
        near = get_close_matches(kind, declared, n=1)
        hint = f"Did you mean {near[0]!r}? Otherwise declare" if near else "Declare"
        yield Finding(
            "undeclared_kind",
            "warning",
            f"{count:,} events are of the type {kind!r}, which no setting knows; each counts 1.",
            f"{hint} its weight in the settings.",
            count,
        )


def kinds_without_events(case: CheckInput) -> Iterator[Finding]:
    """Kinds that the owner declared and no event has."""
    present = set(case.events.get_column("kind").unique())
    declared = {k for k, weight in case.weighting.kinds.items() if DEFAULT_KINDS.get(k) != weight}
    for kind in sorted(declared - present):
        yield Finding(
            "kind_without_events",
            "warning",
            f"The settings declare the type {kind!r}, and no event is of it.",
            f"Check the spelling; the data hold: {', '.join(sorted(present))}.",
        )


def nothing_liked(case: CheckInput) -> Iterator[Finding]:
    """No event that counts for an item."""
    if not (case.weighting.weights(case.events, case.now) > 0).any():
        yield Finding(
            "nothing_liked",
            "fault",
            "No event counts for an item: all weights are zero or negative.",
            "Give the types that show interest a weight above zero.",
            len(case.events),
        )


def too_few(case: CheckInput) -> Iterator[Finding]:
    """Too few users or items to learn from."""
    for column, name in (("user_id", "users"), ("item_id", "items")):
        count = case.events.get_column(column).n_unique()
        if count < case.limits.fewest:
            yield Finding(
                f"few_{name}",
                "warning",
                f"Only {count} {name} have events: little can be learnt from them.",
                "Until there are more, `popular` and `newest` answer best.",
            )


def thin_histories(case: CheckInput) -> Iterator[Finding]:
    """Most users, or most items, with hardly any event."""
    for column, name in (("user_id", "users"), ("item_id", "items")):
        counts = case.events.get_column(column).value_counts().get_column("count")
        thin = int((counts < case.limits.few_events).sum())
        middle = float(counts.quantile(0.5) or 0)
        if thin > case.limits.thin_share * len(counts):
            yield Finding(
                f"thin_{name}",
                "warning",
                f"{thin:,} of {len(counts):,} {name} have fewer than {case.limits.few_events} "
                f"events (median {middle:.0f}).",
                "Import a longer time, or weaker signs of interest such as views.",
                thin,
            )


def times(case: CheckInput) -> Iterator[Finding]:
    """Clocks that cannot be right; the first reason that fits."""
    column = case.events.get_column("time")
    middle, ahead = float(column.quantile(0.5) or 0), column > case.now + case.limits.future_seconds
    if column.n_unique() == 1 and len(column) > 1:
        yield Finding(
            "equal_times",
            "fault",
            "All events have the same time, so nothing can be tested on later events.",
            "Map the column that holds the time: --map time=THEIR_NAME.",
            len(column),
        )
    elif middle > LAST_CREDIBLE_SECONDS:
        yield Finding(
            "not_seconds",
            "fault",
            "The times look like milliseconds; they are read as seconds.",
            "Divide them by 1000 before the import, or write them as ISO 8601.",
            len(column),
        )
    elif middle < FIRST_CREDIBLE_SECONDS:
        yield Finding(
            "order_only",
            "warning",
            "The times are places in an order, not dates: fading and trends mean nothing.",
            "Import real times where you have them; judge by leave-one-out, not by time.",
            len(column),
        )
    elif ahead.any():
        yield Finding(
            "future",
            "fault",
            f"{ahead.sum():,} events are in the future; training leaves them out.",
            "Check the clock and the time zone of what writes them.",
            int(ahead.sum()),
        )


def stale(case: CheckInput) -> Iterator[Finding]:
    """The newest event is old."""
    newest = int(case.events.get_column("time").max())  # type: ignore[arg-type]
    days = (case.now - newest) / DAY_SECONDS
    if newest > FIRST_CREDIBLE_SECONDS and days > case.limits.stale_days:
        yield Finding(
            "stale",
            "warning",
            f"The newest event is {days:,.0f} days old.",
            "Import what happened since; until then `trending` and `newest` show old things.",
        )


def repeats(case: CheckInput) -> Iterator[Finding]:
    """The same user, item, type and second more than once."""
    key = case.events.select("user_id", "item_id", "kind", "time")
    twice = len(key) - key.n_unique()
    if twice > case.limits.repeat_share * len(key):
        yield Finding(
            "repeats",
            "warning",
            f"{twice:,} of {len(key):,} events repeat another one exactly.",
            "Send an event id with each event, so that a repeated delivery counts once.",
            twice,
        )


def crowding(case: CheckInput) -> Iterator[Finding]:
    """One user or one item that drowns the others."""
    limits = case.limits
    total = len(case.events)
    for column, tolerated, least, noun, advice in (
        ("user_id", limits.crowd_share, 1000, "user", "A robot or a test account? Leave it out."),
        ("item_id", limits.star_share, 100, "item", "A default choice? Give its events weight 0."),
    ):
        name, count = case.events.get_column(column).value_counts(sort=True).row(0)
        if count > max(least, tolerated * total):
            yield Finding(
                f"one_{noun}",
                "warning",
                f"One {noun} ({name}) has {count / total:.0%} of all events.",
                advice,
                count,
            )


def flat_ratings(case: CheckInput) -> Iterator[Finding]:
    """Ratings that are all the same."""
    rated = [k for k, weight in case.weighting.kinds.items() if weight.from_value]
    for (kind,), rows in case.events.filter(pl.col("kind").is_in(rated)).group_by("kind"):
        if len(rows) > 1 and rows.get_column("value").n_unique() == 1:
            yield Finding(
                "flat_ratings",
                "warning",
                f"All {len(rows):,} values of the type {kind!r} are the same.",
                "Map the column that holds the rating: --map value=THEIR_NAME.",
                len(rows),
            )


def outside_the_catalog(case: CheckInput) -> Iterator[Finding]:
    """Events on items that the catalog does not know."""
    if case.items is None or case.items.is_empty():
        return
    strange = case.events.join(case.items.select("item_id"), on="item_id", how="anti")
    if len(strange):
        yield Finding(
            "outside_catalog",
            "warning",
            f"{len(strange):,} events are on {strange.get_column('item_id').n_unique():,} items "
            "that the catalog does not hold.",
            "Import the whole catalog, or check that both write ids alike.",
            len(strange),
        )


def untitled(case: CheckInput) -> Iterator[Finding]:
    """Items without a title."""
    if case.items is None or "title" not in case.items.columns:
        return
    bare = int((case.items.get_column("title").fill_null("") == "").sum())
    if bare:
        yield Finding(
            "untitled",
            "warning",
            f"{bare:,} of {len(case.items):,} items have no title.",
            "Import titles: reasons and content-based models need them.",
            bare,
        )


def untrainable(data: Dataset) -> str:
    """The first fault for which what was learnt of these events should not answer; else empty."""
    times = data.events.times
    if not (data.events.stances == Stance.FOR).any():
        return "no event counts for an item: all weights are zero or negative"
    if len(times) > 1 and times.min() == times.max():
        return "all events have the same time, so nothing could be tested on later events"
    if float(np.median(times)) > LAST_CREDIBLE_SECONDS:
        return "the times look like milliseconds; they are read as seconds"
    return ""


CHECKS: tuple[Callable[[CheckInput], Iterator[Finding]], ...] = (
    undeclared_kinds,
    kinds_without_events,
    nothing_liked,
    too_few,
    thin_histories,
    times,
    stale,
    repeats,
    crowding,
    flat_ratings,
    outside_the_catalog,
    untitled,
)


def examine_figures(
    figures: Mapping[str, Mapping[str, Any]], model: str, *, measure: str, plain: str = "popular"
) -> list[Finding]:
    """Whether plain popularity does better than the model.

    Args:
        figures: model → measure → value, from one comparison on the same events.
        model: the one that answers.
        measure: higher is better.
        plain: the baseline's name.
    """
    if model == plain or not {model, plain} <= figures.keys():
        return []
    model_figure, plain_figure = figures[model][measure], figures[plain][measure]
    if model_figure > plain_figure:
        return []
    return [
        Finding(
            "popularity_wins",
            "fault",
            f"Plain popularity ({measure} {plain_figure:.4f}) is no worse than {model} "
            f"({model_figure:.4f}).",
            f"Compare others with `omakase evaluate`; until one wins, `{plain}` should answer.",
        )
    ]
