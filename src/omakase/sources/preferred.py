"""Candidates from what people say they like: for those of whom nothing else is known."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar, Self

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from omakase import types
from omakase.arrays.topk import mask_rows, top_k
from omakase.errors import ConfigError
from omakase.features.attributes import value_rows
from omakase.features.fits import Fits
from omakase.protocols import Parts, SourceReason
from omakase.rules.wishes import names_of
from omakase.types import PAD, Context, Queries, Scores, Slate

HALF_KM = 3.0
"""Distance at which an item counts half among equals."""

Holders = Mapping[str, Sequence[NDArray[np.int64]]]
"""A word to the rows of the items that hold it, in pieces."""


class PreferredConfig(types.Config):
    """Which words of a profile are looked for in which column."""

    model: str = Field(default="popular", description="whose order decides among what is preferred")
    likes: dict[str, str] = Field(
        default_factory=lambda: {"categories": "category"},
        min_length=1,
        description="attributes of the person that name values, and the items' column of each",
    )
    avoids: str = Field(
        default="excluded_categories",
        description="attribute that names values of any of these columns that are never wanted",
    )


@dataclass(frozen=True)
class PreferredSource:
    """Items that hold a value which the person named, those with most of them first.

    A category is named by its path, by one above it, or by its own name alone. Among equals the
    order of a model for strangers, by how well each fits where the request comes from and its
    budget. Nothing for who named nothing. `Context.user` holds the profile: a text or a tuple of
    texts an attribute.

    Attributes:
        order: (N,) 0..0.9, from the model.
        holders: of each attribute of `likes`.
        fits: to the request.
    """

    config_type: ClassVar[type[types.Config]] = PreferredConfig
    name: str
    config: PreferredConfig
    order: NDArray[np.float32]
    holders: Mapping[str, Holders]
    fits: Fits

    @classmethod
    def of(cls, name: str, config: PreferredConfig, parts: Parts) -> Self:
        for column in config.likes.values():
            if column not in parts.items.columns:
                raise ConfigError(
                    f"items have no column {column!r} to compare; they have {parts.items.columns}"
                )
        stranger = Queries.of(np.full((1, 1), PAD, dtype=np.int32))
        liked = parts.model(config.model).score(stranger)[0]
        positions = np.empty(len(liked), dtype=np.float32)
        positions[np.argsort(-liked, kind="stable")] = np.linspace(0.9, 0, len(liked))
        holders = {
            preference: _holders(value_rows(parts.items.get_column(column)))
            for preference, column in config.likes.items()
        }
        return cls(name, config, positions, holders, Fits.of(parts.items, half_km=HALF_KM))

    def candidates(self, queries: Queries, k: int) -> Slate:
        scores = np.full((len(queries), len(self.order)), -np.inf, dtype=np.float32)
        for b, context in enumerate(queries.contexts):
            self._fill(scores[b], context)
        scores = mask_rows(scores, queries.exclude)
        if queries.allowed is not None:
            scores[:, ~queries.allowed] = -np.inf
        return top_k(scores, k)

    def says(self, queries: Queries, b: int, item: int) -> SourceReason:
        """The words of the person that the item holds."""
        likes = self._likes(queries.contexts[b])
        words = (word for word, pieces in likes if any((rows == item).any() for rows in pieces))
        return SourceReason("profile", tuple(dict.fromkeys(words)))

    def _fill(self, scores: Scores, context: Context) -> None:
        """Put the (N,) scores of one person in place: values shared, then the order."""
        shared = np.zeros(len(scores), dtype=np.float32)
        for _, pieces in self._likes(context):
            for rows in pieces:
                shared[rows] += 1
        for value in _words(context.user.get(self.config.avoids)):
            for holders in self.holders.values():
                for rows in holders.get(value, ()):
                    shared[rows] = 0
        items = np.flatnonzero(shared)
        scores[items] = shared[items] + self.order[items] * self.fits.fit(context, items)

    def _likes(self, context: Context) -> list[tuple[str, Sequence[NDArray[np.int64]]]]:
        """Each word that the person named, with the rows that hold it."""
        return [
            (word, holders.get(word, ()))
            for preference, holders in self.holders.items()
            for word in dict.fromkeys(_words(context.user.get(preference)))
        ]


def _holders(values: Mapping[str, NDArray[np.int64]]) -> Holders:
    """Also by the paths above a value, and by the names on its way."""
    holders: dict[str, list[NDArray[np.int64]]] = {}
    for value, rows in values.items():
        for name in names_of(value):
            holders.setdefault(name, []).append(rows)
    return holders


def _words(said: object) -> tuple[str, ...]:
    if isinstance(said, str):
        return (said,)
    return tuple(map(str, said)) if isinstance(said, tuple | list) else ()
