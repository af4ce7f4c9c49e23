"""What a policy would have brought, from the log of another one.

Each estimator takes what was logged (reward, probability) and what the new policy would have done
there. All give a mean reward with an interval; rows of one person may be tied together.
"""

from dataclasses import dataclass
from math import inf, sqrt
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from omakase.errors import EmptyData, OutsideSupport
from omakase.stats.effects import Interval
from omakase.stats.moments import Numbers
from omakase.stats.skewness import cluster_sums, skewed_interval

Estimator = Literal[
    "ips", "snips", "dm", "dr", "switch_dr", "slate_positions", "slate_pseudo_inverse"
]
SUPPORT_TOLERANCE = 0.005
"""Share of the new policy's choices that the log may lack before the estimate is refused."""
SWITCH_AT = 10.0
"""Weight above which switch-DR trusts the model of rewards alone."""


@dataclass(frozen=True)
class PolicyLog:
    """n logged choices.

    Attributes:
        rewards: (n,) what came of each.
        logged: (n,) probability with which it was chosen, above 0.
        target: (n,) probability with which the new policy would have chosen the same.
        clusters: (n,) whose choice it was; None takes each for itself.
        unsupported: share of the new policy's probability, over the logged contexts, on choices
            whose logged probability is 0.
    """

    rewards: Numbers
    logged: Numbers
    target: Numbers
    clusters: NDArray[np.int64] | None = None
    unsupported: float = 0.0

    def __post_init__(self) -> None:
        if not len(self.rewards):
            raise EmptyData("the log holds no choices; nothing can be estimated from it")
        if not (len(self.rewards) == len(self.logged) == len(self.target)):
            raise ValueError("rewards and probabilities are of different length")
        if not ((self.logged > 0) & (self.logged <= 1)).all():
            raise ValueError("a logged probability is not above 0 and at most 1")

    @property
    def weights(self) -> Numbers:
        """(n,) target / logged"""
        return self.target / self.logged


@dataclass(frozen=True)
class SlateLog:
    """n logged lists of K positions.

    Attributes:
        rewards: (n, K) what came of each position (clicks); 0 where there was none.
        logged: (n, K) probability that this item came to this position; 1 where there was none.
        target: (n, K) the same under the new policy; 1 where there was none.
        clusters, unsupported: as in `PolicyLog`.
    """

    rewards: Numbers
    logged: Numbers
    target: Numbers
    clusters: NDArray[np.int64] | None = None
    unsupported: float = 0.0

    def __post_init__(self) -> None:
        if not self.rewards.size:
            raise EmptyData("the log holds no lists; nothing can be estimated from it")
        if not (self.rewards.shape == self.logged.shape == self.target.shape):
            raise ValueError("rewards and probabilities are of different shape")
        if not ((self.logged > 0) & (self.logged <= 1)).all():
            raise ValueError("a logged probability is not above 0 and at most 1")


@dataclass(frozen=True, slots=True)
class PolicyEstimate:
    """What a policy would have brought.

    Attributes:
        estimator: its name.
        mean: reward a choice (a list, of slates).
        standard_error: of the mean.
        interval: of the mean.
        effective_size: choices of the new policy's own that would tell as much.
        size: logged choices.
        largest_weight: of one logged choice.
        mean_weight: about 1 where the logged probabilities are true.
        mean_weight_error: its standard error.
    """

    estimator: Estimator
    mean: float
    standard_error: float
    interval: Interval
    effective_size: float
    size: int
    largest_weight: float
    mean_weight: float
    mean_weight_error: float


def ips(log: PolicyLog, *, level: float = 0.95) -> PolicyEstimate:
    """Inverse propensity: unbiased where the logged probabilities are true.

    Raises:
        OutsideSupport: the policy does what the log never did.
    """
    weights = _support(log)
    terms = weights * log.rewards
    return _estimate("ips", terms, terms.mean(), weights, log.clusters, level)


def snips(log: PolicyLog, *, level: float = 0.95) -> PolicyEstimate:
    """Self-normalised: a ratio of means; a little bias, much less variance.

    Paper: Swaminathan, Joachims, "The Self-Normalized Estimator for Counterfactual Learning",
    NeurIPS 2015.

    Raises:
        OutsideSupport: the policy does what the log never did.
    """
    weights = _support(log)
    total = weights.mean()
    if not total:
        raise OutsideSupport(1.0)
    mean = float((weights * log.rewards).mean() / total)
    terms = mean + weights * (log.rewards - mean) / total
    return _estimate("snips", terms, mean, weights, log.clusters, level)


def direct(log: PolicyLog, predicted: Numbers, *, level: float = 0.95) -> PolicyEstimate:
    """Direct method: what a model of rewards says of the new policy's choices, weights unused.

    Its interval knows nothing of the model's own errors.

    Args:
        predicted: (n,) the model's expected reward under the new policy in each context.
    """
    return _estimate("dm", predicted, predicted.mean(), log.weights, log.clusters, level)


