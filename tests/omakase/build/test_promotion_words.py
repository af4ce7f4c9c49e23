"""A verdict is said in both languages, with its figures and what broke."""

import json

import pytest

from omakase.build.promotion import Guardrail, PromotionConfig, Verdict, first_verdict
from omakase.build.promotion_words import WORDS, sentences, to_dict
from omakase.evaluate.confidence import Difference


def verdict(mean: float, low: float, high: float, *, promoted: bool = True, **more) -> Verdict:
    gap = Difference(mean, low, high, 0.01)
    return Verdict(promoted, "recipes", "ndcg@10", "better", 300, 0.30, 0.30 + mean, gap, **more)


@pytest.mark.parametrize(
    ("ends", "word"),
    [
        ((0.05, 0.02, 0.08), "Better"),
        ((0.0, -0.1, 0.1), "Within chance"),
        ((-0.1, -0.2, -0.05), "Worse"),
    ],
)
def test_sentences_name_the_finding(ends, word):
    assert sentences(verdict(*ends))[0].startswith(word)


def test_sentences_name_a_broken_guardrail_in_both_languages():
    broken = Guardrail("coverage@10", 0.5, 0.2, 0.375, passed=False)
    kept = verdict(0.05, 0.02, 0.08, promoted=False, guardrails=(broken,))
    for language in ("en", "ko"):
        words = " ".join(sentences(kept, language))
        assert "coverage@10" in words and "0.2000" in words and "0.3750" in words
    assert sentences(kept)[-1].startswith("It stays a candidate")


def test_both_languages_have_the_same_sentences():
    assert WORDS["en"].keys() == WORDS["ko"].keys()


def test_to_dict_is_plain_json():
    plain = to_dict(first_verdict(PromotionConfig()))
    assert json.loads(json.dumps(plain))["promoted"] is True
    assert to_dict(verdict(0.05, 0.02, 0.08))["difference"] == [0.05, 0.02, 0.08]
