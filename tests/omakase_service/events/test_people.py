"""Events by whom they are: forgotten, merged, taken back, followed by others."""

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from omakase_service.catalog.selectors import known_users
from omakase_service.events.contracts import EventRow, KindIn, KindRule
from omakase_service.events.models import Erasure, Event
from omakase_service.events.replacement import declare_unknown_kinds, replace_events, take_back
from omakase_service.events.selectors import digest_of, kinds
from omakase_service.events.services import (
    declare_kind,
    erase_events,
    merge_session,
    record,
    reset_kind,
    validate,
)
from omakase_service.events.store import withdrawals
from omakase_service.platform.contracts import Person
from omakase_service.platform.exceptions import Invalid

pytestmark = pytest.mark.django_db
START = 1_700_000_000
tabled = hypothesis_settings(
    max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
people = st.lists(
    st.tuples(st.sampled_from(["a", "b", None]), st.sampled_from(["s", "t", None])).filter(any),
    max_size=10,
)


def filled(pairs):
    """The log anew, an event for each user and session."""
    Event.objects.all().delete()
    Event.objects.bulk_create(
        Event(event_id=f"e{n}", user_id=user, session_id=session, item_id=f"i{n % 2}", kind="view",
              time=START + n)
        for n, (user, session) in enumerate(pairs)
    )  # fmt: skip


def left():
    return list(Event.objects.order_by("seq").values_list("user_id", "session_id"))


def row(event_id, user="u", item="i", kind="view", **more):
    return EventRow(event_id, user, item, kind, None, START, **more)


def view(user, item="i", **more):
    return {"user_id": user, "item_id": item, "kind": "view", "time": START} | more


@tabled
@given(pairs=people)
def test_erasure_takes_the_person_and_the_sessions_that_were_theirs_alone(db, pairs):
    filled(pairs)
    named = {session for user, session in pairs if user == "a" and session}
    others = {session for user, session in pairs if user not in ("a", None) and session}
    own = named - others
    erased = erase_events(user_id="a")
    stay = [
        (user, session)
        for user, session in pairs
        if user != "a" and not (user is None and session in own)
    ]
    assert left() == stay
    assert erased.events == len(pairs) - len(stay)
    assert erased.session_ids == tuple(sorted(own))
    row = Erasure.objects.get(pk=erased.number)
    assert row.digest == digest_of("a")
    assert row.sessions == [digest_of(f"session:{session}") for session in sorted(own)]


def test_erasure_of_somebody_unknown_is_remembered_all_the_same():
    erased = erase_events(user_id="nobody")
    assert (erased.events, erased.session_ids) == (0, ())
    assert Erasure.objects.get().digest == digest_of("nobody")


@tabled
@given(pairs=people)
def test_merge_gives_the_events_in_which_nobody_was_known(db, pairs):
    filled(pairs)
    number = merge_session(user_id="c", session_id="s")
    expected = [("c" if pair == (None, "s") else pair[0], pair[1]) for pair in pairs]
    assert left() == expected
    assert number == pairs.count((None, "s"))
    assert known_users(user_ids=["c"]) == {"c"}
    assert merge_session(user_id="d", session_id="s") == 0


def test_take_back_of_one_event_leaves_the_others():
    filled([("a", None), ("a", None), ("b", None)])
    assert take_back(person=Person(user_id="a"), event_id="e0") == 1
    assert list(Event.objects.order_by("seq").values_list("event_id", flat=True)) == ["e1", "e2"]
    assert take_back(person=Person(user_id="a"), event_id="e0") == 0
    assert len(withdrawals()) == 1


def test_take_back_of_an_item_takes_all_that_the_person_did_with_it():
    filled([("a", None), ("a", None), ("a", None), ("b", None)])
    assert take_back(person=Person(user_id="a"), item_id="i0") == 2
    assert list(Event.objects.order_by("seq").values_list("event_id", flat=True)) == ["e1", "e3"]


@pytest.mark.parametrize("person", [Person(user_id="b"), Person(session_id="s")])
def test_take_back_of_the_event_of_somebody_else_takes_none(person):
    filled([("a", None)])
    assert take_back(person=person, event_id="e0") == take_back(person=person, item_id="i0") == 0
    assert Event.objects.count() == 1


def test_take_back_by_a_session_takes_its_own():
    filled([(None, "s"), (None, "t")])
    assert take_back(person=Person(session_id="s"), event_id="e0") == 1
    assert left() == [(None, "t")]


def test_replace_writes_new_rows_in_the_place_of_others():
    filled([("a", None), ("b", None)])
    replace_events(withdrawn=["e0", "never"], rows=[row("n0"), row("n1", "v", session_id="s")])
    ids = list(Event.objects.order_by("seq").values_list("event_id", flat=True))
    assert ids == ["e1", "n0", "n1"]


def test_replace_may_write_the_same_id_anew():
    filled([("a", None)])
    before = Event.objects.get().seq
    replace_events(withdrawn=["e0"], rows=[row("e0", "z")])
    after = Event.objects.get()
    assert (after.user_id, after.event_id) == ("z", "e0")
    assert after.seq != before


def test_replace_of_nothing_by_nothing_changes_nothing():
    filled([("a", None)])
    replace_events(withdrawn=[], rows=[])
    assert left() == [("a", None)]
    assert withdrawals() == []


def test_replace_does_not_write_an_id_that_is_there():
    filled([("a", None)])
    replace_events(withdrawn=[], rows=[row("e0", "z")])
    assert left() == [("a", None)]


def test_unknown_kinds_are_declared_once_in_order():
    assert declare_unknown_kinds(names=["zeta", "view", "alpha", "zeta"]) == ["alpha", "zeta"]
    assert declare_unknown_kinds(names=["zeta", "alpha"]) == []
    assert declare_unknown_kinds(names=[]) == []
    assert kinds()["zeta"].weight == 1.0


@pytest.mark.parametrize(
    ("name", "like"), [("carts", "cart"), ("read", "view"), ("refund_order", None)]
)
def test_unknown_kind_that_means_one_of_ours_counts_like_it(name, like):
    assert declare_unknown_kinds(names=[name]) == [name]
    rules = kinds()
    assert rules[name].facts == (rules[like].facts if like else KindRule(name).facts)


@pytest.mark.parametrize("name", ["glimpsed", "read", "purchased"])
def test_unknown_kind_takes_the_weight_that_is_said_whatever_the_word_means(name):
    declare_unknown_kinds(names=[name], weight=0.0)
    assert kinds()[name].weight == 0.0


@pytest.mark.parametrize("name", ["", "k" * 51, "a\x00b"])
def test_kind_with_a_name_that_no_store_keeps_is_refused(name):
    with pytest.raises(Invalid) as caught:
        declare_kind(name=name, said=KindIn())
    assert str(caught.value) == (
        f"the kind {name[:60]!r}: a name has 1 to 50 characters, and no NUL"
    )
    assert name not in kinds()


@pytest.mark.parametrize("name", ["k" * 50, "한글 이름", "a/b", "🍣"])
def test_kind_with_any_other_name_is_declared(name):
    assert declare_kind(name=name, said=KindIn(weight=3)).weight == 3
    assert kinds()[name].origin == "stored"
    assert reset_kind(name=name)
    assert name not in kinds()
    assert not reset_kind(name=name)


def test_kind_declared_again_keeps_what_is_left_out():
    declare_kind(name="tasted", said=KindIn(weight=3, cap=9, negative=True, takes_back=["cart"]))
    declare_kind(name="tasted", said=KindIn(weight=4))
    rule = kinds()["tasted"]
    assert (rule.weight, rule.cap, rule.negative, rule.takes_back) == (4, 9, True, ("cart",))


def test_kind_of_the_engine_is_as_it_was_once_it_is_reset():
    before = kinds()["purchase"]
    declare_kind(name="purchase", said=KindIn(weight=1, negative=True))
    assert kinds()["purchase"] != before
    reset_kind(name="purchase")
    assert kinds()["purchase"] == before


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"takes_back": ["carts"]}, "takes_back: no kind of event 'carts'; did you mean 'cart'?"),
        ({"lowest": 5, "highest": 5}, "lowest: 5 is not below highest, 5"),
        ({"lowest": 1e9}, "lowest: 1000000000 is not below highest, 1000000000"),
        ({"lowest": 1000000001}, "lowest: 1000000001 is not below highest, 1000000000"),
    ],
)
def test_kind_that_makes_no_sense_is_refused_and_not_kept(said, words):
    with pytest.raises(Invalid) as caught:
        declare_kind(name="tasted", said=KindIn(**said))
    assert str(caught.value) == words
    assert "tasted" not in kinds()


