"""Sample-ratio mismatch: whether people came into the variants as they were meant to."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp

import numpy as np
import scipy

from omakase.stats.moments import Numbers

ALARM = 0.001
"""p-value below which the split is not believed, nor anything measured under it."""
CONCENTRATION = 100.0
"""How near to the planned shares a mismatch is expected to be, in people."""


@dataclass(frozen=True, slots=True)
class SampleRatio:
    """The check of a split.

    Attributes:
        p_value: of "the shares are the planned ones".
        alarm: whether it is below the threshold.
        shares: (V,) as they came.
    """

    p_value: float
    alarm: bool
    shares: tuple[float, ...]


def sample_ratio(
    counts: Sequence[float], planned: Sequence[float], *, threshold: float = ALARM
) -> SampleRatio:
    """Chi-square test at one look that was fixed before.

    Args:
        counts: (V,) units a variant.
        planned: (V,) shares or weights, above 0.

    Raises:
        ValueError: shares that do not fit the counts.
    """
    expected = _shares(counts, planned) * sum(counts)
    p_value = float(scipy.stats.chisquare(counts, expected).pvalue) if sum(counts) else 1.0
    return _check(counts, p_value, threshold)


def sample_ratio_sequence(
    counts: Sequence[float], planned: Sequence[float], *, threshold: float = ALARM
) -> SampleRatio:
    """The same at every look: false alarms over all looks together stay below the threshold.

    Paper: Lindon, Malek, "Anytime-Valid Inference for Multinomial Count Data", NeurIPS 2022: the
    likelihood averaged over a Dirichlet prior about the planned shares, over that of the shares.
    The p-value may rise again; the least one so far is valid, too.
    """
    shares = _shares(counts, planned)
    evidence = float(mismatch_evidence(np.asarray(counts, dtype=np.float64)[None], shares)[0])
    return _check(counts, exp(-max(evidence, 0.0)), threshold)


def mismatch_evidence(counts: Numbers, shares: Numbers) -> Numbers:
    """(R,) logarithm of the evidence against (V,) shares, for (R, V) counts."""
    prior, total = CONCENTRATION * shares, counts.sum(axis=1)
    averaged = (scipy.special.gammaln(prior + counts) - scipy.special.gammaln(prior)).sum(axis=1)
    norm = scipy.special.gammaln(CONCENTRATION) - scipy.special.gammaln(CONCENTRATION + total)
    evidence: Numbers = averaged + norm - scipy.special.xlogy(counts, shares).sum(axis=1)
    return evidence


def _shares(counts: Sequence[float], planned: Sequence[float]) -> Numbers:
    weights = np.asarray(planned, dtype=np.float64)
    if len(counts) != len(planned) or not (weights > 0).all():
        raise ValueError(f"shares {list(planned)} do not fit {len(counts)} counts, or are not > 0")
    return weights / weights.sum()


def _check(counts: Sequence[float], p_value: float, threshold: float) -> SampleRatio:
    total = max(sum(counts), 1)
    return SampleRatio(p_value, p_value < threshold, tuple(count / total for count in counts))
