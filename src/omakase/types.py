"""The values that cross every border in the engine. Letters for shapes, used everywhere:

B queries in a batch · N items · U users · E events · L history length · K slate length
C candidates scored · D dimensions
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from enum import IntEnum
from typing import Any, Final, Protocol, Self, TypeVar

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, ValidationError
from scipy import sparse

from omakase.errors import ConfigError

T = TypeVar("T", bound=np.generic)

Rows = NDArray[np.int32]
Scores = NDArray[np.float32]
Vectors = NDArray[np.float32]
Weights = NDArray[np.float32]
Times = NDArray[np.int64]
Stances = NDArray[np.int8]
Integers = NDArray[np.integer]
"""Of any width, such as what says where the rows of a sparse matrix start."""
Reals = NDArray[np.floating]
"""Of any precision."""
Arrays = Mapping[str, NDArray[Any]]

PAD: Final = -1
"""Fills the unused end of a row of item rows; its score is always -inf."""

DAY_SECONDS: Final = 86_400


class Stance(IntEnum):
    """Whether an event speaks for its item, whatever it counts.

    WITHDRAWN: its word was taken back, and the item may come again. AGAINST: the item is hidden.
    SILENT: it says nothing (it was shown, and no more). Only what speaks for an item is cited.
    """

    WITHDRAWN = -2
    AGAINST = -1
    SILENT = 0
    FOR = 1


class Config(BaseModel):
    """Base of every component's configuration: immutable and finite; a misspelt key is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    @classmethod
    def checked(cls, fields: Mapping[str, Any], place: str) -> Self:
        """From what somebody wrote, at a place that they know it by ("ranker mmr").

        Raises:
            ConfigError: what is wrong, and where, of all that is.
        """
        try:
            return cls(**fields)
        except ValidationError as error:
            wrong = [(".".join(map(str, (place, *e["loc"]))), e["msg"]) for e in error.errors()]
            raise ConfigError("; ".join(f"{at}: {problem}" for at, problem in wrong)) from error


class Progress(Protocol):
    """Hears how far long work has come. May raise `Cancelled` to stop it."""

    def __call__(self, done: int, total: int, **figures: float) -> None:
        """`done` of `total` steps, with figures worth showing (loss=…, ndcg=…)."""
        ...


def silent(done: int, total: int, **figures: float) -> None:
    """The default progress: tells nobody."""


