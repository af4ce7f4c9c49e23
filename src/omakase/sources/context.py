"""Candidates that many people choose and that fit where, when and for how much somebody asks."""

from dataclasses import dataclass
from typing import ClassVar, Self

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from omakase import types
from omakase.arrays.topk import top_k
from omakase.features.fits import Fits
from omakase.protocols import Parts, SourceReason
from omakase.types import PAD, Context, Queries, Slate

LEAST = 0.01
"""What an item counts that nobody chose, beside 1 for the one that most did."""


class ContextSourceConfig(types.Config):
    """What is near, and whose order decides."""

    model: str = Field(default="popular", description="whose answer to a stranger is weighed")
    near_km: float = Field(default=10.0, gt=0, description="nothing farther away is proposed")
    half_km: float = Field(default=3.0, gt=0, description="distance at which an item counts half")
    most: int = Field(default=2_000, ge=1, description="items looked at where no place is told")


@dataclass(frozen=True)
class ContextSource:
    """By popularity times how well an item fits the request: closeness, and what it may cost.

    Where the request tells its place, of the items around it; where it tells only a budget, an hour
    or a diet, of the most popular ones. Nothing where it tells none of them, or nothing is around;
    nothing that is shut at that hour or does not cater for that diet.

    Cost: O(items in a strip of latitude, twice `near_km` high) a request.

    Attributes:
        liked: (N,) 0.01..1.01, of the model.
        first: (M,) rows, the most liked ones, best first.
    """

    config_type: ClassVar[type[types.Config]] = ContextSourceConfig
    name: str
    config: ContextSourceConfig
    fits: Fits
    liked: NDArray[np.float32]
    first: NDArray[np.int64]

    @classmethod
    def of(cls, name: str, config: ContextSourceConfig, parts: Parts) -> Self:
        stranger = Queries.of(np.full((1, 1), PAD, dtype=np.int32))
        scores = parts.model(config.model).score(stranger)
        liked = LEAST + scores[0] / max(float(scores.max(initial=0)), 1e-12)
        first = top_k(scores, config.most).items[0].astype(np.int64)
        return cls(name, config, Fits.of(parts.items, half_km=config.half_km), liked, first)

    def candidates(self, queries: Queries, k: int) -> Slate:
        asking = queries.contexts or (Context(),) * len(queries)
        slate = Slate(
            np.full((len(queries), k), PAD, dtype=np.int32),
            np.full((len(queries), k), -np.inf, dtype=np.float32),
        )
        for b, context in enumerate(asking):
            rows = self._around(context)
            if queries.allowed is not None:
                rows = rows[queries.allowed[rows]]
            rows = rows[~np.isin(rows, queries.exclude[b])]
            rows = rows[self.fits.suits(context, rows)]
            scores = (self.liked[rows] * self.fits.fit(context, rows)).astype(np.float32)
            best = top_k(scores[None], k)
            items = best.items[0][best.items[0] != PAD]
            slate.items[b, : len(items)] = rows[items]
            slate.scores[b, : len(items)] = scores[items]
        return slate

    def says(self, queries: Queries, b: int, item: int) -> SourceReason:
        """The first of place, diet, budget and hour that the request tells and the item fits."""
        context = queries.contexts[b]
        if context.latitude is not None:
            return SourceReason("near")
        if context.attributes.get("diet") and self.fits.tags:
            return SourceReason("diet")
        if context.budget is not None and self.fits.prices[item] <= context.budget:
            return SourceReason("budget")
        hours = self.fits.hours[item]
        timed = context.attributes.get("hour") is not None and not hours.all()
        return SourceReason("open" if timed else "list")

    def _around(self, context: Context) -> NDArray[np.int64]:
        """(R,) ascending: what may be proposed at all."""
        near = self.fits.within(context, self.config.near_km)
        has_limit = context.budget is not None or self._has_limits(context)
        if len(near) or not has_limit or context.latitude is not None:
            return near
        return np.sort(self.first[self.first != PAD])

    def _has_limits(self, context: Context) -> bool:
        """Whether it tells an hour or a diet that the catalog knows of."""
        attributes = context.attributes
        hour = attributes.get("hour") is not None and bool(self.fits.hours.shape[1])
        return hour or bool(attributes.get("diet") and self.fits.tags)
