"""The last gate: what must not be shown is not, whatever path made the list."""

from dataclasses import dataclass, replace
from functools import cached_property
from typing import ClassVar, Literal, Self

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from omakase import types
from omakase.arrays.lists import keep_allowed
from omakase.protocols import Parts
from omakase.types import DAY_SECONDS, PAD, Queries, Rows, Slate, Stance


class GateConfig(types.Config):
    """What of a person's own history may come back."""

    seen: Literal["hide", "show"] = Field(
        default="hide", description="whether items of the history are hidden or may come again"
    )
    seen_days: float | None = Field(
        default=None, gt=0, description="days for which a seen item stays hidden; none: for ever"
    )
    disliked: Literal["hide", "show"] = Field(
        default="hide", description="whether items that the history speaks against are hidden"
    )


@dataclass(frozen=True)
class Gate:
    """Drops what is excluded, seen or disliked (by policy), unavailable, unknown or there twice.

    It trusts nobody: what it needs it reads from the queries and its own mask. An event whose
    time is unknown counts as recent. The policy sees `queries.history`; what lies before it must
    be in `queries.exclude`. To let seen items come again, give an `exclude` without them.

    Attributes:
        config: the policy.
        available: (N,) bool, False where an item is hidden, inactive or out of stock. Made once
            and never written to; `pipeline.with_available` puts another in its place.
    """

    config_type: ClassVar[type[types.Config]] = GateConfig
    config: GateConfig
    available: NDArray[np.bool_]

    @classmethod
    def of(cls, config: GateConfig, parts: Parts) -> Self:
        return cls(config, np.ones(parts.n_items, dtype=np.bool_))

    def open_to(self, available: NDArray[np.bool_]) -> Self:
        """The same policy over another mask (N,), copied."""
        mask = available.copy()
        mask.flags.writeable = False
        return replace(self, available=mask)

    def closed_to(self, passing: NDArray[np.bool_]) -> Self:
        """The same, closed as well to what a mask (N,) does not let pass."""
        return self.open_to(self.available & passing)

    def rank(self, queries: Queries, slate: Slate) -> Slate:
        allowed = self._allowed_mask(queries)
        banned = queries.once(self, self.banned)
        return keep_allowed(slate, banned, len(self.available), allowed)

    def narrowed(self, queries: Queries) -> Queries:
        """The same questions, telling sources beforehand what the gate would drop."""
        banned = queries.once(self, self.banned)
        return replace(queries, exclude=banned, allowed=self._allowed_mask(queries))

    def banned(self, queries: Queries) -> Rows:
        """(B, E + L): the excluded, and of the history what the policy hides."""
        return np.concatenate(
            [queries.exclude, np.where(self._hidden(queries), queries.history, PAD)],
            axis=1,
            dtype=np.int32,
        )

    def _hidden(self, queries: Queries) -> NDArray[np.bool_]:
        hidden = self._seen(queries)
        if self.config.disliked == "hide" and not hidden.all():
            hidden |= queries.stance == Stance.AGAINST
        return hidden

    def _seen(self, queries: Queries) -> NDArray[np.bool_]:
        if self.config.seen == "show" or self.config.seen_days is None:
            return np.full(queries.history.shape, self.config.seen == "hide")
        now = queries.now[:, None]
        age = now - queries.times
        return (age <= self.config.seen_days * DAY_SECONDS) | (queries.times == 0) | (now == 0)

    def _allowed_mask(self, queries: Queries) -> NDArray[np.bool_] | None:
        if queries.allowed is None:
            return None if self._all_available else self.available
        return queries.allowed & self.available

    @cached_property
    def _all_available(self) -> bool:
        return bool(self.available.all())