@dataclass(frozen=True, slots=True)
class Context:
    """The circumstances of one request. Everything is optional.

    Attributes:
        device, page: free words ("mobile", "home").
        latitude, longitude: degrees.
        budget: in the catalog's currency.
        diversity: 0..1, how much variety is asked for; None leaves it to the pipeline.
        attributes: whatever else the owner's rules and rankers look at.
        user: what is known of the person, for rules; a list of texts is a tuple.
    """

    device: str = ""
    page: str = ""
    latitude: float | None = None
    longitude: float | None = None
    budget: float | None = None
    diversity: float | None = None
    attributes: Mapping[str, str | float | bool] = field(default_factory=dict)
    user: Mapping[str, str | float | bool | tuple[str, ...] | None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Queries:
    """B questions. The history decides; the user row only matters where there is none.

    Attributes:
        users: (B,) row of the asking user, PAD for a stranger.
        history: (B, L) item rows, oldest first, padded on the left with PAD.
        exclude: (B, E) item rows that must not come back, padded with PAD.
        weights: (B, L) strength of each past event; negative for a dislike, 0 at PAD.
        times: (B, L) Unix seconds of each past event, 0 where unknown and at PAD.
        now: (B,) Unix seconds of the request, 0 where unknown.
        contexts: one a query, or none at all.
        allowed: (N,) which items may come back to anybody at all; None where all may. A source
            that can spare itself the others does; the last gate holds for those that cannot.
        stances: (B, L) what each past event says of its item, see `Stance`; None: what the signs
            of the weights say. `stance` gives it either way.
        seeds: (B,) of what is drawn for each query; None draws by the question itself, so that the
            same person with the same history at the same second draws alike.
    """

    users: Rows
    history: Rows
    exclude: Rows
    weights: Weights
    times: Times
    now: Times
    contexts: tuple[Context, ...] = ()
    allowed: NDArray[np.bool_] | None = None
    stances: Stances | None = None
    seeds: NDArray[np.uint64] | None = None
    _told: dict[int, tuple[object, NDArray[Any]]] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    @classmethod
    def of(
        cls,
        history: Rows,
        *,
        users: Rows | None = None,
        exclude: Rows | None = None,
        weights: Weights | None = None,
        times: Times | None = None,
        now: Times | None = None,
        contexts: tuple[Context, ...] = (),
        stances: Stances | None = None,
    ) -> "Queries":
        """From (B, L) histories; whatever is left out is a stranger, weight 1, time unknown.

        Without `exclude`, the history is not shown again.
        """
        size = len(history)
        return cls(
            users=np.full(size, PAD, dtype=np.int32) if users is None else users,
            history=history,
            exclude=history if exclude is None else exclude,
            weights=(history != PAD).astype(np.float32) if weights is None else weights,
            times=np.zeros(history.shape, dtype=np.int64) if times is None else times,
            now=np.zeros(size, dtype=np.int64) if now is None else now,
            contexts=contexts,
            stances=stances,
        )

    def __len__(self) -> int:
        return len(self.users)

    def __getitem__(self, chosen: slice | Rows) -> "Queries":
        """Some of the queries, in the order asked."""
        picked = np.arange(len(self))[chosen]
        contexts = tuple(self.contexts[i] for i in picked) if self.contexts else ()
        return Queries(
            self.users[picked],
            self.history[picked],
            self.exclude[picked],
            self.weights[picked],
            self.times[picked],
            self.now[picked],
            contexts,
            self.allowed,
            None if self.stances is None else self.stances[picked],
            None if self.seeds is None else self.seeds[picked],
        )

    def seeded(self, seed: int) -> "Queries":
        """The same, with draws by a seed (0 to 2^63 - 1): query b by that number plus b."""
        return replace(self, seeds=np.uint64(seed) + np.arange(len(self), dtype=np.uint64))

    def once(self, model: object, score: Callable[["Queries"], NDArray[T]]) -> NDArray[T]:
        """(B, N) what a model says of all items: asked once where a source and a ranker hear it.

        Not to be written to. Kept of a single question alone; of a batch it would be much.

        Args:
            model: or another part that is asked twice, such as the gate.
            score: the model's own method.
        """
        if len(self) != 1:
            return score(self)
        if id(model) not in self._told:
            self._told[id(model)] = (model, score(self))
        scores: NDArray[T] = self._told[id(model)][1]
        return scores

    def cached_scores(self, model: object) -> Scores | None:
        """What `once` kept; None where it was not asked."""
        return self._told.get(id(model), (None, None))[1]

    @property
    def stance(self) -> Stances:
        """(B, L) what each past event says of its item; SILENT at PAD."""
        stances = np.sign(self.weights) if self.stances is None else self.stances
        return np.where(self.history == PAD, Stance.SILENT, stances).astype(np.int8)

    def citable(self) -> NDArray[np.bool_]:
        """(B, L) places that speak for an item of which nothing was refused or taken back."""
        stance = self.stance
        is_citable = stance == Stance.FOR
        for b in np.flatnonzero((stance < 0).any(axis=1)):
            is_citable[b] &= ~np.isin(self.history[b], self.history[b][stance[b] < 0])
        return is_citable

    def liked_history(self) -> Rows:
        """(B, L) the history without what was disliked, moved to the right, PAD on the left."""
        liked = self.stance == Stance.FOR
        order = np.argsort(liked, axis=1, kind="stable")
        return np.take_along_axis(np.where(liked, self.history, np.int32(PAD)), order, axis=1)

    def matrix(self, n_items: int) -> sparse.csr_array:
        """(B, N) float32: the weights of each item in the history, added up."""
        is_event = self.history != PAD
        starts = np.append(0, np.cumsum(is_event.sum(axis=1)))
        rows = (self.weights[is_event], self.history[is_event], starts)
        matrix = sparse.csr_array(rows, shape=(len(self), n_items))
        matrix.sum_duplicates()
        return matrix


@dataclass(frozen=True, slots=True)
class Slate:
    """B ranked lists of at most K items.

    Attributes:
        items: (B, K) item rows, best first; ties by lower row; unused end is PAD.
        scores: (B, K) unitless, comparable within a row only; -inf where items is PAD.
        probabilities: (B, K) chance with which what was drawn put each item where it is, over all
            draws; 1 at PAD. None where nothing was left to chance.
    """

    items: Rows
    scores: Scores
    probabilities: NDArray[np.float64] | None = None

    def __post_init__(self) -> None:
        if self.items.shape != self.scores.shape:
            raise ValueError(f"items {self.items.shape} and scores {self.scores.shape} differ")
        if self.probabilities is not None and self.probabilities.shape != self.items.shape:
            raise ValueError(f"items {self.items.shape}, chances {self.probabilities.shape}")

    def __len__(self) -> int:
        return len(self.items)

    def chances(self) -> list[tuple[float, ...]]:
        """Plain Python: of each list the probability of every item; () where none was drawn."""
        if self.probabilities is None:
            return [()] * len(self)
        rows = zip(self.items, self.probabilities, strict=True)
        return [tuple(chances[items != PAD].tolist()) for items, chances in rows]

    def lists(self) -> list[list[tuple[int, float]]]:
        """Plain Python, for callers that hold no arrays."""
        return [
            [(int(i), float(s)) for i, s in zip(items, scores, strict=True) if i != PAD]
            for items, scores in zip(self.items, self.scores, strict=True)
        ]
