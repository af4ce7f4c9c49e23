"""Conversations as they are kept: of one person, turn by turn, rated, exported and erased."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from omakase_service.chat import selectors
from omakase_service.chat.contracts import ChatMessage, ChatReply, HeardMessage
from omakase_service.chat.models import Conversation, Turn
from omakase_service.chat.services.quality import talk_weeks
from omakase_service.chat.services.transcripts import (
    erase_conversations,
    record_satisfaction,
    save_turn,
)
from omakase_service.platform.exceptions import NotFound

pytestmark = pytest.mark.django_db
HEARD = HeardMessage("list", 0.9, "ko", (("why", 0.1),), (), "item.price < 9", "찌개", ())
ADA = {"user_id": "ada", "session_id": None}


def reply(key: str = "c1", **more) -> ChatReply:
    fields = {
        "understanding": HEARD, "applied": (), "dropped": (), "impossible": (),
        "recommendation": None, "answer": "네", "written_by": "template", **more,
    }  # fmt: skip
    return ChatReply(conversation_id=key, turn=1, **fields)


def said(message: str = "찌개", conversation_id: str = "", **who) -> ChatMessage:
    return ChatMessage(message, conversation_id=conversation_id, **{**ADA, **who})


def begun(key: str = "c1", **who) -> None:
    assert save_turn(said=said(**who), reply=reply(key), state={"a": 1}, shown=[]) == 1


def went_on(key: str = "c1", message: str = "더 싼 곳", **who) -> int:
    shown = [{"item_id": "r1", "reason": ""}]
    return save_turn(said=said(message, key, **who), reply=reply(key), state={"a": 2}, shown=shown)


def content(key: str = "c1", satisfaction: int | None = None, chosen=(), turn=None, **who) -> None:
    person = {**ADA, **who}
    record_satisfaction(
        conversation_id=key, satisfaction=satisfaction, chosen=chosen, turn=turn, **person
    )


# Turn by turn


def test_save_turn_numbers_turns_of_each_conversation_from_one():
    begun("c1")
    begun("c2", user_id="bob")
    assert [went_on("c1"), went_on("c1"), went_on("c2", user_id="bob")] == [2, 3, 2]


def test_save_turn_keeps_where_the_conversation_stands():
    begun()
    went_on()
    stored = selectors.conversation_of(conversation_id="c1", **ADA)
    assert (stored.state, stored.turns) == ({"a": 2}, 2)
    assert stored.shown == [{"item_id": "r1", "reason": ""}]
    assert (stored.user_id, stored.session_id) == ("ada", "")


def test_save_turn_keeps_what_was_said_understood_and_answered():
    begun()
    turn = Turn.objects.get()
    assert (turn.message, turn.answer, turn.intent, turn.confidence) == ("찌개", "네", "list", 0.9)
    assert turn.understanding["filter"] == "item.price < 9"
    assert turn.understanding["alternatives"] == [["why", 0.1]]
    assert (turn.items, turn.request_id, turn.written_by) == ([], "", "template")


def test_save_turn_of_an_erased_conversation_does_not_bring_it_back():
    begun()
    erase_conversations("ada", [])
    with pytest.raises(NotFound) as refused:
        went_on()
    assert str(refused.value) == "no conversation 'c1' of this person"
    assert not Turn.objects.exists()
    assert not Conversation.objects.exists()


# Whose it is


@pytest.mark.parametrize(
    "who",
    [
        {"user_id": "bob", "session_id": None},
        {"user_id": None, "session_id": None},
        {"user_id": "ada", "session_id": "s"},
        {"user_id": None, "session_id": "ada"},
        {"user_id": "ADA", "session_id": None},
    ],
)
def test_conversation_of_somebody_else_is_not_found(who):
    begun()
    with pytest.raises(NotFound) as refused:
        selectors.conversation_of(conversation_id="c1", **who)
    assert str(refused.value) == "no conversation 'c1' of this person"
    with pytest.raises(NotFound):
        content(satisfaction=5, **who)


@pytest.mark.parametrize(
    "who",
    [
        {"user_id": "ada", "session_id": None},
        {"user_id": None, "session_id": "s"},
        {"user_id": "ada", "session_id": "s"},
        {"user_id": None, "session_id": None},
    ],
)
def test_conversation_of_its_person_is_found(who):
    begun(**who)
    assert selectors.conversation_of(conversation_id="c1", **who).turns == 1


def test_transcript_is_of_whoever_it_is():
    begun()
    went_on()
    card, turns = selectors.transcript(conversation_id="c1")
    assert (card.user_id, card.turns, card.satisfaction, card.chosen) == ("ada", 2, None, [])
    assert [(turn.number, turn.message) for turn in turns] == [(1, "찌개"), (2, "더 싼 곳")]


def test_transcript_of_no_conversation_is_not_found():
    with pytest.raises(NotFound) as refused:
        selectors.transcript(conversation_id="no")
    assert str(refused.value) == "no conversation 'no'"


def test_recent_conversations_are_those_that_somebody_spoke_in_last(django_assert_num_queries):
    for key in ("c1", "c2", "c3"):
        begun(key)
    went_on("c1")
    with django_assert_num_queries(2):
        cards = selectors.recent_conversations()
    assert [(card.conversation_id, card.turns) for card in cards] == [
        ("c1", 2),
        ("c3", 1),
        ("c2", 1),
    ]
    assert [card.conversation_id for card in selectors.recent_conversations(limit=1)] == ["c1"]


# How content they were


def test_satisfaction_last_word_counts_and_choices_stay():
    begun()
    content(satisfaction=2, chosen=["r1", "r2"])
    content(satisfaction=5)
    card, _ = selectors.transcript(conversation_id="c1")
    assert (card.satisfaction, card.chosen) == (5, ["r1", "r2"])
    content(chosen=["r3"])
    card, _ = selectors.transcript(conversation_id="c1")
    assert (card.satisfaction, card.chosen) == (5, ["r3"])


def test_satisfaction_of_a_turn_is_of_that_turn_alone():
    begun()
    went_on()
    content(satisfaction=4, turn=2, chosen=["r1"])
    card, _ = selectors.transcript(conversation_id="c1")
    assert (card.satisfaction, card.chosen) == (None, ["r1"])
    numbers = dict(Turn.objects.values_list("number", "satisfaction"))
    assert numbers == {1: None, 2: 4}


@pytest.mark.parametrize("satisfaction", [None, 3])
def test_satisfaction_of_a_turn_that_there_is_not_is_refused(satisfaction):
    begun()
    begun("c2")
    went_on("c2")
    with pytest.raises(NotFound) as refused:
        content(satisfaction=satisfaction, turn=2)
    assert str(refused.value) == "conversation 'c1' has no turn 2"


def test_talks_rated_since_a_moment_count_those_that_were_rated_after_it():
    begun("c1")
    begun("c2")
    begun("c3")
    Conversation.objects.update(changed=datetime(2026, 1, 1, tzinfo=UTC))
    learnt = datetime.now(UTC)
    content("c1", satisfaction=4)
    content("c2", chosen=["r1"])
    assert selectors.talks_rated_since(learnt) == 2
    assert selectors.talks_rated_since(None) == 2
    assert selectors.talks_rated_since(datetime.now(UTC) + timedelta(days=1)) == 0


def test_talks_rated_since_count_a_talk_of_which_answers_were_rated_once():
    begun()
    went_on()
    before = datetime.now(UTC) - timedelta(days=1)
    content(satisfaction=4, turn=1)
    content(satisfaction=2, turn=2)
    assert selectors.talks_rated_since(None) == selectors.talks_rated_since(before) == 1
    assert len(selectors.rated_talks()) == 1


def test_rated_talks_are_those_that_say_something_with_their_messages():
    for key in ("c1", "c2", "c3", "c4"):
        begun(key)
    begun("c5", user_id=None, session_id="s")
    content("c1", satisfaction=5)
    content("c2", chosen=["r1", 7])
    content("c3", satisfaction=1, turn=1)
    content("c5", satisfaction=2, user_id=None, session_id="s")
    talks = selectors.rated_talks()
    assert [talk.talk_id for talk in talks] == ["c1", "c2", "c3", "c5"]
    assert [talk.person for talk in talks] == ["ada", "ada", "ada", "session:s"]
    assert talks[1].chosen == ("r1", "7")
    assert [message.satisfaction for message in talks[2].messages] == [1]


# What is counted


@pytest.mark.parametrize(
    ("satisfaction", "chosen", "well"),
    [
        (5, [], 1),
        (4, [], 1),
        (3, [], 0),
        (3, ["r1"], 0),
        (None, ["r1"], 1),
        (None, [], 0),
        (1, ["r1"], 0),
    ],
)
def test_conversation_went_well_where_its_person_was_content(satisfaction, chosen, well):
    begun()
    content(satisfaction=satisfaction, chosen=chosen)
    counts = selectors.conversation_counts(0, 2**33)
    assert counts == {"conversations": 1, "successes": well}


def test_conversation_counts_are_of_those_that_began_in_the_time():
    for key in ("c1", "c2", "c3"):
        begun(key)
    for key, second in (("c1", 99), ("c2", 100), ("c3", 200)):
        began = datetime.fromtimestamp(second, UTC)
        Conversation.objects.filter(pk=key).update(started=began)
    assert selectors.conversation_counts(100, 200)["conversations"] == 1
    assert selectors.conversation_counts(99, 201)["conversations"] == 3
    assert selectors.conversation_counts(300, 400) == {"conversations": 0, "successes": 0}


def test_talk_weeks_without_talks_are_told_too():
    weeks = talk_weeks(3)
    assert [(week.talks, week.rated, week.mean, week.good) for week in weeks] == [
        (0, 0, None, None)
    ] * 3
    assert [week.chosen for week in weeks] == [0.0] * 3
    days = [datetime.fromisoformat(week.monday) for week in weeks]
    assert all(day.weekday() == 0 for day in days)
    assert {later - day for day, later in pairwise(days)} == {timedelta(days=7)}


def test_talk_week_tells_the_share_of_the_rated_and_of_all():
    for number, satisfaction in enumerate((5, 4, 3, None)):
        begun(f"c{number}")
        content(f"c{number}", satisfaction=satisfaction, chosen=["r1"] if number > 1 else [])
    went_on("c0")
    (week,) = talk_weeks(1)
    assert (week.talks, week.rated, week.mean) == (4, 3, 4.0)
    assert week.good == pytest.approx(2 / 3)
    assert (week.chosen, week.messages) == (0.5, 1.25)


# What is theirs


def test_export_of_a_user_has_their_talks_alone_oldest_first():
    begun("c2")
    begun("c1")
    begun("c3", user_id="bob")
    begun("c4", user_id=None, session_id="ada")
    went_on("c2")
    content("c2", satisfaction=4, turn=2)
    exported = selectors.export_conversations("ada")
    assert [talk["conversation_id"] for talk in exported] == ["c2", "c1"]
    assert [turn["message"] for turn in exported[0]["turns"]] == ["찌개", "더 싼 곳"]
    assert [turn["satisfaction"] for turn in exported[0]["turns"]] == [None, 4]
    assert exported[0]["state"] == {"a": 2}
    assert selectors.export_conversations("nobody") == []


def test_erase_takes_talks_of_a_user_and_of_their_sessions():
    begun("c1")
    begun("c2", user_id=None, session_id="s1")
    begun("c3", user_id="bob", session_id="s2")
    begun("c4", user_id=None, session_id=None)
    assert erase_conversations("ada", ["s1"]) == 4  # two talks of a turn each
    assert sorted(Conversation.objects.values_list("pk", flat=True)) == ["c3", "c4"]
    assert erase_conversations("ada", ["s1", ""]) == 0
    assert erase_conversations("nobody", []) == 0
