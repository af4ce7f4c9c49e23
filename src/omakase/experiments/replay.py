"""Another policy replayed over logged lists: each place of a list is a choice to be judged."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from omakase.errors import EmptyData
from omakase.experiments.off_policy import PolicyEstimate, PolicyLog, doubly_robust, snips
from omakase.stats.moments import Numbers

Items = NDArray[np.int32]
FOLDS = 2
STRENGTH = 10.0
"""Clicks' worth of showings by which the rate of an item is drawn to that of its places."""

CERTAIN = 1 - 1e-9
"""A logged probability from which on nothing else could have come."""


@dataclass(frozen=True, slots=True)
class ReplayedList:
    """A logged list, and what the new policy would have shown instead.

    Attributes:
        person: id of whose list it was.
        items: ids as they were shown, at least one.
        probabilities: with which each was shown there.
        rewards: what came of each.
        lists: one of the new policy, or several drawn ones.
    """

    person: str
    items: Sequence[str]
    probabilities: Sequence[float]
    rewards: Sequence[float]
    lists: Sequence[Sequence[str]]


@dataclass(frozen=True)
class PolicyReplay:
    """n logged lists of up to K places, and S lists that the new policy would have shown instead.

    Attributes:
        items: (n, K) item numbers; -1 where a list is shorter.
        rewards: (n, K) what came of each place.
        logged: (n, K) probability with which the item was shown there; 1 where there is none.
        replayed: (n, S, K) items of the new policy; -1 where a list is shorter. One list where it
            leaves nothing to chance; else S drawn ones, and its probabilities are their shares.
        people: (n,) numbers from 0 on of whose list each was.
    """

    items: Items
    rewards: Numbers
    logged: Numbers
    replayed: Items
    people: NDArray[np.int64]

    def __post_init__(self) -> None:
        if not (self.items >= 0).any():
            raise EmptyData("the log holds no lists; nothing can be estimated from it")

    @classmethod
    def of_lists(cls, logged: Sequence[ReplayedList]) -> "PolicyReplay":
        """Ids as numbers; a single list of the policy counts as often as others have drawn ones."""
        ids = chain.from_iterable((*answer.items, *chain(*answer.lists)) for answer in logged)
        numbers = {item: number for number, item in enumerate(dict.fromkeys(ids))}
        people = {
            person: n for n, person in enumerate(dict.fromkeys(answer.person for answer in logged))
        }
        width = max((len(answer.items) for answer in logged), default=0)
        draws = max((len(answer.lists) for answer in logged), default=0)
        items = np.full((len(logged), width), -1, np.int32)
        rewards, chances = np.zeros(items.shape), np.ones(items.shape)
        replayed = np.full((len(logged), draws, width), -1, np.int32)
        for row, each in enumerate(logged):
            count = len(each.items)
            items[row, :count] = [numbers[item] for item in each.items]
            rewards[row, :count], chances[row, :count] = each.rewards, each.probabilities
            for draw in range(draws):
                row_items = each.lists[draw % len(each.lists)][:count]
                replayed[row, draw, : len(row_items)] = [numbers[item] for item in row_items]
        owners = np.array([people[answer.person] for answer in logged], np.int64)
        return cls(items, rewards, chances, replayed, owners)

    @cached_property
    def shown(self) -> NDArray[np.bool_]:
        """(n, K) where there was an item."""
        return np.asarray(self.items >= 0)

    @cached_property
    def target(self) -> Numbers:
        """(n, K) probability with which the new policy shows the same item at the same place."""
        return np.asarray((self.replayed == self.items[:, None, :]).mean(axis=1))

    @cached_property
    def log(self) -> PolicyLog:
        """A row a place that was filled, of all lists in their order."""
        items, logged = self.shown, self.logged[self.shown]
        target = self.target[items]
        impossible = np.where(logged >= CERTAIN, 1 - target, 0.0)
        people = np.broadcast_to(self.people[:, None], items.shape)[items]
        return PolicyLog(
            self.rewards[items], logged, target, people, unsupported=float(impossible.mean())
        )


def replay_estimates(replay: PolicyReplay, *, level: float = 0.95) -> tuple[PolicyEstimate, ...]:
    """The reward a place by SNIPS, and doubly robust with a cross-fitted model of clicks.

    Raises:
        OutsideSupport: the policy does what the log never did.
    """
    predicted, predicted_logged = _predictions(replay)
    return (
        snips(replay.log, level=level),
        doubly_robust(replay.log, predicted, predicted_logged, level=level),
    )


def _predictions(replay: PolicyReplay) -> tuple[Numbers, Numbers]:
    """(rows,) expected reward of the new policy and of what was shown, at each filled place.

    Each person's rows are predicted by what others did.
    """
    target, logged = np.zeros(replay.items.shape), np.zeros(replay.items.shape)
    count = int(max(replay.items.max(), replay.replayed.max())) + 1
    folds = replay.people % FOLDS
    for fold in range(FOLDS):
        inside = folds == fold
        position_rates, factors = _click_model(replay, ~inside, count)
        logged[inside] = position_rates * _factor(factors, replay.items[inside])
        target[inside] = position_rates * _factor(factors, replay.replayed[inside]).mean(axis=1)
    return target[replay.shown], logged[replay.shown]


def _click_model(
    replay: PolicyReplay, rows: NDArray[np.bool_], count: int
) -> tuple[Numbers, Numbers]:
    """(K,) rates of the places, and (count,) factors by which each item is above or below them."""
    is_item, rewards = replay.shown[rows], np.where(replay.shown[rows], replay.rewards[rows], 0.0)
    position_rates = rewards.sum(axis=0) / np.maximum(is_item.sum(axis=0), 1)
    items = replay.items[rows][is_item]
    expected = np.bincount(items, np.broadcast_to(position_rates, is_item.shape)[is_item], count)
    clicks = np.bincount(items, rewards[is_item], count)
    return position_rates, (clicks + STRENGTH) / (expected + STRENGTH)


def _factor(factors: Numbers, items: Items) -> Numbers:
    """Of each item; 0 where there is none."""
    return np.where(items >= 0, factors[np.maximum(items, 0)], 0.0)
