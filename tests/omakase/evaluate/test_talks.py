"""The gate for what is learnt from talks."""

import pytest
from tests.omakase.dialog.own_words import ITEMS, by_price, rated, taught

from omakase.dialog.guide import Guide
from omakase.dialog.learning import learn_incremental
from omakase.dialog.talks import RatedTalk, TalkMessage
from omakase.evaluate.talks import LEAST_TALKS, judge_learning, talk_ndcg


@pytest.fixture(scope="module")
def guide():
    return Guide.of(ITEMS, way="words")


def test_judge_learning_promotes_what_other_people_gain_by(guide):
    after = Guide.of(ITEMS, taught(learn_incremental, guide, rated(60, "a")), earlier=guide)
    verdict = judge_learning(guide, after, rated(40, "b"), by_price, seed=0)
    assert verdict.promoted and verdict.after > verdict.before
    same = judge_learning(guide, guide, rated(40, "b"), by_price, seed=0)
    assert not same.promoted and "not surely better" in same.reason


def test_judge_learning_of_what_people_were_discontent_with_does_not_promote(guide):
    after = Guide.of(ITEMS, taught(learn_incremental, guide, rated(60, "a")), earlier=guide)
    assert not judge_learning(guide, after, rated(40, "b", 1), by_price, seed=0).promoted


def test_judge_learning_by_too_few_talks_promotes_nothing_and_says_how_many(guide):
    verdict = judge_learning(guide, guide, rated(3, "b"), by_price, seed=0)
    assert not verdict.promoted
    assert verdict.reason.startswith("3 ") and str(LEAST_TALKS) in verdict.reason


def test_talk_ndcg_is_the_discount_of_the_best_chosen_item(guide):
    talk = RatedTalk("t", "a", (TalkMessage("치킨 먹고 싶어"),), 5, ("i6",))
    assert talk_ndcg(guide, talk, by_price) == pytest.approx(1 / 1.5849625)
