"""Parts of the events to learn from, to choose settings on, and to be judged by."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from omakase.data.dataset import Dataset
from omakase.data.events import Events
from omakase.errors import EmptyData

Part = Literal["validation", "test"]

FIRST_PLAUSIBLE: Final = 100_000_000
"""Unix seconds of 1973; smaller times are places in an order."""


@dataclass(frozen=True)
class Split:
    """Three parts with the same ids and tables and different events.

    Attributes:
        name: how it was cut: "leave-one-out", "time", "given" or "fold".
        train: learnt from, always.
        validation: settings are chosen on it.
        test: looked at once, at the end.
        refits: whether a model for the test also learns from the validation part.
        keeps_absent: whether users and items that training has not seen count in the figures.
        clock: when a question is asked: at the time of its own event, at the cut (the first event
            of the part), or at no known time.
    """

    name: str
    train: Dataset
    validation: Dataset
    test: Dataset
    refits: bool = True
    keeps_absent: bool = True
    clock: Literal["event", "cut", "none"] = "none"

    def part(self, name: Part) -> Dataset:
        """The events that are to be predicted."""
        return self.validation if name == "validation" else self.test

    def before(self, name: Part) -> Dataset:
        """What a user has done when a part begins: the history of its questions."""
        if name == "validation":
            return self.train
        return self.train.with_events(join_events(self.train.events, self.validation.events))

    def learnt(self, name: Part) -> Dataset:
        """What a model is fitted on before it is judged on a part."""
        return self.before(name) if self.refits else self.train


def leave_one_out(data: Dataset) -> Split:
    """The last event of each user tests, the one before validates, the rest trains.

    Users with fewer than three events only train.
    """
    line = data.timeline
    long = np.diff(line.starts) >= 3
    ends = line.starts[1:][long]
    last, second = line.order[ends - 1], line.order[ends - 2]
    return Split(
        "leave-one-out",
        train=_without(data, np.concatenate([last, second])),
        validation=_only(data, second),
        test=_only(data, last),
        refits=False,
        keeps_absent=False,
        clock="event",
    )


def by_time(data: Dataset, *, validation: float = 0.1, test: float = 0.1) -> Split:
    """The newest share of all events tests, the share before it validates, for all users at once.

    Events of the same second stay in the same part, so the shares are approximate.

    Raises:
        EmptyData: nothing is left to train on (all events at one time).
    """
    times = data.events.times
    first = _cut(times, 1 - validation - test)
    second = max(first, _cut(times, 1 - test))
    if first == 0:
        raise EmptyData("no events before the cut: are all of them at one time?")
    return Split(
        "time",
        train=_only(data, np.arange(first)),
        validation=_only(data, np.arange(first, second)),
        test=_only(data, np.arange(second, len(times))),
        clock="cut",
    )


def by_moment(data: Dataset, seconds: int) -> Split:
    """Events after a moment (Unix seconds) test; all others train, and none validates.

    Raises:
        EmptyData: nothing lies on one of the sides.
    """
    first = int(np.searchsorted(data.events.times, seconds, side="right"))
    if first in (0, len(data.events)):
        raise EmptyData(f"no events on one side of {seconds} Unix seconds")
    return Split(
        "time",
        train=_only(data, np.arange(first)),
        validation=_only(data, np.arange(0)),
        test=_only(data, np.arange(first, len(data.events))),
        clock="cut",
    )


def cuts(data: Dataset) -> list[Callable[[Dataset], Split]]:
    """Ways to hold the last events back, the best first: by time where times are known."""
    if int(data.events.times.max()) >= FIRST_PLAUSIBLE:
        return [by_time, leave_one_out]
    return [leave_one_out]


def published_split(
    data: Dataset,
    parts: Mapping[str, Events],
    *,
    validation: float = 0.1,
    rng: np.random.Generator | None = None,
) -> Split:
    """The parts that the publisher of the data cut: "train", "test", perhaps "validation".

    Without a validation part, a share of each training user's events is drawn for it; a user
    always keeps at least one event to learn from. `rng` defaults to seed 0.

    Raises:
        EmptyData: no train or no test part.
    """
    missing = [name for name in ("train", "test") if name not in parts]
    if missing:
        raise EmptyData(f"the data come without the part {' and '.join(missing)}")
    train = data.with_events(parts["train"])
    if "validation" in parts:
        validating = data.with_events(parts["validation"])
    else:
        chosen = _share_of_each_user(train, validation, rng or np.random.default_rng(0))
        train, validating = _without(train, chosen), _only(train, chosen)
    return Split("given", train, validating, data.with_events(parts["test"]))


def k_fold(data: Dataset, k: int, rng: np.random.Generator) -> list[Split]:
    """k splits; each event tests once and validates once, in the fold before.

    Raises:
        ValueError: k < 3, so that nothing would be left to train on.
    """
    if k < 3:
        raise ValueError(f"k must be at least 3, got {k}")
    fold = rng.permutation(np.arange(len(data.events)) % k)
    return [
        Split(
            "fold",
            train=_only(data, np.flatnonzero((fold != f) & (fold != (f + 1) % k))),
            validation=_only(data, np.flatnonzero(fold == (f + 1) % k)),
            test=_only(data, np.flatnonzero(fold == f)),
        )
        for f in range(k)
    ]


def join_events(first: Events, second: Events) -> Events:
    """Both, oldest first; at the same time those of the first come first."""
    both = Events(
        *(
            np.concatenate([getattr(first, name), getattr(second, name)])
            for name in Events.__dataclass_fields__
        )
    )
    return both.chosen(np.argsort(both.times, kind="stable"))


def _cut(times: NDArray[np.int64], share: float) -> int:
    """The first position whose time is that of the event at this share."""
    index = min(round(share * len(times)), len(times) - 1)
    return int(np.searchsorted(times, times[index], side="left"))


def _share_of_each_user(data: Dataset, share: float, rng: np.random.Generator) -> NDArray[np.int64]:
    """Positions of round(share * events) events of each user, never all of them."""
    users = data.events.users
    order = np.lexsort((rng.random(len(users)), users))
    counts = np.diff(data.timeline.starts)
    position = np.arange(len(users)) - np.repeat(data.timeline.starts[:-1], counts)
    limits = np.minimum(np.round(share * counts), counts - 1)
    return np.sort(order[position < np.repeat(limits, counts)])


def _only(data: Dataset, places: NDArray[np.int64]) -> Dataset:
    return data.with_events(data.events.chosen(np.sort(places)))


def _without(data: Dataset, places: NDArray[np.int64]) -> Dataset:
    keep = np.ones(len(data.events), dtype=np.bool_)
    keep[places] = False
    return data.with_events(data.events.chosen(keep))
