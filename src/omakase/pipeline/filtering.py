"""Asking sources for what the filters of one request let pass."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from omakase.pipeline.rules import CompiledRules, Mask
from omakase.types import PAD, Queries, Slate


@dataclass(frozen=True)
class FilteredRetrieval:
    """Questions with filters of their own.

    Over millions of items a filter takes longer than the rest of the answer, so it is asked of
    what a source proposes. Only where that leaves too little it is asked of all items, and the
    source once more.

    Attributes:
        queries: as the gate narrowed them.
        own: the filters; none where the queries hold them already.
        n_items: N.
        least: items of each list that must be left, if so many were proposed.
    """

    queries: Queries
    own: CompiledRules
    n_items: int
    least: int

    def of(self, propose: Callable[[Queries], Slate]) -> Slate:
        """What a source proposes, filtered."""
        slate = propose(self.queries)
        if not self.own.filtering:
            return slate
        remaining = self.passing(slate)
        proposed, passed = (
            (candidates.items != PAD).sum(axis=1) for candidates in (slate, remaining)
        )
        if (passed >= np.minimum(proposed, self.least)).all():
            return remaining
        return propose(self._exactly)

    def passing(self, slate: Slate) -> Slate:
        """The slate without what the filters do not let pass."""
        return self.own.passing(self.queries, slate, self.n_items)

    @cached_property
    def _exactly(self) -> Queries:
        """The same questions with everything that may pass marked."""
        return allowing(self.queries, self.own.allows(self.queries))


def allowing(queries: Queries, mask: Mask | None) -> Queries:
    """The same, with what a mask (N,) forbids forbidden too."""
    if mask is None:
        return queries
    both = mask if queries.allowed is None else queries.allowed & mask
    return replace(queries, allowed=both)
