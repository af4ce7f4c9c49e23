"""Logged lists as arrays, and what another policy would have brought."""

from collections.abc import Sequence

from omakase.errors import EmptyData
from omakase.experiments.diagnosis import diagnosis
from omakase.experiments.off_policy import PolicyEstimate
from omakase.experiments.replay import PolicyReplay, ReplayedList, replay_estimates
from omakase_service.serving.contracts import Language
from omakase_service.serving.policy_contracts import EstimateOut, ReplayedAnswer


def estimates(answers: Sequence[ReplayedAnswer], language: Language) -> tuple[EstimateOut, ...]:
    """Clicks a place under the policy, by SNIPS and doubly robust.

    Raises:
        EmptyData: there is no answer.
        OutsideSupport: the policy does what the log never did.
    """
    if not answers:
        raise EmptyData(
            "the log holds no lists there; show some first, or name another placement or more days"
        )
    return tuple(_in_words(estimate, language) for estimate in replay_estimates(_replay(answers)))


def _replay(answers: Sequence[ReplayedAnswer]) -> PolicyReplay:
    return PolicyReplay.of_lists(
        [ReplayedList(e.who, e.items, e.probabilities, e.clicked, e.lists) for e in answers]
    )


def _in_words(estimate: PolicyEstimate, language: Language) -> EstimateOut:
    problems = diagnosis(estimate, language)
    return EstimateOut(
        estimator=estimate.estimator,
        mean=estimate.mean,
        low=float(estimate.interval.low),
        high=float(estimate.interval.high),
        effective_size=estimate.effective_size,
        is_trustworthy=problems.is_trustworthy,
        diagnosis=problems.sentences,
    )
