"""What a head learns from, and what a head is."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar, Protocol, Self

import numpy as np
from numpy.typing import NDArray

from omakase.errors import EmptyData
from omakase.features.codes import NO_CODES, Codes
from omakase.types import Arrays, Config, Progress, Rows, Scores, silent

Features = NDArray[np.float32]


@dataclass(frozen=True)
class StackExamples:
    """Candidates that were shown to people, or would have been, and which were right.

    Attributes:
        names: (F,) of the features, "group.name".
        features: (Q, C, F) finite.
        right: (Q, C) whether the candidate was taken up.
        known: (Q, C) False where there is no candidate.
        codes: what is known in words; nothing where no head asks for it.
        weights: (Q, C) how much each candidate counts; none: all alike.
    """

    names: tuple[str, ...]
    features: Features
    right: NDArray[np.bool_]
    known: NDArray[np.bool_]
    codes: Codes = field(default_factory=dict)
    weights: NDArray[np.float32] | None = None

    @property
    def worth(self) -> NDArray[np.float32]:
        """(Q, C) how much each candidate counts."""
        weights = self.weights
        return np.ones(self.known.shape, dtype=np.float32) if weights is None else weights

    def __len__(self) -> int:
        return len(self.features)

    def chosen(self, queries: NDArray[np.integer] | NDArray[np.bool_]) -> "StackExamples":
        """Some of the queries."""
        return StackExamples(
            self.names,
            self.features[queries],
            self.right[queries],
            self.known[queries],
            {name: codes[queries] for name, codes in self.codes.items()},
            None if self.weights is None else self.weights[queries],
        )

    @classmethod
    def joined(cls, parts: Sequence["StackExamples"]) -> "StackExamples":
        """All queries of parts with the same features and width, one part after another.

        Raises:
            ValueError: no part, or other features.
        """
        if len({part.names for part in parts}) != 1:
            raise ValueError("examples to join must have the same features")
        named = parts[0].codes
        codes = {name: np.concatenate([part.codes[name] for part in parts]) for name in named}
        return cls(
            parts[0].names,
            np.concatenate([part.features for part in parts]),
            np.concatenate([part.right for part in parts]),
            np.concatenate([part.known for part in parts]),
            codes,
            None
            if all(part.weights is None for part in parts)
            else np.concatenate([part.worth for part in parts]),
        )

    @property
    def tell(self) -> NDArray[np.bool_]:
        """(Q,) where something is right and something wrong; others teach no order."""
        return np.asarray(self.right.any(axis=1) & (self.known & ~self.right).any(axis=1))

    def telling(self) -> "StackExamples":
        """The queries that `tell` an order.

        Raises:
            EmptyData: there is none.
        """
        if not self.tell.any():
            raise EmptyData("no query has both a right and a wrong candidate to learn from")
        return self.chosen(self.tell)

    def thinned(self, most: int, rng: np.random.Generator) -> "StackExamples":
        """At most `most` candidates a query: the right ones first, then others by lot."""
        lots = rng.random(self.known.shape)
        order = np.argsort(lots - self.right + ~self.known, axis=1, kind="stable")[:, :most]

        def picked(column: Rows) -> Rows:
            return np.take_along_axis(column, order, axis=1)

        return StackExamples(
            self.names,
            np.take_along_axis(self.features, order[:, :, None], axis=1),
            np.take_along_axis(self.right, order, axis=1),
            np.take_along_axis(self.known, order, axis=1),
            {n: picked(c) if n.startswith("item.") else c for n, c in self.codes.items()},
            None if self.weights is None else np.take_along_axis(self.weights, order, axis=1),
        )

    def balanced(self, wrong: int, rng: np.random.Generator) -> "StackExamples":
        """At most `wrong` wrong candidates for each right one of a query, drawn by lot."""
        lots = np.where(self.known & ~self.right, rng.random(self.known.shape), np.inf)
        ranks = np.argsort(np.argsort(lots, axis=1, kind="stable"), axis=1, kind="stable")
        drawn = ranks < wrong * self.right.sum(axis=1, keepdims=True)
        return replace(self, known=self.known & (self.right | drawn))


class MetaLearner(Protocol):
    """One score from many features. There is no unfitted head: `fit` is the constructor."""

    config_type: ClassVar[type[Config]]
    coded: ClassVar[bool]
    """Whether it looks at codes."""

    @classmethod
    def fit(
        cls,
        examples: StackExamples,
        config: Any,
        *,
        rng: np.random.Generator,
        progress: Progress = silent,
    ) -> Self:
        """Learn from examples; same examples, config and rng state give the same head.

        Raises:
            EmptyData: no query has both a right and a wrong candidate.
        """
        ...

    def score(self, features: Features, codes: Codes = NO_CODES) -> Scores:
        """(B, C) finite, higher is better, of (B, C, F) and what is known in words."""
        ...

    def arrays(self) -> Arrays:
        """All that must be saved."""
        ...

    @classmethod
    def from_arrays(cls, arrays: Arrays, config: Any) -> Self:
        """Inverse of `arrays`."""
        ...


def folds(size: int, count: int, rng: np.random.Generator) -> Iterator[NDArray[np.bool_]]:
    """`count` masks (size,), each query in one of them."""
    fold = rng.permutation(np.arange(size) % count)
    for n in range(count):
        yield fold == n
