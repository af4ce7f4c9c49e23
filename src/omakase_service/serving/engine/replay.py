"""Logged lists as arrays, and what another policy would have brought."""

from collections.abc import Sequence
from itertools import chain

import numpy as np

from omakase.errors import EmptyData
from omakase.experiments.diagnosis import diagnosis
from omakase.experiments.off_policy import PolicyEstimate
from omakase.experiments.replay import PolicyReplay, replay_estimates
from omakase_service.serving.contracts import EstimateOut, Language, ReplayedAnswer


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
    return tuple(_told(each, language) for each in replay_estimates(_replay(answers)))


def _replay(answers: Sequence[ReplayedAnswer]) -> PolicyReplay:
    listed = chain.from_iterable((each.items, *each.lists) for each in answers)
    numbers = {item: n for n, item in enumerate(dict.fromkeys(chain.from_iterable(listed)))}
    people = {who: n for n, who in enumerate(dict.fromkeys(each.who for each in answers))}
    places = max(len(each.items) for each in answers)
    draws = max(len(each.lists) for each in answers)
    items = np.full((len(answers), places), -1, np.int32)
    rewards, logged = np.zeros(items.shape), np.ones(items.shape)
    replayed = np.full((len(answers), draws, places), -1, np.int32)
    for row, each in enumerate(answers):
        count = len(each.items)
        items[row, :count] = [numbers[item] for item in each.items]
        rewards[row, :count], logged[row, :count] = each.clicked, each.probabilities
        for draw in range(draws):
            shown = each.lists[draw % len(each.lists)][:count]
            replayed[row, draw, : len(shown)] = [numbers[item] for item in shown]
    return PolicyReplay(
        items, rewards, logged, replayed, np.array([people[each.who] for each in answers])
    )


def _told(estimate: PolicyEstimate, language: Language) -> EstimateOut:
    found = diagnosis(estimate, language)
    return EstimateOut(
        estimator=estimate.estimator,
        mean=estimate.mean,
        low=float(estimate.interval.low),
        high=float(estimate.interval.high),
        effective_size=estimate.effective_size,
        is_trustworthy=found.is_trustworthy,
        diagnosis=found.sentences,
    )
