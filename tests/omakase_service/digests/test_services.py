"""Addresses, turns and outcomes: each written once, and given back where nothing was sent."""

from datetime import timedelta

import pytest
from django.utils import timezone

from omakase_service.catalog.contracts import UserIn
from omakase_service.catalog.selectors import settings_of, user_facts
from omakase_service.catalog.services import upsert_users
from omakase_service.digests.contracts import MailingState, RecipientIn, first_at, following
from omakase_service.digests.models import Mailing, Recipient
from omakase_service.digests.selectors import due_turns, turn_of, user_of_mailing, wants_digests
from omakase_service.digests.services import (
    close_interrupted,
    erase_digests,
    give_back,
    note_outcome,
    postpone,
    record_click,
    remove_recipient,
    switch_mails,
    take_turn,
    upsert_recipients,
)
from omakase_service.events.selectors import event_count, recent_of_user
from omakase_service.platform.exceptions import NotFound

pytestmark = pytest.mark.django_db


def store(*user_ids: str, **fields) -> int:
    return upsert_recipients(
        recipients=[
            RecipientIn(user_id=each, **{"address": f"{each}@x.example", **fields})
            for each in user_ids
        ]
    )


def row(user_id: str = "ada") -> Recipient:
    return Recipient.objects.get(user_id=user_id)


@pytest.fixture
def turn():
    """The turn of somebody who is due since an hour."""

    def make(user_id: str = "ada", **fields):
        store(user_id, **fields)
        Recipient.objects.filter(user_id=user_id).update(
            next_at=timezone.now() - timedelta(hours=1)
        )
        return turn_of(row(user_id))

    return make


def test_upsert_counts_the_new_ones():
    assert store("ada", "bob") == 2
    assert store("ada", "eve") == 1
    assert store("ada") == 0
    assert store() == 0


def test_upsert_of_somebody_twice_at_once_keeps_the_last():
    recipients = [
        RecipientIn(user_id="ada", address="old@x.example"),
        RecipientIn(user_id="ada", address="new@x.example"),
    ]
    assert upsert_recipients(recipients=recipients) == 1
    assert row().address == "new@x.example"


def test_upsert_makes_a_key_of_its_own_for_each_and_keeps_it():
    store("ada", "bob")
    keys = {row("ada").key, row("bob").key}
    assert len(keys) == 2
    store("ada", hour=3)
    assert row().key in keys


def test_upsert_says_nothing_of_what_is_left_out():
    store("ada", hour=3, every_days=30, language="ko", time_zone="Asia/Seoul")
    store("ada")
    stored = row()
    assert (stored.hour, stored.every_days, stored.language, stored.time_zone) == (
        None, None, "", "",
    )  # fmt: skip


@pytest.mark.parametrize(("hour", "zone"), [(0, "UTC"), (23, "Asia/Seoul"), (8, "Europe/Paris")])
def test_first_digest_is_due_at_the_next_hour_of_the_person(hour, zone):
    before = timezone.now()
    store("ada", hour=hour, time_zone=zone)
    due = row().next_at
    assert due in (first_at(hour, zone, before), first_at(hour, zone, timezone.now()))
    assert before <= due <= before + timedelta(hours=25)


def test_change_of_an_address_brings_no_digest_sooner_than_it_may_come():
    store("ada", every_days=7, hour=8, time_zone="UTC")
    last = timezone.now() - timedelta(days=2)
    Recipient.objects.update(last_at=last)
    store("ada", every_days=7, hour=8, time_zone="UTC", address="new@x.example")
    assert row().next_at == following(last, 7, 8, "UTC")


def test_change_long_after_the_last_digest_brings_the_next_at_the_next_hour():
    store("ada", hour=8, time_zone="UTC")
    Recipient.objects.update(last_at=timezone.now() - timedelta(days=100))
    before = timezone.now()
    store("ada", hour=8, time_zone="UTC")
    assert row().next_at in (first_at(8, "UTC", before), first_at(8, "UTC", timezone.now()))


def test_change_of_an_address_that_was_given_up_begins_anew():
    store("ada")
    Recipient.objects.update(next_at=None, refusals=3)
    store("ada", address="new@x.example")
    assert (row().refusals, row().next_at is None) == (0, False)


def test_remove_forgets_the_address_alone():
    store("ada", "bob")
    remove_recipient(user_id="ada")
    assert [each.user_id for each in Recipient.objects.all()] == ["bob"]
    with pytest.raises(NotFound, match="no address of 'ada'"):
        remove_recipient(user_id="ada")