def doubly_robust(
    log: PolicyLog, predicted: Numbers, predicted_logged: Numbers, *, level: float = 0.95
) -> PolicyEstimate:
    """The model, mended by weighted errors where the log shows them.

    Paper: Dudik, Langford, Li, "Doubly Robust Policy Evaluation and Learning", ICML 2011.

    Args:
        predicted: as in `direct`. The model must not have learnt from these rows (cross-fit it).
        predicted_logged: (n,) the model's expected reward of what was logged.

    Raises:
        OutsideSupport: the policy does what the log never did.
    """
    weights = _support(log)
    terms = predicted + weights * (log.rewards - predicted_logged)
    return _estimate("dr", terms, terms.mean(), weights, log.clusters, level)


def switch_doubly_robust(
    log: PolicyLog,
    predicted: Numbers,
    predicted_logged: Numbers,
    *,
    switch_at: float = SWITCH_AT,
    level: float = 0.95,
) -> PolicyEstimate:
    """Doubly robust, but above a weight the model alone: a bounded variance for some bias.

    Paper: Wang, Agarwal, Dudik, "Optimal and Adaptive Off-policy Evaluation in Contextual Bandits",
    ICML 2017.

    Raises:
        OutsideSupport: the policy does what the log never did.
    """
    weights = _support(log)
    used = np.where(weights <= switch_at, weights, 0.0)
    terms = predicted + used * (log.rewards - predicted_logged)
    return _estimate("switch_dr", terms, terms.mean(), used, log.clusters, level)


def slate_by_position(log: SlateLog, *, level: float = 0.95) -> PolicyEstimate:
    """Reward of a list as the sum of its positions', each weighed by itself.

    Right where what comes of an item depends on it and its position alone.
    Paper: Li, Abbasi-Yadkori, Kveton, et al., "Offline Evaluation of Ranking Policies with Click
    Models", KDD 2018.

    Raises:
        OutsideSupport: the policy does what the log never did.
    """
    weights = _slate_weights(log)
    terms = (weights * log.rewards).sum(axis=1)
    share = weights.mean(axis=1)
    return _estimate("slate_positions", terms, terms.mean(), share, log.clusters, level)


def slate_pseudo_inverse(log: SlateLog, *, level: float = 0.95) -> PolicyEstimate:
    """Reward of a list as a whole (the sum of a row), as if its items added up to it.

    Right where positions were drawn independently and the reward is a sum over them, though only
    the whole is seen.
    Paper: Swaminathan et al., "Off-policy evaluation for slate recommendation", NeurIPS 2017, in
    the form for logs that draw each position by itself.

    Raises:
        OutsideSupport: the policy does what the log never did.
    """
    weights = _slate_weights(log)
    used = weights.sum(axis=1) - weights.shape[1] + 1
    terms = used * log.rewards.sum(axis=1)
    return _estimate("slate_pseudo_inverse", terms, terms.mean(), used, log.clusters, level)


def unsupported_share(logged: Numbers, target: Numbers) -> float:
    """Share of the new policy's probability on what the logged one never does.

    Args:
        logged, target: (contexts, choices) probabilities; rows add up to 1.
    """
    return float(target[logged <= 0].sum() / max(target.sum(), 1e-12))


def _support(log: PolicyLog) -> Numbers:
    if log.unsupported > SUPPORT_TOLERANCE:
        raise OutsideSupport(log.unsupported)
    return log.weights


def _slate_weights(log: SlateLog) -> Numbers:
    if log.unsupported > SUPPORT_TOLERANCE:
        raise OutsideSupport(log.unsupported)
    return log.target / log.logged


def _estimate(
    estimator: Estimator,
    terms: Numbers,
    mean: float,
    weights: Numbers,
    clusters: NDArray[np.int64] | None,
    level: float,
) -> PolicyEstimate:
    gaps = _sum_by_cluster(terms - mean, clusters)
    squares = float((weights**2).sum())
    return PolicyEstimate(
        estimator=estimator,
        mean=float(mean),
        standard_error=_error(gaps),
        interval=skewed_interval(float(mean), gaps, level),
        effective_size=float(weights.sum()) ** 2 / squares if squares else 0.0,
        size=len(weights),
        largest_weight=float(weights.max()),
        mean_weight=float(weights.mean()),
        mean_weight_error=_error(_sum_by_cluster(weights - weights.mean(), clusters)),
    )


def _sum_by_cluster(gaps: Numbers, clusters: NDArray[np.int64] | None) -> Numbers:
    return gaps if clusters is None else cluster_sums(gaps, clusters)


def _error(gaps: Numbers) -> float:
    """Standard error of a mean of independent terms."""
    count = len(gaps)
    return sqrt(float((gaps**2).sum()) / (count - 1) / count) if count > 1 else inf
