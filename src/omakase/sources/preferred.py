"""Candidates from what people say they like: for those of whom nothing else is known."""

from dataclasses import dataclass
from typing import ClassVar, Self

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from omakase import types
from omakase.arrays.topk import mask_rows, top_k
from omakase.errors import ConfigError
from omakase.features.attributes import value_rows
from omakase.protocols import Parts
from omakase.types import PAD, Queries, Scores, Slate

NO_ROWS = np.zeros(0, dtype=np.int64)


class Config(types.Config):
    """Which words of a profile are looked for in which column."""

    model: str = Field(default="popular", description="whose order decides among what is preferred")
    column: str = Field(default="category", description="the items' column that is compared")
    likes: str = Field(
        default="categories", description="attribute of the person that names values liked"
    )
    avoids: str = Field(
        default="excluded_categories", description="attribute that names values never wanted"
    )


@dataclass(frozen=True)
class PreferredSource:
    """Items that hold a value which the person named, those with most of them first.

    Among equals, the order of a model for strangers. Nothing for who named nothing.
    `Context.user` holds the profile: a text or a tuple of texts an attribute.

    Attributes:
        order: (N,) 0..1, from the model.
        holders: value to the rows of the items that have it.
    """

    config_type: ClassVar[type[types.Config]] = Config
    name: str
    config: Config
    order: NDArray[np.float32]
    holders: dict[str, NDArray[np.int64]]

    @classmethod
    def of(cls, name: str, config: Config, parts: Parts) -> Self:
        if config.column not in parts.items.columns:
            raise ConfigError(
                f"items have no column {config.column!r} to compare; they have "
                f"{parts.items.columns}"
            )
        stranger = Queries.of(np.full((1, 1), PAD, dtype=np.int32))
        liked = parts.model(config.model).score(stranger)[0]
        place = np.empty(len(liked), dtype=np.float32)
        place[np.argsort(-liked, kind="stable")] = np.linspace(0.9, 0, len(liked))
        return cls(name, config, place, value_rows(parts.items.get_column(config.column)))

    def candidates(self, queries: Queries, k: int) -> Slate:
        scores = np.full((len(queries), len(self.order)), -np.inf, dtype=np.float32)
        for b, context in enumerate(queries.contexts):
            self._fill(
                scores[b],
                _words(context.user.get(self.config.likes)),
                _words(context.user.get(self.config.avoids)),
            )
        scores = mask_rows(scores, queries.exclude)
        if queries.allowed is not None:
            scores[:, ~queries.allowed] = -np.inf
        return top_k(scores, k)

    def _fill(self, scores: Scores, likes: tuple[str, ...], avoids: tuple[str, ...]) -> None:
        """Put the (N,) scores of one person in place: values shared, then the order."""
        shared = np.zeros(len(scores), dtype=np.float32)
        for value in dict.fromkeys(likes):
            shared[self.holders.get(value, NO_ROWS)] += 1
        for value in avoids:
            shared[self.holders.get(value, NO_ROWS)] = 0
        held = shared > 0
        scores[held] = (shared + self.order)[held]


def _words(said: object) -> tuple[str, ...]:
    if isinstance(said, str):
        return (said,)
    return tuple(map(str, said)) if isinstance(said, tuple | list) else ()
