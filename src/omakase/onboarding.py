"""What to ask somebody new, chosen by how much the answer would tell."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from omakase.arrays.standard import standardised
from omakase.data.ids import Vocabulary
from omakase.features.attributes import value_rows
from omakase.protocols import Model, Parts
from omakase.rules.wishes import names_of
from omakase.scoring import score_items
from omakase.types import PAD, Queries, Rows

NOISE: Final = 1.0
"""Variance of an answer about one item, beside 1 of the taste it tells of."""


@dataclass(frozen=True, slots=True)
class InformationGain:
    """Something to ask about.

    Attributes:
        what: an item row, or a word.
        bits: that the answer is expected to tell.
    """

    what: Any
    bits: float


def item_questions(
    parts: Parts,
    model: str,
    items: Vocabulary,
    candidates: Sequence[str],
    n: int,
    *,
    answered: Sequence[str] = (),
) -> list[tuple[str, float]]:
    """(item id, bits) of at most n of the candidates, as `telling_items` chooses.

    The chance that somebody knows an item is 1 for the most popular one, and falls with the root of
    what was chosen of the others: many know what they did not choose here.

    Args:
        model: name in the version.
        candidates: ids; those without a row are left out.
        answered: ids that are not asked about again.
    """
    had = _rows_of(items, answered)
    rows = np.asarray([*had, *(row for row in _rows_of(items, candidates) if row not in had)], "i4")
    shares = _shares(parts)
    familiarity = np.sqrt(shares[rows] / max(float(shares.max(initial=0)), 1e-12))
    gains = telling_items(parts.model(model), rows, familiarity, n, answered=len(had))
    return [(items.ids[gain.what], gain.bits) for gain in gains]


def category_questions(
    parts: Parts, n: int, *, column: str = "category"
) -> list[tuple[str, float]]:
    """(word, bits) of at most n values of a column, as `telling_words` chooses; none without it."""
    if column not in parts.items.columns:
        return []
    holders = value_rows(parts.items.get_column(column))
    return [(gain.what, gain.bits) for gain in telling_words(holders, _shares(parts), n)]


def telling_items(
    model: Model[Any], rows: Rows, known: NDArray[np.float64], n: int, *, answered: int = 0
) -> list[InformationGain]:
    """At most n of (R,) distinct item rows to ask about, the most telling first.

    What an item tells is what its answer would change: two items are alike where the model, after
    either of them, would order the others alike. Each next one is the one that tells most beside
    those before it, times the chance that the person can answer at all.

    Paper: Rashid et al., "Learning Preferences of New Users in Recommender Systems", SIGKDD
    Explorations 2008; the measure is that of Gaussian processes, Krause, Singh, Guestrin,
    "Near-Optimal Sensor Placements in Gaussian Processes", JMLR 2008.
    Differs: likeness is taken from what the model answers, so any model serves.
    Cost: one question of R histories of one item, then O(R^2) an item.

    Args:
        known: (R,) 0..1, the chance that somebody knows the item.
        answered: how many of the first rows were answered already; these are not asked again.
    """
    spread = covariance(model, rows)
    for step in range(answered):
        spread = _after(spread, step, 1.0)
    gains: list[InformationGain] = []
    open_to = np.arange(len(rows)) >= answered
    while len(gains) < n and open_to.any():
        bits = known * 0.5 * np.log2(1 + np.maximum(np.diag(spread), 0) / NOISE)
        step = int(np.where(open_to, bits, -np.inf).argmax())
        gains.append(InformationGain(int(rows[step]), float(bits[step])))
        open_to[step] = False
        spread = _after(spread, step, float(known[step]))
    return gains


def covariance(model: Model[Any], rows: Rows) -> NDArray[np.float64]:
    """(R, R): how alike the model orders the others of these items after each of them."""
    queries = Queries.of(rows[:, None].astype(np.int32))
    scores = score_items(model, queries, np.tile(rows.astype(np.int32), (len(rows), 1)))
    diagonal = np.eye(
        len(rows), dtype=np.bool_
    )  # what a model says of an item that was had is its own
    scaled = standardised(np.where(diagonal, np.float32(-np.inf), scores)).astype(np.float64)
    scaled[diagonal] = 0
    return scaled @ scaled.T / max(len(rows), 1)


def _after(spread: NDArray[np.float64], place: int, chance: float) -> NDArray[np.float64]:
    """What is left unknown once this item is answered, which happens by so much chance."""
    column = spread[:, place]
    return spread - chance * np.outer(column, column) / (column[place] + NOISE)


def telling_words(
    holders: Mapping[str, NDArray[np.int64]], shares: NDArray[np.float64], n: int
) -> list[InformationGain]:
    """At most n words (values of a column) to ask about, the most telling first, then by name.

    Yes or no to a word that half of all choices hold tells one bit; to one that all or none hold,
    nothing. Such words are left out.

    Args:
        holders: each value, or path of a tree, to the rows that hold it.
        shares: (N,) of all choices, adding up to 1 or less.
    """
    share_of: dict[str, float] = {}
    for value, rows in holders.items():
        for name in names_of(value) - {""}:
            share_of[name] = share_of.get(name, 0.0) + float(shares[rows].sum())
    gains = [InformationGain(word, round(_bits(share), 9)) for word, share in share_of.items()]
    return sorted((t for t in gains if t.bits > 0), key=lambda t: (-t.bits, t.what))[:n]


def _rows_of(items: Vocabulary, keys: Sequence[str]) -> list[int]:
    """Distinct rows, in order."""
    return [row for row in dict.fromkeys(items.rows(list(keys)).tolist()) if row != PAD]


def _shares(parts: Parts) -> NDArray[np.float64]:
    """(N,) of all that was chosen."""
    stranger = Queries.of(np.full((1, 1), PAD, dtype=np.int32))
    return parts.model("popular").score(stranger)[0].astype(np.float64)


def _bits(share: float) -> float:
    """Entropy of a yes that comes by this chance."""
    sides: Iterable[float] = (min(share, 1.0), 1 - min(share, 1.0))
    return float(-sum(side * np.log2(side) for side in sides if side > 1e-9))
