"""What is asked of a version: contexts, what is kept out, cards, and what changed last."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from omakase_service.catalog.contracts import Preferences
from omakase_service.events.contracts import HistoryEvent
from omakase_service.online_store.contracts import past_bytes, split_profile
from omakase_service.serving.contracts import LazyEvents, RequestContext
from omakase_service.serving.engine import MOST_CHANGED, EngineRequest, kept_out
from omakase_service.serving.engine.cards import card_of, facts_of, newest_rows
from omakase_service.serving.engine.contracts import rules_of
from omakase_service.serving.engine.fresh import HALF_LIFE_SECONDS, RecentChoices
from omakase_service.serving.user_state import user_state_bytes
from omakase_settings import Placement

DAY = 86_400
NOW = 100 * DAY
SEEN = st.lists(
    st.tuples(st.sampled_from("abcdef"), st.sampled_from([-1.0, 1.0]), st.integers(0, NOW)),
    max_size=8,
)


# What must not come again


@given(SEEN, st.sets(st.sampled_from("abcxyz")))
def test_kept_out_for_ever_is_all_that_was_seen(seen, refused):
    found = kept_out(seen, refused, Placement(), NOW)
    assert set(found) == {item_id for item_id, _, _ in seen}


@given(SEEN, st.sets(st.sampled_from("abcxyz")), st.integers(1, 120))
def test_kept_out_for_some_days_is_what_was_seen_since_and_what_was_refused(seen, refused, days):
    found = kept_out(seen, refused, Placement(seen_days=days), NOW)
    recent = {item_id for item_id, _, time in seen if NOW - time <= days * DAY}
    assert set(found) == recent | refused


def test_kept_out_item_of_exactly_so_many_days_ago_is_out_still():
    place = Placement(seen_days=1)
    assert set(kept_out([("a", 1.0, NOW - DAY)], (), place, NOW)) == {"a"}
    assert set(kept_out([("a", 1.0, NOW - DAY - 1)], (), place, NOW)) == set()


# In a word, and where


@pytest.mark.parametrize(
    ("asked", "word"),
    [
        ({}, ""),
        ({"place": "home"}, "home"),
        ({"path": "few", "place": "home"}, "few"),
        ({"model": "ease", "path": "few", "place": "home"}, "ease"),
        ({"strategy": "auto", "model": "ease", "path": "few", "place": "home"}, "auto"),
    ],
)
def test_algorithm_of_a_request_is_the_most_particular(asked, word):
    assert EngineRequest(n=1, **asked).algorithm == word


def test_engine_context_holds_what_was_told_of_where_and_how():
    told = RequestContext(
        device="phone", page="cart", latitude=0.0, longitude=127.0, budget=9.5, hour=0, weekday=0,
        diet="vegan", mode="precision", attributes={"weather": "rain", "warm": True},
    )  # fmt: skip
    ask = EngineRequest(n=1, context=told, wishes=Preferences(facts={"tier": "gold"}))
    found = ask.engine_context
    assert (found.device, found.page, found.budget) == ("phone", "cart", 9.5)
    assert (found.latitude, found.longitude) == (0.0, 127.0)
    assert found.user == {"tier": "gold"}
    assert found.attributes == {
        "weather": "rain", "warm": True, "hour": 0.0, "weekday": 0.0, "diet": "vegan",
        "mode": "precision", "time_segment": "night",
    }  # fmt: skip


def test_engine_context_of_nothing_told_has_no_words():
    found = EngineRequest(n=1).engine_context
    assert found.attributes == {"diet": None, "mode": None, "time_segment": None}


@pytest.mark.parametrize("name", ["diet", "mode", "time_segment"])
def test_engine_context_owner_s_attribute_does_not_pass_for_a_field(name):
    told = RequestContext(hour=9, diet="vegan", mode="precision", attributes={name: "another"})
    assert EngineRequest(n=1, context=told).engine_context.attributes[name] != "another"


def test_rules_of_a_placement_are_what_it_says_of_items():
    place = Placement(
        filters=("item.price < 3",), boosts=("2",), include=("a",), exclude=("b",), pins={1: "a"}
    )
    found = rules_of(place, {})
    assert tuple(found.filters) == ("item.price < 3",)
    assert (tuple(found.boosts), tuple(found.include)) == (("2",), ("a",))
    assert (tuple(found.exclude), dict(found.pins)) == (("b",), {1: "a"})
    assert set(found.context) == {"time_segment", "mode", "diet"}


# Cards


@pytest.mark.parametrize(
    ("row", "title", "category"),
    [
        ({}, "i1", ""),
        ({"title": "", "category": None}, "i1", ""),
        ({"title": None}, "i1", ""),
        ({"title": "한국", "category": "Film > Comedy"}, "한국", "Film > Comedy"),
        ({"title": 7, "category": ["Film"]}, "i1", ""),
    ],
)
def test_card_of_a_row_says_what_the_row_says(row, title, category):
    card = card_of("i1", row)
    assert (card.item_id, card.title, card.category, card.offered) == ("i1", title, category, True)
    assert (card.price, card.original_price, card.image_url) == (None, None, "")


def test_card_of_a_row_has_its_numbers():
    card = card_of("i1", {"price": 0.0, "stock": 0, "discount_rate": 0.25})
    assert (card.price, card.stock, card.discount_rate) == (0.0, 0, 0.25)


def test_facts_of_cards_are_name_by_name_and_none_without_a_card():
    card = replace(card_of("a", {"title": "A"}), price=0.0)
    assert facts_of([card, None], ["title", "price", "stock"]) == {
        "title": ["A", None],
        "price": [0.0, None],
        "stock": [None, None],
    }
    assert facts_of([], ["title"]) == {"title": []}


def test_newest_rows_have_the_newest_changes_last_and_once():
    before = {"a": {"n": 1}, "b": {"n": 1}}
    found = newest_rows(before, {"a": {"n": 2}, "c": {"n": 1}})
    assert list(found.items()) == [("b", {"n": 1}), ("a", {"n": 2}), ("c", {"n": 1})]
    assert before == {"a": {"n": 1}, "b": {"n": 1}}


def test_newest_rows_beyond_the_most_lose_the_oldest():
    before = {f"o{n}": {} for n in range(MOST_CHANGED)}
    found = newest_rows(before, {"x": {}, "o0": {"n": 2}})
    assert len(found) == MOST_CHANGED
    assert "o1" not in found
    assert list(found)[-2:] == ["x", "o0"]


# Lately


@pytest.mark.parametrize(
    ("times", "trend"),
    [
        ((), 0.0),
        ((NOW,), 1.0),
        ((NOW, NOW), 2.0),
        ((NOW - HALF_LIFE_SECONDS,), 0.5),
        ((NOW - 2 * HALF_LIFE_SECONDS, NOW), 1.25),
    ],
)
def test_trend_of_an_item_counts_people_half_after_each_week(times, trend):
    assert RecentChoices({"a": times}, newest=NOW).trend_of("a") == pytest.approx(trend)
    assert RecentChoices({"a": times}, newest=NOW).trend_of("b") == 0.0


# Somebody's past, as it is at hand

LETTERS = st.text(st.characters(exclude_categories=["Cs"]), max_size=5)
EVENTS = st.lists(
    st.builds(
        HistoryEvent,
        LETTERS,
        st.sampled_from(["view", "purchase", "한"]),
        st.none() | st.floats(allow_nan=False, allow_infinity=False),
        st.integers(0, 2**40),
    ),
    max_size=6,
)


@given(EVENTS)
def test_lazy_events_are_the_events_that_were_written(events):
    lazy = LazyEvents(past_bytes(events))
    assert list(lazy) == events
    assert len(lazy) == len(events)
    assert lazy[-3:] == events[-3:]
    assert [lazy[place] for place in range(len(events))] == events


@given(EVENTS)
def test_lazy_events_can_be_looked_at_twice(events):
    lazy = LazyEvents(past_bytes(events))
    assert list(lazy) == list(lazy)
    assert list(reversed(lazy)) == events[::-1]


@given(EVENTS, st.integers(0, 2**40), st.booleans())
def test_user_state_is_split_into_what_is_said_and_what_was_done(events, erased, on):
    wishes = Preferences(recommendations_on=on, excluded_categories=("Film",), facts={"a": ("x",)})
    about, past = split_profile(user_state_bytes(events, wishes, erased))
    assert list(LazyEvents(past)) == events
    assert b'"erased":%d' % erased in about
