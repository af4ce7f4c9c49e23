"""How much an event counts: a weight, a cap and a sign for each kind, fading with age."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final, Literal

import numpy as np
import polars as pl
from numpy.typing import NDArray
from pydantic import Field

from omakase.arrays.event_weights import RULE, event_weights
from omakase.data.clock import decay
from omakase.data.take_backs import TakeBackRule, take_backs
from omakase.event_history import EventHistory, Seen
from omakase.types import Config, Stance, Stances, Times, Weights

HIGHEST: Final = 1e9
"""Highest value that is believed where a kind declares no scale."""

ENOUGH_VALUES: Final = 5
"""Values of a person from which on their own mean can be their middle."""

FIRST_STAR: Final = 1.0
"""A scale from 0 on is given from one star on; 0 stands for none, and for half stars."""


class KindWeight(Config):
    """How much one kind of event counts."""

    weight: float = Field(
        default=1.0, ge=0, allow_inf_nan=False, description="weight of one event, unitless"
    )
    from_value: bool = Field(
        default=False, description="multiply by the event's own value (a rating, a quantity)"
    )
    cap: float = Field(
        default=float("inf"),
        gt=0,
        allow_inf_nan=True,  # none, that is
        description="most that one event may count, for or against, before fading",
    )
    negative: bool = Field(default=False, description="the event speaks against the item")
    lowest: float = Field(
        default=0.0, allow_inf_nan=False, description="lowest value that is believed"
    )
    highest: float = Field(
        default=HIGHEST, allow_inf_nan=False, description="highest value that is believed"
    )
    middle: float | Literal["scale", "person", "none"] = Field(
        default="none",
        description="a value below it speaks against the item: a number, the middle of the scale, "
        f"or the person's own mean, once they gave {ENOUGH_VALUES}; none: every value is for it",
    )
    takes_back: tuple[str, ...] = Field(
        default=(), description="kinds of which it cancels the person's last one on the item"
    )

    @property
    def threshold(self) -> float:
        """The value below which the scale alone says that it speaks against; -inf where none is."""
        if self.middle == "none":
            return float("-inf")
        if isinstance(self.middle, int | float):
            return float(self.middle)
        start = FIRST_STAR if self.lowest == 0 and self.highest > 2 * FIRST_STAR else self.lowest
        return (start + self.highest) / 2


DEFAULT_KINDS: Mapping[str, KindWeight] = {
    "view": KindWeight(weight=1.0),
    "click": KindWeight(weight=1.0),
    "share": KindWeight(weight=2.0),
    "like": KindWeight(weight=2.0),
    "bookmark": KindWeight(weight=2.5),
    "cart": KindWeight(weight=3.0),
    "review": KindWeight(weight=3.0),
    "rating": KindWeight(weight=1.0, from_value=True, cap=5.0, highest=5.0, middle="scale"),
    "purchase": KindWeight(weight=5.0),
    "dislike": KindWeight(weight=2.0, negative=True),
    "not_interested": KindWeight(weight=1.0, negative=True),
    "inappropriate": KindWeight(weight=2.0, negative=True),
    "impression": KindWeight(weight=0.0),
    "remove_from_cart": KindWeight(weight=0.0, takes_back=("cart",)),
    "return": KindWeight(weight=0.0, takes_back=("purchase",)),
    "cancel": KindWeight(weight=0.0, takes_back=("purchase",)),
    "refund": KindWeight(weight=0.0, takes_back=("purchase",)),
}

UNDECLARED: Final = KindWeight()
"""What a kind counts that nobody declared."""


@dataclass(frozen=True, slots=True)
class EventColumns:
    """E events by numbers, in any order.

    Attributes:
        people, items: (E,) numbers from 0 that tell people, and items, apart.
        kinds: (E,) places in `names`.
        names: of the kinds.
        values: (E,) NaN where an event has none.
        times: (E,) Unix seconds.
    """

    people: NDArray[np.int64]
    items: NDArray[np.int64]
    kinds: NDArray[np.int64]
    names: Sequence[str]
    values: NDArray[np.float64]
    times: Times

    @classmethod
    def of_table(cls, events: pl.DataFrame) -> "EventColumns":
        """From `kind`, `value`, `time`, and `user_id` and `item_id` where they are there.

        Without them, each event is of a person of its own.
        """
        kinds, names = _codes(events.get_column("kind"))
        alone = np.arange(events.height)
        named = {"user_id", "item_id"} <= set(events.columns)
        return cls(
            people=_codes(events.get_column("user_id"))[0] if named else alone,
            items=_codes(events.get_column("item_id"))[0] if named else alone,
            kinds=kinds,
            names=names,
            values=events.get_column("value").cast(pl.Float64).fill_null(np.nan).to_numpy(),
            times=events.get_column("time").to_numpy(),
        )

    @classmethod
    def of_person(
        cls,
        ids: Sequence[str],
        names: Sequence[str],
        codes: Sequence[int],
        values: Sequence[float | None],
        times: Sequence[int],
        *,
        pairing: Collection[str] | None = None,
    ) -> "EventColumns":
        """The events of one person, by columns.

        Args:
            names: of the kinds.
            codes: (E,) places in `names`; empty where all events are of the first.
            pairing: kinds of which it matters what else is of the same item; where none of them
                is there, all items are 0. By itself every kind.
        """
        alone = np.zeros(len(ids), dtype=np.int64)
        pairs = pairing is None or not set(names).isdisjoint(pairing)
        return cls(
            people=alone,
            items=_places(ids, dict.fromkeys(ids)) if pairs else alone,
            kinds=np.asarray(codes, dtype=np.int64) if len(codes) else alone,
            names=names,
            values=np.asarray(values, dtype=np.float64),  # None becomes NaN
            times=np.asarray(times, dtype=np.int64),
        )


@dataclass(frozen=True, slots=True)
class WeighedEvents:
    """What E events count.

    Attributes:
        weights: (E,) signed; 0 for what says nothing that can be learnt from.
        stances: (E,) see `Stance`.
    """

    weights: Weights
    stances: Stances


class Weighting(Config):
    """The weights of all kinds, and how they fade; see `omakase.data.clock`."""

    kinds: dict[str, KindWeight] = Field(
        default_factory=lambda: dict(DEFAULT_KINDS), description="kind of event to its weight"
    )
    fade_days: float | None = Field(
        default=None, gt=0, description="days after which an event counts 1/e; none: never fades"
    )

    @cached_property
    def pairing(self) -> frozenset[str]:
        """Kinds that take others of the same item back."""
        return frozenset(name for name, kind in self.kinds.items() if kind.takes_back)

    def weights(self, events: pl.DataFrame, now: int) -> Weights:
        """(E,) as `weigh`, of a table as `EventColumns.of_table` reads it."""
        return self.weigh(EventColumns.of_table(events), now).weights

    def weigh(self, events: EventColumns, now: int) -> WeighedEvents:
        """What each event counts, at most `LARGEST` either way, and whom it speaks for.

        A kind that is not declared counts 1, and so does a value that is absent; values outside
        of the kind's scale count as its ends. A value below the middle speaks against the item
        and counts nothing: measured, it taught models more as nothing than as a dislike. What was
        taken back counts nothing either. Events after `now` do not fade.
        """
        rules = [self.kinds.get(name, UNDECLARED) for name in events.names]
        thresholds = _thresholds(rules, events)
        table = np.array([[getattr(rule, name) for name in RULE] for rule in rules], dtype=float)
        weights, stances = event_weights(table, events.kinds, events.values, thresholds)
        self._take_back(rules, events, weights, stances)
        if self.fade_days is not None:
            weights *= decay(events.times, reference=now, fade_days=self.fade_days)
        return WeighedEvents(weights.astype(np.float32), stances)

    def _take_back(
        self,
        rules: Sequence[KindWeight],
        events: EventColumns,
        weights: NDArray[np.float64],
        stances: Stances,
    ) -> None:
        """Write into weights and stances what was taken back."""
        if not any(rule.takes_back for rule in rules):
            return
        codes = {name: code for code, name in enumerate(events.names)}
        taking = {
            code: TakeBackRule(
                frozenset(codes[name] for name in rule.takes_back if name in codes),
                min(self.kinds.get(name, UNDECLARED).weight for name in rule.takes_back),
            )
            for code, rule in enumerate(rules)
            if rule.takes_back
        }
        pairs = events.people * (int(events.items.max(initial=0)) + 1) + events.items
        sizes = [rule.weight for rule in rules]
        pairing = take_backs(pairs, events.kinds, events.times, taking, sizes)
        weights[pairing.cancelled] = 0
        stances[pairing.cancelled] = Stance.SILENT
        stances[pairing.withdrawn & (stances == Stance.SILENT)] = Stance.WITHDRAWN


@dataclass(frozen=True, slots=True, eq=False)
class WeighedPast:
    """The events of a person that say anything, oldest first.

    Attributes:
        events: (item id, signed weight, Unix seconds); 0 where an item is only hidden by it.
        stances: of each event what the person says of its item; of an item that was refused, or
            taken back, at any time, all events say so.
        refused: items that must not come back.
    """

    events: Sequence[Seen] = ()
    stances: Stances | Sequence[int] = ()
    refused: frozenset[str] = frozenset()


EVERY_RATING: Final = Weighting(
    kinds={
        **DEFAULT_KINDS,
        "rating": DEFAULT_KINDS["rating"].model_copy(update={"middle": "none"}),
    }
)
"""As published protocols have it: a rating is an interaction, however low it is."""


def weigh_past(
    weighting: Weighting,
    ids: Sequence[str],
    names: Sequence[str],
    codes: Sequence[int],
    values: Sequence[float | None],
    times: Sequence[int],
) -> WeighedPast:
    """The events of one person, oldest first; what says nothing of its item is left out.

    None of them fades.

    Args:
        ids: (E,) of items.
        names, codes, values, times: as in `EventColumns.of_person`.
    """
    if not ids:
        return WeighedPast()
    columns = EventColumns.of_person(ids, names, codes, values, times, pairing=weighting.pairing)
    weighed = weighting.weigh(columns, now=0)
    events, stances = EventHistory(ids, weighed.weights, columns.times), weighed.stances
    last_words = _last_words(ids, stances)
    if last_words and len(set(ids)) < len(ids):
        stances = np.asarray(list(map(last_words.get, ids, stances.tolist())), dtype=np.int8)
    speaks = (weighed.stances != Stance.SILENT) | (weighed.weights != 0)
    if not speaks.all():
        events, stances = events.where(speaks), stances[speaks]
    refused = (item for item, stance in last_words.items() if stance == Stance.AGAINST)
    return WeighedPast(events, stances, frozenset(refused))


def _codes(column: pl.Series) -> tuple[NDArray[np.int64], list[str]]:
    """(E,) places in the names of a column, and the names."""
    names = column.unique(maintain_order=True)
    indices = pl.Series(np.arange(len(names), dtype=np.int64))
    return column.replace_strict(names, indices, return_dtype=pl.Int64).to_numpy(), names.to_list()


def _places(words: Sequence[str], names: Iterable[str]) -> NDArray[np.int64]:
    """(E,) where each word stands among the names."""
    codes = {name: code for code, name in enumerate(names)}
    return np.fromiter(map(codes.__getitem__, words), dtype=np.int64, count=len(words))


def _thresholds(rules: Sequence[KindWeight], events: EventColumns) -> NDArray[np.float64]:
    """(E,) where the kind of each event, or its person, has the middle; -inf: nowhere."""
    thresholds = np.asarray([rule.threshold for rule in rules], dtype=np.float64)[events.kinds]
    for code, rule in enumerate(rules):
        if rule.middle == "person":
            mask = (events.kinds == code) & ~np.isnan(events.values)
            values = np.clip(events.values[mask], rule.lowest, rule.highest)
            people, members, counts = np.unique(
                events.people[mask], return_inverse=True, return_counts=True
            )
            means = np.bincount(members, values, minlength=len(people)) / np.maximum(counts, 1)
            enough = counts[members] >= ENOUGH_VALUES
            thresholds[mask] = np.where(enough, means[members], rule.threshold)
    return thresholds


def _last_words(ids: Sequence[str], stances: Stances) -> dict[str, int]:
    """Of each item that was refused or taken back which of the two; refusal outweighs."""
    last_words: dict[str, int] = {}
    for position in np.flatnonzero(stances < 0).tolist():
        item, stance = ids[position], int(stances[position])
        last_words[item] = max(stance, last_words.get(item, stance))
    return last_words
