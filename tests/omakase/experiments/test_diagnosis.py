"""What speaks against an estimate."""

import numpy as np
import pytest

from omakase.experiments.diagnosis import diagnosis
from omakase.experiments.off_policy import PolicyLog, direct, ips


def log(weights, rewards=None):
    weights = np.asarray(weights, dtype=float)
    rewards = np.ones(len(weights)) if rewards is None else rewards
    return PolicyLog(rewards, np.full(len(weights), 0.1), 0.1 * weights)


NEAR = np.tile([0.5, 1.5], 500)
FAR = np.r_[np.full(20, 50.0), np.zeros(980)]
ONE = np.r_[500.0, np.full(999, 0.5)]


@pytest.mark.parametrize("language", ["en", "ko"])
@pytest.mark.parametrize(
    ("weights", "problems"),
    [
        (NEAR, ()),
        (NEAR[:50], ("few_choices", "few_effective")),
        (FAR, ("few_effective",)),
        (2 * NEAR, ("wrong_probabilities",)),
        (ONE, ("few_effective", "one_choice_dominates")),
    ],
)
def test_diagnosis_names_what_is_wrong(weights, problems, language):
    found = diagnosis(ips(log(weights)), language)
    assert found.problems == problems
    assert found.is_trustworthy is (not problems)
    assert len(found.sentences) == max(len(problems), 1)
    assert not any("{" in sentence for sentence in found.sentences)


def test_diagnosis_of_the_direct_method_looks_at_no_weights():
    assert diagnosis(direct(log(FAR), np.ones(1000))).problems == ()


def test_diagnosis_has_figures_in_its_words():
    (sentence,) = diagnosis(ips(log(FAR))).sentences
    assert "1,000 choices are worth only 20" in sentence