def test_erase_takes_the_address_and_what_was_sent():
    store("ada", "bob")
    for n, user_id in enumerate(("ada", "ada", "bob")):
        Mailing.objects.create(
            request_id=str(n), user_id=user_id, state="sent", created=timezone.now()
        )
    assert erase_digests("ada", []) == 3
    assert erase_digests("ada", []) == 0
    assert [each.user_id for each in Mailing.objects.all()] == ["bob"]


@pytest.mark.parametrize("on", [True, False])
def test_switch_turns_the_mails_of_who_has_the_key(on):
    upsert_users(users=[UserIn(user_id="ada", emails_on=not on)])
    store("ada")
    assert switch_mails(key=row().key, on=on)
    assert settings_of(user_id="ada").emails_on is on


def test_switch_leaves_all_else_of_a_person():
    upsert_users(users=[UserIn(user_id="ada", gender="F", recommendations_on=False, diversity=0.4)])
    store("ada")
    switch_mails(key=row().key, on=False)
    kept = settings_of(user_id="ada")
    assert (kept.recommendations_on, kept.diversity) == (False, 0.4)
    assert (user_facts(user_id="ada") or {})["gender"] == "F"


def test_switch_of_a_key_that_nobody_has_makes_nobody():
    assert not switch_mails(key="nobody", on=False)
    assert user_facts(user_id="nobody") is None


@pytest.mark.parametrize(
    ("emails", "recommendations", "wants"),
    [(True, True, True), (False, True, False), (True, False, False), (False, False, False)],
)
def test_digests_are_wanted_where_mails_and_recommendations_are(emails, recommendations, wants):
    upsert_users(
        users=[UserIn(user_id="ada", emails_on=emails, recommendations_on=recommendations)]
    )
    assert wants_digests(user_id="ada") is wants


def test_turn_that_is_taken_is_written_down_before_it_is_sent(turn):
    own, now = turn(hour=8, time_zone="UTC", every_days=3), timezone.now()
    assert take_turn(own, request_id="r1", now=now)
    mailing = Mailing.objects.get()
    assert (mailing.request_id, mailing.user_id, mailing.state) == ("r1", "ada", "sending")
    assert row().last_at == now
    assert row().next_at == following(now, 3, 8, "UTC")


def test_turn_of_who_is_not_due_any_more_is_not_taken(turn):
    own = turn()
    Recipient.objects.update(next_at=timezone.now() + timedelta(days=1))
    assert not take_turn(own, request_id="r1", now=timezone.now())
    assert not Mailing.objects.exists()


def test_turn_of_who_was_forgotten_is_not_taken(turn):
    own = turn()
    erase_digests("ada", [])
    assert not take_turn(own, request_id="r1", now=timezone.now())
    assert not Mailing.objects.exists()


def test_turn_that_is_given_back_is_due_as_it_was(turn):
    own = turn()
    take_turn(own, request_id="r1", now=timezone.now())
    give_back(own, request_id="r1")
    assert not Mailing.objects.exists()
    assert turn_of(row()) == own
    assert take_turn(own, request_id="r2", now=timezone.now())


def test_postponed_turn_is_due_at_the_next_hour_of_the_person(turn):
    own, now = turn(hour=8, time_zone="Asia/Seoul"), timezone.now()
    postpone(own, now=now)
    assert row().next_at == first_at(8, "Asia/Seoul", now)
    assert row().last_at is None


def test_postponed_turn_that_another_took_stays_taken(turn):
    own, now = turn(), timezone.now()
    take_turn(own, request_id="r1", now=now)
    taken = row().next_at
    postpone(own, now=now)
    assert row().next_at == taken


@pytest.mark.parametrize("state", [MailingState.SENT, MailingState.UNCONFIRMED])
def test_outcome_that_is_no_refusal_ends_the_row_of_refusals(turn, state):
    own = turn()
    take_turn(own, request_id="r1", now=timezone.now())
    Recipient.objects.update(refusals=2)
    note_outcome(own, request_id="r1", state=state, note="fine")
    assert (Mailing.objects.get().state, Mailing.objects.get().note) == (state.value, "fine")
    assert row().refusals == 0


@pytest.mark.parametrize(("refusals", "is_given_up"), [(0, False), (1, False), (2, True)])
def test_refusals_in_a_row_are_the_last_when_there_are_enough(
    turn, settings_with, refusals, is_given_up
):
    settings_with(digests={"most_refusals": 3})
    own = turn()
    take_turn(own, request_id="r1", now=timezone.now())
    Recipient.objects.update(refusals=refusals)
    note_outcome(own, request_id="r1", state=MailingState.REFUSED, note="no such user")
    assert row().refusals == refusals + 1
    assert (row().next_at is None) is is_given_up


