"""Whom a question is of, and what the models are asked then."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from omakase_service.catalog.contracts import Preferences
from omakase_service.events.contracts import HistoryEvent
from omakase_service.events.services import record
from omakase_service.serving import live_version
from omakase_service.serving.contracts import ListRequest, RequestContext, UserState
from omakase_service.serving.placements import save_placement
from omakase_service.serving.routing import (
    asked_of,
    depth,
    length,
    overlaid,
    place_of_list,
    route,
    row_of,
    variant_of_list,
    weigh_events,
)
from omakase_service.serving.user_state import person
from omakase_settings import Placement

NOW = 1_800_000_000

WAYS = [{"model": "ease"}, {"strategy": "auto"}, {"pipeline": {"sources": ["ease"]}}]
REST = st.fixed_dictionaries(
    {},
    optional={
        "diversity": st.sampled_from([0.0, 0.3, 1.0]),
        "filters": st.sampled_from([(), ("item.price < 3",)]),
        "boosts": st.sampled_from([(), ("1 + item.price",)]),
        "exclude": st.sampled_from([(), ("i1",)]),
        "seen_days": st.sampled_from([None, 1, 30]),
        "wishes": st.booleans(),
    },
)


# What a variant says over what holds


@given(REST, REST)
def test_overlaid_variant_says_what_it_says_and_leaves_the_rest(usual, variant):
    found = overlaid(Placement(**usual), Placement(**variant))
    assert found == Placement(**{**usual, **variant})


@given(REST)
def test_overlaid_variant_that_says_nothing_changes_nothing(usual):
    place = Placement(**usual)
    assert overlaid(place, Placement()) is place


@pytest.mark.parametrize("usual", WAYS)
@pytest.mark.parametrize("variant", WAYS)
def test_overlaid_way_to_answer_takes_the_place_of_the_usual(usual, variant):
    found = overlaid(Placement(**usual, diversity=0.5), Placement(**variant))
    told = {name: getattr(found, name) for name in ("model", "strategy", "pipeline")}
    assert {name: way for name, way in told.items() if way} == {
        name: getattr(Placement(**variant), name) for name in variant
    }
    assert found.diversity == 0.5


@pytest.mark.parametrize("usual", WAYS)
def test_overlaid_variant_without_a_way_leaves_the_usual_one(usual):
    found = overlaid(Placement(**usual), Placement(diversity=0.5))
    assert found == Placement(**usual, diversity=0.5)


def test_overlaid_variant_may_take_a_limit_away():
    assert overlaid(Placement(seen_days=3), Placement(seen_days=None)).seen_days is None
    assert overlaid(Placement(exclude=("a",)), Placement(exclude=())).exclude == ()


# How long


def test_length_of_a_list_is_what_is_asked_for_or_the_setting(settings_with):
    made = settings_with(serving={"default_n": 7})
    assert (length(ListRequest(n=3)), length(ListRequest())) == (3, 7)
    assert made.serving.default_n == 7


@pytest.mark.parametrize(
    ("asked", "places"),
    [
        ({"n": 3}, 3),
        ({"n": 3, "offset": 4}, 7),
        ({"n": 3, "depth": 20}, 20),
        ({"n": 30, "depth": 20}, 30),
        ({"n": 3, "offset": 20, "depth": 9}, 23),
        ({}, 5),
        ({"offset": 2}, 7),
        ({"n": 3, "paged": True}, 50),
        ({"n": 60, "paged": True}, 60),
        ({"n": 3, "paged": True, "depth": 70}, 70),
    ],
)
def test_depth_of_a_list_reaches_what_is_shown_and_what_is_held(settings_with, asked, places):
    settings_with(serving={"default_n": 5, "pool": 50})
    assert depth(ListRequest(**asked)) == places


# Who asks


def visitor(*items: str, wishes: Preferences | None = None, **more) -> UserState:
    """Somebody who bought these, one a second."""
    past = [
        HistoryEvent(item_id=item, kind="purchase", value=None, time=1_700_000_000 + at)
        for at, item in enumerate(items)
    ]
    return UserState(past, wishes or Preferences(), **more)


def routed(question: ListRequest, who: UserState):
    return route(live_version.now(), question, who, NOW)


KNOWN = ("i00", "i02", "i04", "i06", "i08", "i10")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("question", "who", "path", "notice"),
    [
        ({}, (), "stranger", "unknown"),
        ({"user_id": "u"}, (), "stranger", "unknown"),
        ({"user_id": "u"}, ("never heard of",), "stranger", "unknown"),
        ({"session_id": "s"}, ("i00",), "session", ""),
        ({"user_id": "u"}, ("i00",), "few", ""),
        ({"user_id": "u"}, KNOWN, "known", ""),
        ({"session_id": "s"}, KNOWN, "known", ""),
        ({"history": KNOWN}, KNOWN, "known", ""),
    ],
)
def test_route_of_the_default_is_by_what_is_known(trained, question, who, path, notice):
    ask, told = routed(ListRequest(n=3, **question), visitor(*who))
    assert (ask.path, told) == (path, notice)
    assert bool(ask.history) is (path != "stranger")


@pytest.mark.django_db
@pytest.mark.parametrize("likes", ["categories", "brands"])
def test_route_of_somebody_who_said_what_they_like_is_by_their_profile(trained, likes):
    wishes = Preferences(facts={likes: ("Even",)})
    ask, notice = routed(ListRequest(user_id="u"), visitor(wishes=wishes))
    assert (ask.path, ask.model, notice) == ("profile", "", "")


@pytest.mark.django_db
@pytest.mark.parametrize("who", [(), ("i00",), KNOWN])
@pytest.mark.parametrize("named", [{}, {"model": "ease"}, {"strategy": "auto"}])
def test_route_where_recommendations_are_off_asks_nothing_of_the_person(trained, who, named):
    off = Preferences(recommendations_on=False, facts={"categories": ("Even",)})
    ask, notice = routed(ListRequest(user_id="u00", **named), visitor(*who, wishes=off))
    assert notice == "recommendations_off"
    assert (ask.user_id, tuple(ask.history), ask.strategy) == ("", (), "")
    assert ask.model == "popular"


@pytest.mark.django_db
@pytest.mark.parametrize("named", [{"model": "ease"}, {"strategy": "auto"}])
def test_route_of_a_named_way_that_knows_nobody_is_what_is_popular(trained, named):
    ask, notice = routed(ListRequest(user_id="u", **named), visitor())
    assert (ask.model, ask.strategy, ask.path, notice) == ("popular", "", "", "unknown")
    ask, notice = routed(ListRequest(user_id="u", **named), visitor("i00"))
    assert {"model": ask.model} == named or {"strategy": ask.strategy} == named
    assert notice == ""


@pytest.mark.django_db
def test_route_by_a_mode_is_the_strategy_that_chooses(trained):
    question = ListRequest(user_id="u", context=RequestContext(mode="exploration"))
    ask, _ = routed(question, visitor(*KNOWN))
    assert (ask.strategy, ask.path) == ("auto", "")


@pytest.mark.django_db
def test_asked_of_the_models_is_the_newest_past_and_all_is_kept_out(trained, settings_with):
    settings_with(serving={"refresh_seconds": 0, "history_events": 2})
    ask, _ = routed(ListRequest(user_id="u"), visitor(*KNOWN))
    assert [item_id for item_id, _, _ in ask.history] == list(KNOWN[-2:])
    assert [item_id for item_id, _, _ in ask.seen] == list(KNOWN)
    assert len(ask.stances) == 2
    assert set(ask.kept_out) == set(KNOWN)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("asked", "wished", "place", "diversity"),
    [
        (0.1, 0.2, 0.3, 0.1),
        (0.0, 0.2, 0.3, 0.0),
        (None, 0.2, 0.3, 0.2),
        (None, 0.0, 0.3, 0.0),
        (None, None, 0.3, 0.3),
        (None, None, None, 0.0),
    ],
)
def test_asked_diversity_is_the_question_s_then_the_person_s_then_the_place_s(
    trained, asked, wished, place, diversity
):
    if place is not None:
        save_placement(name="home", placement=Placement(diversity=place))
    question = ListRequest(user_id="u", placement="home", diversity=asked)
    who = visitor("i00", wishes=Preferences(diversity=wished))
    assert asked_of(live_version.now(), question, who, NOW).diversity == diversity


@pytest.mark.django_db
def test_asked_of_a_question_holds_what_it_says(trained):
    context = RequestContext(device="phone", hour=3)
    question = ListRequest(
        user_id="u", n=4, exclude=("i01",), include=("i02",), filter="item.price < 3",
        context=context, placement="home",
    )  # fmt: skip
    ask = asked_of(live_version.now(), question, visitor("i00"), NOW)
    assert (ask.n, ask.exclude, ask.include, ask.filter) == (
        4,
        ("i01",),
        ("i02",),
        "item.price < 3",
    )
    assert (ask.context, ask.place, ask.now, ask.user_id) == (context, "home", NOW, "u")


@pytest.mark.django_db
def test_row_of_somebody_who_was_forgotten_since_the_training_is_nobody_s(trained):
    state = live_version.now()
    learnt, question = state.live.trained_at, ListRequest(user_id="u00")
    assert row_of(state, question, UserState(erased=0)) == "u00"
    assert row_of(state, question, UserState(erased=learnt - 1)) == "u00"
    assert row_of(state, question, UserState(erased=learnt)) == ""
    assert row_of(state, question, UserState(erased=learnt + 1)) == ""
    assert row_of(state, replace(question, user_id=None), UserState()) == ""


@pytest.mark.django_db
def test_place_of_a_list_is_what_was_saved_for_its_name(trained):
    save_placement(name="home", placement=Placement(diversity=0.5))
    state = live_version.now()
    assert place_of_list(state, ListRequest(placement="home")).diversity == 0.5
    assert place_of_list(state, ListRequest(placement="cart")) == Placement()
    assert place_of_list(state, ListRequest()) == Placement()
    assert variant_of_list(state, ListRequest(placement="home", user_id="u")) is None


@pytest.mark.django_db
def test_weigh_events_is_what_speaks_for_or_against_an_item(trained):
    past = [
        HistoryEvent("i00", "purchase", None, 10),
        HistoryEvent("i01", "impression", None, 20),
        HistoryEvent("i02", "dislike", None, 30),
    ]
    weighed = weigh_events(live_version.now(), past)
    stances = {event[0]: at for event, at in zip(weighed.events, weighed.stances, strict=True)}
    assert stances["i00"] > 0
    assert stances["i02"] < 0
    assert stances.get("i01", 0) == 0
    assert "i02" in set(weighed.refused)


@pytest.mark.django_db
def test_person_of_a_history_is_what_it_says_and_not_what_is_stored(trained):
    record(events=[{"user_id": "u99", "item_id": "i00", "kind": "purchase", "time": 1_700_000_000}])
    stored = person(ListRequest(user_id="u99"), NOW)
    given_ids = person(ListRequest(user_id="u99", history=("i03", "i05")), NOW)
    assert [event.item_id for event in stored.past] == ["i00"]
    assert [event.item_id for event in given_ids.past] == ["i03", "i05"]
    assert [event.item_id for event in person(ListRequest(history=()), NOW).past] == []
    assert list(person(ListRequest(user_id="nobody"), NOW).past) == []
