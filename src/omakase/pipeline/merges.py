"""Ways to make one list of several."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from omakase import types
from omakase.arrays.lists import keep_allowed, nothing, side_by_side, summed
from omakase.arrays.standard import to_unit
from omakase.bandits.drawing import Chance
from omakase.bandits.mixing import mixed, mixed_chances
from omakase.protocols import Shares
from omakase.types import PAD, Queries, Rows, Slate

ANY_ROW = int(np.iinfo(np.int32).max)
FILLS = 1e-6
"""Share of a source that only fills up."""


class NoConfig(types.Config):
    """No knobs."""


@dataclass(frozen=True)
class Interleave:
    """Places are dealt out by share: with 2 and 1, two of the first source, one of the second, …

    The scores of different sources are not comparable, so the merged score is 1 / (1 + place).
    An item keeps its first place.
    """

    config_type: ClassVar[type[types.Config]] = NoConfig
    config: NoConfig

    def merge(self, queries: Queries, slates: Sequence[Slate], shares: Shares) -> Slate:
        if len(slates) == 1:
            return _place_scores(slates[0].items)
        turns = [
            (np.arange(s.items.shape[1]) + 0.5) / share
            for s, share in zip(slates, shares, strict=True)
        ]
        order = np.argsort(np.concatenate(turns), kind="stable")
        return _place_scores(side_by_side(list(slates)).items[:, order])


@dataclass(frozen=True)
class Cascade:
    """All of the first source, then what the second adds, and so on; scored by place."""

    config_type: ClassVar[type[types.Config]] = NoConfig
    config: NoConfig

    def merge(self, queries: Queries, slates: Sequence[Slate], shares: Shares) -> Slate:
        return _place_scores(side_by_side(list(slates)).items)

    def leading(self, places: NDArray[np.int64]) -> NDArray[np.int64]:
        """The first source that has an item puts it where it is, whatever the next would do."""
        return np.where((places >= 0).any(axis=0), (places >= 0).argmax(axis=0), -1)


class ExploringConfig(types.Config):
    """How much is kept for what is new."""

    share: float = Field(
        default=0.1, ge=0, le=0.5, description="of the places, for the last source; 0: none"
    )
    draws: bool = Field(
        default=False,
        description="whether each place is drawn by the share, with its true probability in the "
        "log; otherwise the places are spread evenly and nothing is left to chance",
    )
    salt: int = Field(default=0, ge=0, description="another one draws other places")


@dataclass(frozen=True)
class Exploring:
    """All sources but the last as `Cascade` puts them; a share of the places is the last one's.

    It gets them evenly spread, with what the others have not placed before. The same question has
    the same places, so nothing is left to chance; by setting each place is drawn instead, and no
    ranker may follow. Scored by place.
    """

    config_type: ClassVar[type[types.Config]] = ExploringConfig
    config: ExploringConfig

    @property
    def draws(self) -> bool:
        return self.config.draws and self.config.share > 0

    def drawn(self, queries: Queries, slates: Sequence[Slate], shares: Shares, k: int) -> Slate:
        first = Cascade(NoConfig()).merge(queries, slates[:-1], shares[:-1]).items
        empty, chances = nothing(len(queries), k), np.ones((len(queries), k))
        for b, rng in enumerate(Chance(self.config.salt).generators(queries)):
            leaders, fillers = _real(first[b].tolist()), _real(slates[-1].items[b].tolist())
            mix = mixed(leaders, fillers, k, self.config.share, rng)
            empty.items[b, : len(mix)] = mix
            empty.scores[b, : len(mix)] = 1 / (1 + np.arange(len(mix)))
            chances[b, : len(mix)] = mixed_chances(leaders, fillers, mix, self.config.share)
        return Slate(empty.items, empty.scores, chances)

    def merge(self, queries: Queries, slates: Sequence[Slate], shares: Shares) -> Slate:
        cascade, share = Cascade(NoConfig()), self.config.share
        if not share or len(slates) == 1:
            return cascade.merge(queries, slates, shares)
        first, last = cascade.merge(queries, slates[:-1], shares[:-1]).items, slates[-1].items
        dealt = [_dealt(*lists, share) for lists in zip(first.tolist(), last.tolist(), strict=True)]
        return _place_scores(np.asarray(dealt, dtype=np.int32).reshape(len(first), -1))

    def leading(self, places: NDArray[np.int64]) -> NDArray[np.int64]:
        """The last source, where it puts an item before the one whose turn it would be."""
        first = Cascade(NoConfig()).leading(places)
        last = len(places) - 1
        scores = np.take_along_axis(places, np.maximum(first, 0)[None], axis=0)[0]
        return np.where((places[last] >= 0) & (places[last] < scores), last, first)


class RanksConfig(types.Config):
    """How steeply places count."""

    offset: float = Field(
        default=60.0, ge=0, description="places before the first: larger, and the top counts less"
    )


@dataclass(frozen=True)
class ReciprocalRanks:
    """Points for places: share / (offset + place), added up over the sources.

    Paper: Cormack, Clarke, Buettcher, "Reciprocal Rank Fusion outperforms Condorcet and
    individual Rank Learning Methods", SIGIR 2009.
    Differs: each source has a share.
    """

    config_type: ClassVar[type[types.Config]] = RanksConfig
    config: RanksConfig

    def merge(self, queries: Queries, slates: Sequence[Slate], shares: Shares) -> Slate:
        points = [
            share / (self.config.offset + 1 + np.arange(s.items.shape[1]))
            for s, share in zip(slates, shares, strict=True)
        ]
        items = side_by_side(list(slates)).items
        row = np.concatenate(points).astype(np.float32)
        return summed(items, np.broadcast_to(row, items.shape).copy())


@dataclass(frozen=True)
class WeightedScores:
    """Share-weighted sum of the scores, each source's brought to 0..1 within the query first.

    A source that does not propose an item gives it nothing; one whose scores are all equal gives
    each of its items all of its share.
    """

    config_type: ClassVar[type[types.Config]] = NoConfig
    config: NoConfig

    def merge(self, queries: Queries, slates: Sequence[Slate], shares: Shares) -> Slate:
        return _weigh(slates, np.broadcast_to(shares, (len(queries), len(shares))))


class FadingConfig(types.Config):
    """How much the last source counts, by what is known of somebody."""

    events: tuple[int, ...] = Field(
        default=(1,), min_length=1, description="numbers of events, rising"
    )
    shares: tuple[float, ...] = Field(
        default=(1.0,),
        min_length=1,
        description="of the last source from each number of events on, times its own share",
    )


@dataclass(frozen=True)
class Fading:
    """As `WeightedScores`, where the last source counts by the number of events in the history.

    Who has fewer events than the first number gets the first share. A source that counts nothing
    still fills up what the others leave open.
    """

    config_type: ClassVar[type[types.Config]] = FadingConfig
    config: FadingConfig

    def merge(self, queries: Queries, slates: Sequence[Slate], shares: Shares) -> Slate:
        events = (queries.history != PAD).sum(axis=1)
        steps = np.searchsorted(self.config.events, events, side="right") - 1
        weights = np.tile(shares, (len(queries), 1)).astype(np.float64)
        weights[:, -1] *= np.asarray(self.config.shares)[np.maximum(steps, 0)]
        return _weigh(slates, np.maximum(weights, FILLS))


class SwitchConfig(types.Config):
    """Who is asked when."""

    least: tuple[int, ...] = Field(
        default=(5, 0),
        min_length=1,
        description="events from which each source is the one to ask, in the order of sources",
    )


@dataclass(frozen=True)
class Switching:
    """The first source whose number of events is reached comes first, the others fill up.

    Sources beyond the numbers given need none. Scored by place.
    """

    config_type: ClassVar[type[types.Config]] = SwitchConfig
    config: SwitchConfig

    def merge(self, queries: Queries, slates: Sequence[Slate], shares: Shares) -> Slate:
        least = [*self.config.least, *[0] * len(slates)][: len(slates)]
        events = (queries.history != PAD).sum(axis=1)
        late = np.asarray([events < n for n in least]).T  # (B, S)
        widths = [s.items.shape[1] for s in slates]
        source = np.repeat(np.arange(len(slates)), widths)
        order = np.argsort(late[:, source] * len(slates) + source, axis=1, kind="stable")
        return _place_scores(np.take_along_axis(side_by_side(list(slates)).items, order, axis=1))


def _weigh(slates: Sequence[Slate], weights: Shares) -> Slate:
    """Sums of scores brought to 0..1, each source weighed by its column of (B, S)."""
    parts = (weights / weights.sum(axis=1, keepdims=True)).astype(np.float32)
    points = [to_unit(s) * parts[:, n : n + 1] for n, s in enumerate(slates)]
    return summed(side_by_side(list(slates)).items, np.concatenate(points, axis=1))


def _dealt(first: list[int], last: list[int], share: float) -> list[int]:
    """One list as long as both, PAD at its end; every so-manieth place is the second's."""
    width, dealt, count = len(first) + len(last), dict[int, None](), 0
    leaders, fillers = ((item for item in items if item != PAD) for items in (first, last))
    while len(dealt) < width:
        turn = count < int((len(dealt) + 1) * share + 0.4)  # not the first place, even at a half
        item = next((i for i in (fillers if turn else leaders) if i not in dealt), PAD)
        if item == PAD:
            break
        count += turn
        dealt[item] = None
    dealt |= dict.fromkeys([*leaders, *fillers])
    return [*dealt, *[PAD] * (width - len(dealt))]


def _real(items: list[int]) -> list[int]:
    return list(dict.fromkeys(item for item in items if item != PAD))


def _place_scores(items: Rows) -> Slate:
    """Each item at its first place, scored 1 / (1 + place)."""
    places = np.ones(items.shape, dtype=np.float32)
    alone = keep_allowed(Slate(items, places), np.zeros((len(items), 0), np.int32), ANY_ROW).items
    scores = np.where(alone == PAD, -np.inf, 1 / (1 + np.arange(items.shape[1])))
    return Slate(alone, scores.astype(np.float32))
