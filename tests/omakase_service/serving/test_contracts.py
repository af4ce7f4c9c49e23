"""Questions and answers as values: what makes two questions one, and what an answer says."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from omakase_service.online_store.contracts import session_key, user_key
from omakase_service.serving.contracts import (
    ListRequest,
    Recommendation,
    RequestContext,
    ResultPage,
)

PAGE = ResultPage((), 0)
QUESTION = ListRequest(user_id="ada", placement="home")


@pytest.mark.parametrize(
    "hour", [*range(24)]
)  # fmt: skip
def test_time_segment_of_every_hour_is_a_part_of_the_day(hour):
    by_hour = 5 * ["night"] + 7 * ["morning"] + 6 * ["afternoon"] + 4 * ["evening"] + 2 * ["night"]
    assert RequestContext(hour=hour).time_segment == by_hour[hour]


def test_time_segment_of_no_hour_is_nothing():
    assert RequestContext().time_segment == ""


@pytest.mark.parametrize(
    ("asked", "who"),
    [
        ({"user_id": "ada"}, user_key("ada")),
        ({"session_id": "s1"}, session_key("s1")),
        ({"user_id": "ada", "session_id": "s1"}, user_key("ada")),
        ({}, ""),
        ({"history": ("a",)}, ""),
    ],
)
def test_who_asks_is_the_user_before_the_session(asked, who):
    assert ListRequest(**asked).who == who


def test_who_of_a_user_and_of_a_session_of_one_name_are_two():
    assert ListRequest(user_id="x").who != ListRequest(session_id="x").who


@pytest.mark.parametrize(
    "same",
    [{"n": 5}, {"offset": 3}, {"depth": 100}, {"refresh": True}, {"n": 1, "offset": 1, "depth": 9}],
)
def test_canonical_bytes_are_the_same_for_other_places_of_one_list(same):
    assert replace(QUESTION, **same).canonical_bytes == QUESTION.canonical_bytes


@pytest.mark.parametrize(
    "other",
    [
        {"user_id": "bob"},
        {"user_id": None},
        {"session_id": "s"},
        {"history": ("a",)},
        {"history": ()},
        {"model": "ease"},
        {"strategy": "auto"},
        {"placement": "cart"},
        {"context": RequestContext(device="mobile")},
        {"context": RequestContext(hour=0)},
        {"context": RequestContext(attributes={"a": 1})},
        {"exclude": ("a",)},
        {"include": ()},
        {"include": ("a",)},
        {"filter": "item.price < 3"},
        {"diversity": 0.0},
        {"explain": True},
        {"language": "ko"},
        {"paged": True},
        {"cursor": "c.1"},
    ],
)
def test_canonical_bytes_differ_where_another_list_is_asked_for(other):
    assert replace(QUESTION, **other).canonical_bytes != QUESTION.canonical_bytes


def test_canonical_bytes_of_equal_questions_are_equal():
    assert replace(QUESTION).canonical_bytes == QUESTION.canonical_bytes


@given(st.lists(st.text(max_size=3), max_size=3), st.lists(st.text(max_size=3), max_size=3))
def test_canonical_bytes_tell_what_is_excluded_from_what_is_included(first, second):
    one = replace(QUESTION, exclude=tuple(first), include=tuple(second))
    other = replace(QUESTION, exclude=tuple(second), include=tuple(first))
    assert (one.canonical_bytes == other.canonical_bytes) == (first == second)


def test_context_values_are_what_was_told():
    asked = replace(QUESTION, context=RequestContext(device="web", budget=9.5, attributes={"a": 1}))
    assert asked.context_values == {"device": "web", "budget": 9.5, "attributes": {"a": 1}}
    assert QUESTION.context_values == {}


@pytest.mark.parametrize(
    "told",
    [
        {"hour": 0},
        {"weekday": 0},
        {"latitude": 0.0},
        {"longitude": 0.0},
        {"budget": 0.0},
    ],
)
def test_context_values_hold_a_nought_that_was_told(told):
    assert replace(QUESTION, context=RequestContext(**told)).context_values == told


@pytest.mark.parametrize(
    ("events", "activity"),
    [(0, "new"), (1, "few"), (4, "few"), (5, "some"), (19, "some"), (20, "active"), (99, "active")],
)
def test_activity_says_in_a_word_how_much_is_known(events, activity):
    assert Recommendation(PAGE, "ease", "v1", events).activity == activity


def test_page_makes_a_thing_of_its_places_once():
    made = []

    def make(page: ResultPage) -> str:
        made.append(page)
        return "made"

    def other(page: ResultPage) -> str:
        return "other"

    page = ResultPage((), 3)
    assert [page.once(make), page.once(make), page.once(other)] == ["made", "made", "other"]
    assert made == [page]


def test_pages_do_not_share_what_is_made_of_them():
    first, second = ResultPage((), 1), ResultPage((), 2)
    assert (first.once(lambda page: page.end), second.once(lambda page: page.end)) == (1, 2)


def test_page_is_equal_whatever_was_made_of_it():
    page = ResultPage((), 1)
    page.once(len_of)
    assert page == ResultPage((), 1)


def len_of(page: ResultPage) -> int:
    return len(page.items)