def test_outcome_of_who_was_forgotten_meanwhile_makes_nobody(turn):
    own = turn()
    take_turn(own, request_id="r1", now=timezone.now())
    erase_digests("ada", [])
    note_outcome(own, request_id="r1", state=MailingState.REFUSED, note="no such user")
    assert not Recipient.objects.exists()
    assert not Mailing.objects.exists()


def test_note_of_an_outcome_is_cut(turn):
    own = turn()
    take_turn(own, request_id="r1", now=timezone.now())
    note_outcome(own, request_id="r1", state=MailingState.REFUSED, note="x" * 900)
    assert Mailing.objects.get().note == "x" * 500


def test_interrupted_digests_are_those_that_were_being_sent():
    for state in MailingState:
        Mailing.objects.create(
            request_id=state.value, user_id="ada", state=state, created=timezone.now()
        )
    assert close_interrupted() == 1
    assert close_interrupted() == 0
    states = dict(Mailing.objects.values_list("request_id", "state"))
    assert states == {"sending": "unconfirmed", "sent": "sent", "refused": "refused",
                      "unconfirmed": "unconfirmed"}  # fmt: skip
    assert Mailing.objects.get(request_id="sending").note == "its sender died while it was sent"


@pytest.fixture
def mailing(tribes):
    """A digest that u00 got."""
    Mailing.objects.create(request_id="r1", user_id="u00", state="sent", created=timezone.now())
    return "r1"


def test_click_is_an_event_of_who_got_the_digest(mailing):
    assert record_click(request_id=mailing, item_id="i03")
    newest = recent_of_user(user_id="u00", limit=1)[0]
    assert (newest.item_id, newest.kind) == ("i03", "click")


def test_click_counts_once_for_each_item_of_each_digest(mailing):
    Mailing.objects.create(request_id="r2", user_id="u00", state="sent", created=timezone.now())
    before = event_count()
    clicks = [("r1", "i03"), ("r1", "i03"), ("r1", "i05"), ("r2", "i03")]
    stored = [record_click(request_id=request, item_id=item) for request, item in clicks]
    assert stored == [True, False, True, True]
    assert event_count() == before + 3


@pytest.mark.parametrize("request_id", ["", "preview", "nobody"])
def test_click_of_no_digest_is_no_event(mailing, request_id):
    before = event_count()
    assert not record_click(request_id=request_id, item_id="i03")
    assert event_count() == before


def test_click_on_an_item_that_is_gone_makes_none_anew(mailing):
    from omakase_service.catalog.selectors import known_items

    record_click(request_id=mailing, item_id="bygone")
    assert known_items(item_ids=["bygone"]) == set()


def test_click_is_of_the_kind_that_the_settings_count_as_one(mailing, settings_with):
    settings_with(answers={"clicks": ["view"]})
    record_click(request_id=mailing, item_id="i03")
    assert recent_of_user(user_id="u00", limit=1)[0].kind == "view"


def test_due_are_those_whose_time_has_come_and_who_wait_longest_first():
    store("a", "b", "c", "d")
    now = timezone.now()
    for user_id, hours in (("a", 1), ("b", 3), ("c", -1)):
        Recipient.objects.filter(user_id=user_id).update(next_at=now - timedelta(hours=hours))
    Recipient.objects.filter(user_id="d").update(next_at=None)
    assert [each.user_id for each in due_turns(until=now)] == ["b", "a"]


def test_due_turns_leave_out_who_was_forgotten_since_they_were_counted(monkeypatch):
    from omakase_service.digests import selectors

    monkeypatch.setattr(selectors, "PART", 1)
    store("a", "b", "c")
    now = timezone.now()
    Recipient.objects.update(next_at=now)
    turns = due_turns(until=now)
    assert next(turns).user_id == "a"
    remove_recipient(user_id="b")
    assert [each.user_id for each in turns] == ["c"]


def test_turn_takes_from_the_settings_what_the_person_does_not_say(settings_with):
    settings_with(
        digests={"hour": 6, "every_days": 9, "time_zone": "Asia/Seoul"}, web={"language": "ko"}
    )
    store("ada")
    own = turn_of(row())
    assert (own.hour, own.every_days, own.zone, own.language) == (6, 9, "Asia/Seoul", "ko")


def test_turn_takes_what_the_person_says_before_the_settings(settings_with):
    settings_with(
        digests={"hour": 6, "every_days": 9, "time_zone": "Asia/Seoul"}, web={"language": "ko"}
    )
    store("ada", hour=0, every_days=1, time_zone="UTC", language="en")
    own = turn_of(row())
    assert (own.hour, own.every_days, own.zone, own.language) == (0, 1, "UTC", "en")


def test_mailing_names_who_got_it(mailing):
    assert user_of_mailing(request_id=mailing) == "u00"
    assert user_of_mailing(request_id="nobody") is None
