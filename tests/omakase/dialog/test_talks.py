"""Talks that somebody has rated."""

from zlib import crc32

import pytest
from hypothesis import given
from hypothesis import strategies as st
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


def a_talk(**fields) -> RatedTalk:
    return RatedTalk("t", "p", fields.pop("messages", ()), **fields)


@pytest.mark.parametrize(
    ("satisfaction", "chosen", "is_good"),
    [(5, (), True), (4, (), True), (3, ("a",), False), (1, ("a",), False), (None, ("a",), True),
     (None, (), False)],
)  # fmt: skip
def test_rated_talk_is_good_where_its_person_was_content(satisfaction, chosen, is_good):
    assert a_talk(satisfaction=satisfaction, chosen=chosen).is_good is is_good


@given(st.integers(1, 5))
def test_rated_talk_worth_is_one_less_nothing_or_minus_one_at_the_ends(satisfaction):
    worth = a_talk(satisfaction=satisfaction).worth
    assert worth == {1: -1, 2: -0.5, 3: 0, 4: 0.5, 5: 1}[satisfaction]


@given(st.lists(st.one_of(st.none(), st.integers(1, 5)), max_size=5))
def test_rated_talk_rating_of_answers_is_the_mean_of_those_that_are_rated(ratings):
    talk = a_talk(messages=tuple(TalkMessage("m", (), rating) for rating in ratings))
    rated_ones = [rating for rating in ratings if rating is not None]
    expected = sum(rated_ones) / len(rated_ones) if rated_ones else None
    assert talk.rating == expected
    assert a_talk(messages=talk.messages, satisfaction=2).rating == 2


@pytest.mark.parametrize(
    ("shown", "chosen", "expected"),
    [
        ([("a", "b", "c", "d")], ("a",), ("b", "c")),
        ([("a", "b", "c", "d")], ("d",), ("a", "b")),
        ([("a", "b"), ("b", "c", "e")], ("a",), ("b", "c")),
        ([("a", "b", "c", "d", "e")], ("a", "b"), ("c", "d", "e")),
        ([("a",)], ("a",), ()),
        ([("a", "b")], (), ()),
        ([], ("a",), ()),
        ([("x", "y")], ("a",), ("x", "y")),
        ([("a", "b", "c", "d", "e")], ("a", "a"), ("b", "c")),
    ],
)
def test_rated_talk_not_chosen_are_two_of_those_shown_for_each_that_was(shown, chosen, expected):
    talk = a_talk(messages=tuple(TalkMessage("m", ids) for ids in shown), chosen=chosen)
    assert talk.not_chosen == expected


@given(st.lists(st.text(max_size=3), max_size=20), st.integers(0, 4))
def test_split_by_person_keeps_everybody_once_and_in_order(people, part):
    talks = [RatedTalk(f"t{n}", person, ()) for n, person in enumerate(people)]
    training, aside = split_by_person(talks, part=part)
    assert sorted(t.talk_id for t in (*training, *aside)) == sorted(t.talk_id for t in talks)
    for side in (training, aside):
        numbers = [int(talk.talk_id[1:]) for talk in side]
        assert numbers == sorted(numbers)
    for talk in talks:
        is_aside = crc32((talk.person or talk.talk_id).encode()) % 5 == part
        assert (talk in aside) is is_aside


@given(st.lists(st.text("abc", min_size=1, max_size=3), max_size=20), st.integers(1, 6))
def test_split_by_person_sets_each_person_aside_exactly_once_over_all_parts(people, parts):
    talks = [RatedTalk(f"t{n}", person, ()) for n, person in enumerate(people)]
    asides = [split_by_person(talks, part=part, parts=parts)[1] for part in range(parts)]
    assert sorted(t.talk_id for aside in asides for t in aside) == sorted(t.talk_id for t in talks)
