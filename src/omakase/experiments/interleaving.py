"""Two or more rankings in one list: whose items are clicked? Needs far less traffic than an A/B."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import scipy
from numpy.typing import NDArray

from omakase.stats.effects import Interval, bounded
from omakase.stats.moments import Numbers
from omakase.stats.multiple import holm

NOBODY = -1
"""The team of an item that all rankings agree on up to there: a click on it tells nothing."""


@dataclass(frozen=True, slots=True)
class Interleaved:
    """One list of several rankings.

    Attributes:
        items: in order, none twice.
        teams: whose pick each is, by the number of the ranking; -1 where all agree so far.
    """

    items: tuple[int, ...]
    teams: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Preference:
    """How one ranking did against another.

    Attributes:
        first, second: numbers of the two rankings.
        wins, losses, ties: lists (or people) in which the second got more, less, as much credit.
        margin: mean credit of the second less that of the first, over lists.
        interval: of the margin.
        p_value: of "no preference"; of several pairs, by Holm.
    """

    first: int
    second: int
    wins: int
    losses: int
    ties: int
    margin: float
    interval: Interval
    p_value: float

    @property
    def favours_second(self) -> bool:
        """Which way it leans, however little."""
        return self.margin > 0


def team_draft(rankings: Sequence[Sequence[int]], k: int, rng: np.random.Generator) -> Interleaved:
    """Rankings pick in turn, in an order drawn anew each round; each picks its best item left.

    Two rankings: team-draft interleaving; more: team-draft multileaving. What all rankings begin
    with alike is nobody's.
    Papers: Radlinski, Kurup, Joachims, "How does clickthrough data reflect retrieval quality?",
    CIKM 2008; Schuth et al., "Multileaved Comparisons for Fast Online Evaluation", CIKM 2014.

    Args:
        rankings: lists of item rows, best first.
    """
    picked: dict[int, int] = dict.fromkeys(_common_prefix(rankings)[:k], NOBODY)
    at = [0] * len(rankings)
    while len(picked) < k:
        size_before = len(picked)
        for team in rng.permutation(len(rankings)).tolist():
            ranking = rankings[team]
            while at[team] < len(ranking) and ranking[at[team]] in picked:
                at[team] += 1
            if at[team] < len(ranking) and len(picked) < k:
                picked[ranking[at[team]]] = team
        if len(picked) == size_before:
            break
    return Interleaved(tuple(picked), tuple(picked.values()))


def credits(
    teams: NDArray[np.int64], clicks: NDArray[np.bool_], n_rankings: int
) -> NDArray[np.float64]:
    """(Q, R) clicks that each ranking got in each list.

    Args:
        teams: (Q, K) as in `Interleaved`.
        clicks: (Q, K)
    """
    tally = [((teams == team) & clicks).sum(axis=1) for team in range(n_rankings)]
    return np.stack(tally, axis=1).astype(np.float64)


def summed_by_unit(tally: Numbers, units: NDArray[np.int64]) -> Numbers:
    """(people, R): the credits (Q, R) of each person's lists added up, for they depend."""
    _, rows = np.unique(units, return_inverse=True)
    columns = [np.bincount(rows, weights=column) for column in tally.T]
    return np.stack(columns, axis=1).astype(np.float64)


def preferences(tally: Numbers, *, level: float = 0.95) -> tuple[Preference, ...]:
    """Every pair of rankings, by the credits (Q, R) of independent lists or people.

    The p-value is that of the sign test on lists that favour one (exact, whatever the number of
    clicks), corrected by Holm over the pairs; the interval is that of the mean margin.
    """
    pairs = list(combinations(range(tally.shape[1]), 2))
    plain = [_preference(tally, first, second, level) for first, second in pairs]
    corrected = holm([comparison.p_value for comparison in plain])
    return tuple(
        Preference(p.first, p.second, p.wins, p.losses, p.ties, p.margin, p.interval, p_value)
        for p, p_value in zip(plain, corrected, strict=True)
    )


def _preference(tally: Numbers, first: int, second: int, level: float) -> Preference:
    margins = tally[:, second] - tally[:, first]
    wins, losses = int((margins > 0).sum()), int((margins < 0).sum())
    ties = len(margins) - wins - losses
    p_value = float(scipy.stats.binomtest(wins, wins + losses).pvalue) if wins + losses else 1.0
    mean = float(margins.mean()) if len(margins) else 0.0
    interval = Interval(-np.inf, np.inf)
    if len(margins) > 1:
        error = float(margins.std(ddof=1)) / np.sqrt(len(margins))
        reach = float(scipy.stats.t.ppf((1 + level) / 2, len(margins) - 1))
        interval = bounded(mean, reach * float(error), "both")
    return Preference(first, second, wins, losses, ties, mean, interval, p_value)


def _common_prefix(rankings: Sequence[Sequence[int]]) -> list[int]:
    """What all rankings begin with alike."""
    shared = []
    for column in zip(*rankings, strict=False):
        if len(set(column)) > 1:
            break
        shared.append(column[0])
    return shared
