"""Who likes what, by number alone: nothing is stored that grows with people or items."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from omakase.synthetic.dice import Dice, Positions
from omakase.types import Rows, Scores

GROUPS = 12
SECOND_TASTE = 0.2
CURIOSITY = 0.05
POPULARITY_SKEW = 2.5
STYLE_LOYALTY = 0.75
CONTRAST = 2.4
LIKING = 1.0
"""Affinity from which on people like an item."""


@dataclass(frozen=True)
class Tastes:
    """The laws of a world.

    Item number i has leaf i mod leaves and style (i div leaves) mod styles; within a leaf and
    style, lower numbers are more popular. A person belongs to a taste group, leans to a second one,
    prefers one style and has a budget.
    """

    dice: Dice
    n_items: int
    n_leaves: int
    n_styles: int

    @cached_property
    def groups(self) -> NDArray[np.float64]:
        """(GROUPS, leaves) how likely each group turns to each leaf; rows add up to 1."""
        at = np.arange(GROUPS * self.n_leaves, dtype=np.int64)
        weights = np.exp(CONTRAST * self.dice.normal("taste", at)).reshape(GROUPS, -1)
        return weights / weights.sum(axis=1, keepdims=True)

    def leaf(self, items: Positions) -> Positions:
        """The category of each item."""
        return items % self.n_leaves

    def style(self, items: Positions) -> Positions:
        """The style of each item."""
        return items // self.n_leaves % self.n_styles

    def price(self, items: Positions) -> NDArray[np.float64]:
        """How dear each item is among its like, in standard deviations."""
        return self.dice.normal("price", items)

    def is_new(self, items: Positions) -> NDArray[np.bool_]:
        """Whether each item comes into the world while it runs: one in five, never the first."""
        return items // (self.n_leaves * self.n_styles) % 5 == 4

    def group(self, users: Positions) -> Positions:
        """The taste group of each person."""
        return self.dice.whole("group", users, GROUPS)

    def second_group(self, users: Positions) -> Positions:
        """The group each person leans to besides."""
        return self.dice.whole("second group", users, GROUPS)

    def favourite_style(self, users: Positions) -> Positions:
        """The style each person seeks."""
        return self.dice.whole("favourite style", users, self.n_styles)

    def budget(self, users: Positions) -> NDArray[np.float64]:
        """How dear each person likes things, in standard deviations."""
        return self.dice.normal("budget", users)

    def favourites(self, users: Positions, count: int) -> NDArray[np.int64]:
        """(n, count) leaves that each person's group turns to most, best first."""
        return np.argsort(-self.groups, axis=1, kind="stable")[self.group(users), :count]

    def affinity(self, users: Rows | Positions, items: Rows | Positions) -> Scores:
        """(B, C) the truth: how much each of (B,) people likes each of their (B, C) items.

        About 0 for a random pair, above `LIKING` for what is liked.
        """
        people, item_numbers = users.astype(np.int64)[:, None], items.astype(np.int64)
        relative = self.groups / self.groups.max(axis=1, keepdims=True)
        leaf = self.leaf(item_numbers)
        taste = (1 - SECOND_TASTE) * relative[self.group(people), leaf]
        taste += SECOND_TASTE * relative[self.second_group(people), leaf]
        style = self.style(item_numbers) == self.favourite_style(people)
        gap = np.minimum(np.abs(self.price(item_numbers) - self.budget(people)), 2.5)
        return (2 * taste + 0.8 * style - 0.4 * gap).astype(np.float32)

    def chosen(self, users: Positions, interests: Positions, at: Positions) -> Positions:
        """(n,) the item that each person turns to.

        Args:
            users: who.
            interests: equal numbers of one person mean the same category.
            at: position of the choice.
        """
        leaf = self._leaf_of_interest(users, interests)
        loyal = self.dice.uniform("loyal", at) < STYLE_LOYALTY
        other = self.dice.whole("style", at, self.n_styles)
        style = np.where(loyal, self.favourite_style(users), other)
        cell = leaf + self.n_leaves * style
        first, second = (self._item(cell, self.dice.uniform(f"pick {n}", at)) for n in (1, 2))
        budget = self.budget(users)
        nearer = np.abs(self.price(first) - budget) <= np.abs(self.price(second) - budget)
        return np.where(nearer, first, second)

    def _leaf_of_interest(self, users: Positions, interests: Positions) -> Positions:
        lean = self.dice.uniform("lean", interests) < SECOND_TASTE
        group = np.where(lean, self.second_group(users), self.group(users))
        rising = np.cumsum(self.groups, axis=1) + np.arange(GROUPS)[:, None]
        throw = np.minimum(self.dice.uniform("leaf", interests), 1 - 1e-9)
        leaf = np.searchsorted(rising.ravel(), group + throw, side="right") - group * self.n_leaves
        curious = self.dice.uniform("curious", interests) < CURIOSITY
        anything = self.dice.whole("any leaf", interests, self.n_leaves)
        return np.where(curious, anything, np.clip(leaf, 0, self.n_leaves - 1))

    def _item(self, cell: Positions, throw: NDArray[np.float64]) -> Positions:
        """An item of a leaf and style, lower numbers oftener."""
        cells = self.n_leaves * self.n_styles
        room = np.maximum(1, (self.n_items - cell + cells - 1) // cells)
        item = cell + cells * (room * throw**POPULARITY_SKEW).astype(np.int64)
        return np.where(item < self.n_items, item, item % self.n_items)