def test_validate_tells_an_unknown_kind_with_the_nearest():
    _, [near] = validate([view("u") | {"kind": "purchas"}], START)
    assert near.errors == [
        {"place": "type", "message": "no kind of event 'purchas'; did you mean 'purchase'?"}
    ]
    _, [far] = validate([view("u") | {"kind": "zzzzzz"}], START)
    assert far.errors[0]["message"] == (
        f"no kind of event 'zzzzzz'; declared: {', '.join(sorted(kinds()))}"
    )


def test_validate_tells_everything_that_is_wrong_with_an_event():
    wrong = view("u") | {"kind": "rating", "value": 9, "time": START + 10**6}
    _, [rejected] = validate([wrong], START)
    assert [error["place"] for error in rejected.errors] == ["value", "time"]
    assert rejected.errors[0]["message"] == (
        "the value 9 is outside 0 to 5, the scale of the kind 'rating'"
    )


@pytest.mark.parametrize(("ahead", "is_taken"), [(60, True), (61, False)])
def test_validate_takes_clocks_that_run_ahead_a_little(settings_with, ahead, is_taken):
    settings_with(events={"future_seconds": 60})
    valid, rejected = validate([view("u", time=START + ahead)], START)
    assert (len(valid), len(rejected)) == (int(is_taken), int(not is_taken))
    if rejected:
        assert rejected[0].errors[0]["message"] == (
            "2023-11-14T22:14:21+00:00 lies in the future: here it is 2023-11-14T22:13:20+00:00, "
            "and at most 60 seconds ahead are taken (events.future_seconds); check the clock and "
            "the time zone of what sends it"
        )


@pytest.mark.parametrize("raw", [None, 7, "event", [], [{}], True])
def test_validate_tells_what_is_no_event_by_its_position(raw):
    valid, rejected = validate([view("u"), raw, view("v")], START)
    assert sorted(valid) == [0, 2]
    assert [each.position for each in rejected] == [1]


@tabled
@given(st.lists(st.sampled_from(["good", "bad", "again"]), max_size=8))
def test_record_any_batch_judges_each_event_alone(db, words):
    Event.objects.all().delete()
    sent = []
    for n, word in enumerate(words):
        event = view("u", event_id="same" if word == "again" else f"e{n}")
        sent.append(event | ({"value": "x"} if word == "bad" else {}))
    report = record(events=sent)
    goods, again = words.count("good"), words.count("again")
    assert report.stored == goods + min(again, 1)
    assert report.known == max(again - 1, 0)
    assert [each.position for each in report.rejected] == [
        n for n, word in enumerate(words) if word == "bad"
    ]
    assert report.event_ids == [
        {"good": f"e{n}", "again": "same", "bad": None}[word] for n, word in enumerate(words)
    ]
    assert Event.objects.count() == report.stored
