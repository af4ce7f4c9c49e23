"""Talks that somebody has rated."""

import pytest
from tests.omakase.dialog.own_words import rated

from omakase.dialog.talks import RatedTalk, TalkMessage, split_by_person


def test_split_by_person_has_nobody_on_both_sides():
    talks = [*rated(100, "a"), *rated(100, "a")]
    kept, aside = split_by_person(talks, part=2)
    assert len(kept) + len(aside) == 200 and 10 < len(aside) < 80
    assert not {t.person for t in kept} & {t.person for t in aside}


@pytest.mark.parametrize(
    ("satisfaction", "chosen", "worth"),
    [(5, ("i1",), 1.0), (3, ("i1",), 0.0), (1, (), -1.0), (None, ("i1",), 0.5), (None, (), 0.0)],
)
def test_rated_talk_worth_follows_satisfaction_and_choice(satisfaction, chosen, worth):
    talk = RatedTalk("t", "a", (TalkMessage("hello"),), satisfaction, chosen)
    assert talk.worth == worth


def test_rated_talk_rating_without_one_of_its_own_is_the_mean_of_its_answers():
    messages = (TalkMessage("a", (), 5), TalkMessage("b"), TalkMessage("c", (), 2))
    assert RatedTalk("t", "a", messages).rating == 3.5
