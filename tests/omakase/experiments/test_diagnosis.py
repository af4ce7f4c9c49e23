"""What speaks against an estimate."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

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


@pytest.mark.parametrize("language", ["en", "ko"])
def test_diagnosis_of_a_sound_log_says_how_much_it_tells(language):
    (sentence,) = diagnosis(ips(log(NEAR)), language).sentences
    assert (
        sentence
        == {
            "en": "The log tells enough: 1,000 choices, worth 800 of the policy's own.",
            "ko": "로그가 충분해요: 선택 1,000건이 이 정책 자신의 선택 800건과 같아요.",
        }[language]
    )


@pytest.mark.parametrize(("size", "is_few"), [(99, True), (100, False)])
def test_diagnosis_of_few_choices_begins_below_a_hundred(size, is_few):
    found = diagnosis(ips(log(np.ones(size))))
    assert ("few_choices" in found.problems) is is_few
    if is_few:
        assert found.sentences[0] == ("There are only 99 choices in the log; collect at least 100.")


def test_diagnosis_of_one_choice_that_dominates_says_its_share():
    found = diagnosis(ips(log(ONE)))
    assert found.sentences[-1] == (
        "A single choice counts for 50% of everything. Take SNIPS or switch-DR, or log longer."
    )


def test_diagnosis_of_wrong_probabilities_says_the_mean_weight():
    found = diagnosis(ips(log(2 * NEAR)))
    assert found.sentences[0].startswith("The weights average 2.00 where they should average 1:")


@given(st.lists(st.floats(0, 20), min_size=2, max_size=200), st.sampled_from(["en", "ko"]))
def test_diagnosis_of_any_weights_has_a_sentence_for_each_problem(weights, language):
    found = diagnosis(ips(log(weights)), language)
    assert len(found.sentences) == max(1, len(found.problems))
    assert len(set(found.problems)) == len(found.problems)
    assert not any(set("{}") & set(sentence) for sentence in found.sentences)
