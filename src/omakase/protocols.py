"""The plugs of the engine, on one screen. Implementations never import each other."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Literal, Protocol, Self, TypeVar, runtime_checkable

import numpy as np
import polars as pl
from numpy.typing import NDArray

from omakase.bandits.feedback import Feedback
from omakase.data.dataset import Dataset
from omakase.data.earlier_fit import EarlierFit
from omakase.types import Arrays, Config, Progress, Queries, Rows, Scores, Slate, Vectors, silent

Shares = NDArray[np.float64]
C = TypeVar("C", bound=Config, contravariant=True)


class Model(Protocol[C]):
    """What was learnt. There is no unfitted model: `fit` is the constructor."""

    config_type: ClassVar[type[Config]]

    @classmethod
    def fit(
        cls, data: Dataset, config: C, *, rng: np.random.Generator, progress: Progress = silent
    ) -> Self:
        """Learn from data; same data, config and rng state give the same model."""
        ...

    def score(self, queries: Queries) -> Scores:
        """(B, N) finite, higher is better. Does not apply `queries.exclude`: selection does."""
        ...

    def arrays(self) -> Arrays:
        """All that must be saved. Never pickled."""
        ...

    @classmethod
    def from_arrays(cls, arrays: Arrays, config: C) -> Self:
        """Inverse of `arrays`; the arrays may be read-only memory maps."""
        ...


@runtime_checkable
class WarmStarts(Protocol):
    """A model that can go on from an earlier fit of it, at less cost than a fit."""

    @classmethod
    def refit(
        cls,
        previous: Self,
        earlier: EarlierFit,
        data: Dataset,
        config: Any,
        *,
        rng: np.random.Generator,
        progress: Progress = silent,
    ) -> Self:
        """Learn what came in since, and rehearse a part of the rest.

        Args:
            previous: of the same configuration.
            earlier: where its rows stood.
            data: everything, old and new.
        """
        ...


@runtime_checkable
class Embeds(Protocol):
    """A model whose score is a dot product, so an index can serve it."""

    def item_vectors(self) -> Vectors:
        """(N, D)"""
        ...

    def query_vectors(self, queries: Queries) -> Vectors:
        """(B, D)"""
        ...


@runtime_checkable
class ScoresSome(Protocol):
    """A model that can score a few items without scoring them all."""

    def score_items(self, queries: Queries, items: Rows) -> Scores:
        """(B, C) scores of (B, C) item rows, equal to those of `score`; -inf at PAD."""
        ...


@runtime_checkable
class Relates(Protocol):
    """A model that knows which items are alike, better than its scores would tell."""

    def similar(self, items: Rows, k: int) -> Slate:
        """(R, at most k): the items most like each of (R,) rows, itself left out."""
        ...


@runtime_checkable
class Explains(Protocol):
    """A model that can tell what of the history a score rests on."""

    def contributions(self, queries: Queries, items: Rows) -> Scores:
        """(B, C, L): what each place of the history adds to the score of each item; 0 at PAD."""
        ...


class VectorIndex(Protocol):
    """Finds the rows with the largest inner product. Cosine: normalise before building."""

    config_type: ClassVar[type[Config]]
    exact: ClassVar[bool]

    @classmethod
    def build(
        cls,
        vectors: Vectors,
        config: Any,
        *,
        rng: np.random.Generator,
        progress: Progress = silent,
    ) -> Self:
        """From (N, D) vectors; row numbers are item rows. `progress` hears vectors taken in."""
        ...

    def search(self, vectors: Vectors, k: int) -> Slate:
        """Best k rows for each of (B, D) vectors; fewer than k leaves PAD at the end."""
        ...

    def arrays(self) -> Arrays:
        """All that must be saved."""
        ...

    @classmethod
    def from_arrays(cls, arrays: Arrays, config: Any) -> Self:
        """Inverse of `arrays`."""
        ...


@runtime_checkable
class Counts(Protocol):
    """An index that can tell how much it holds."""

    def count(self) -> int:
        """Vectors held, asked of where they are."""
        ...


@runtime_checkable
class Filters(Protocol):
    """An index that can look among some rows only."""

    def search_among(self, vectors: Vectors, k: int, allowed: NDArray[np.bool_]) -> Slate:
        """As `search`, over the rows that (N,) `allowed` marks."""
        ...


@runtime_checkable
class Mutable(Protocol):
    """An index whose vectors can be changed. Changes happen in place: give it one owner."""

    def upsert(self, rows: Rows, vectors: Vectors) -> None:
        """Put (R, D) vectors at (R,) distinct rows, new or known."""
        ...

    def delete(self, rows: Rows) -> None:
        """Never find these rows again, until they are put back; unknown rows are no error."""
        ...


@runtime_checkable
class StoresElsewhere(Protocol):
    """An index whose vectors lie in a store outside of the version that it belongs to."""

    @classmethod
    def renamed(cls, config: Any, label: str) -> Any:
        """The same store with a place of its own there, called after a label ([0-9a-z]+).

        A label takes the place of an earlier one.
        """
        ...

    @classmethod
    def drop(cls, config: Any) -> None:
        """Delete what lies at the place of a configuration; nothing there is no error.

        Raises:
            StoreError: the store does not answer.
        """
        ...

    def close(self) -> None:
        """Let go of the store: others may open it."""
        ...


class Parts(Protocol):
    """What a version offers to those who make sources and rankers of it."""

    @property
    def n_items(self) -> int: ...

    @property
    def items(self) -> pl.DataFrame:
        """One row an item row, with whatever is known of it."""
        ...

    def model(self, name: str) -> Model[Any]:
        """A model by its name in the version.

        Raises:
            UnknownName: there is none.
        """
        ...

    def index(self, name: str) -> VectorIndex:
        """An index by its name in the version.

        Raises:
            UnknownName: there is none.
        """
        ...

    def stack(self, name: str) -> Any:
        """A stack (`heads.stack.Stack`) by its name in the version.

        Raises:
            UnknownName: there is none.
        """
        ...


class Source(Protocol):
    """Proposes candidates."""

    @property
    def name(self) -> str:
        """What the trace and the pipeline call it."""
        ...

    def candidates(self, queries: Queries, k: int) -> Slate:
        """At most k for each query, none of them in `queries.exclude`, none twice."""
        ...


Primary = Literal[
    "history", "taste", "profile", "near", "diet", "budget", "open", "new", "list", "fill"
]
"""Why an item is in a list, in a word: its person's history (cited items), taste (models that cite
none), profile (what they said they like), near (popular around them), diet (popular, and it caters
for theirs), budget (popular, within what they mean to spend), open (popular, and open then), new
(among the newest), list (the same for everybody, as popularity), fill (no source proposed it, the
list was short)."""


@dataclass(frozen=True, slots=True)
class SourceReason:
    """Why a source proposes an item; of a profile, the words of the person that led to it."""

    primary: Primary
    words: tuple[str, ...] = ()


@runtime_checkable
class ExplainsItself(Protocol):
    """A source that can tell by itself why it proposes what it does."""

    def says(self, queries: Queries, b: int, item: int) -> SourceReason:
        """Of an item that it proposed to query b."""
        ...


class Merge(Protocol):
    """Makes one slate of the slates of several sources."""

    def merge(self, queries: Queries, slates: Sequence[Slate], shares: Shares) -> Slate:
        """(B, any): items of the given slates, row by row, none twice.

        Args:
            queries: B of them.
            slates: one a source, in the order of the sources.
            shares: (S,) how much each source counts, above 0.
        """
        ...


@runtime_checkable
class Attributes(Protocol):
    """A merge that can tell whose proposal each place is."""

    def leading(self, places: NDArray[np.int64]) -> NDArray[np.int64]:
        """(...,): which of S sources, by (S, ...) where each put an item; -1 is not at all."""
        ...


class Ranker(Protocol):
    """Reorders, rescores or drops; never adds. Filters and diversifiers are rankers too."""

    def rank(self, queries: Queries, slate: Slate) -> Slate:
        """A slate whose items are a subset of the given ones, row by row."""
        ...


@runtime_checkable
class Draws(Protocol):
    """A ranker that leaves something to chance and tells how likely what came of it was.

    It draws last, from what passed the gate: a later step would make its probabilities untrue.
    """

    def draw(self, queries: Queries, slate: Slate, k: int) -> Slate:
        """(B, at most k) of the given items, with `probabilities`."""
        ...


@runtime_checkable
class DrawsMerge(Protocol):
    """A merge that may leave something to chance."""

    @property
    def draws(self) -> bool:
        """Whether it does, as it is set."""
        ...

    def drawn(self, queries: Queries, slates: Sequence[Slate], shares: Shares, k: int) -> Slate:
        """(B, at most k) of the items of slates that have passed the gate, with `probabilities`."""
        ...


@runtime_checkable
class LearnsOnline(Protocol):
    """A ranker that can be given newer counts of what was shown and clicked."""

    def with_feedback(self, feedback: Feedback) -> Any:
        """The same ranker with newer counts of all N items."""
        ...
