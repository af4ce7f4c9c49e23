"""Who is due gets one digest, nobody two, and nobody who switched them off gets any."""

from datetime import timedelta
from smtplib import SMTPDataError, SMTPRecipientsRefused, SMTPServerDisconnected

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.utils import timezone

from omakase_service.catalog.contracts import UserIn
from omakase_service.catalog.services import upsert_users
from omakase_service.digests.models import Mailing, Recipient
from omakase_service.digests.selectors import due_turns
from omakase_service.digests.services import take_turn
from omakase_service.jobs.contracts import JobState
from omakase_service.jobs.selectors import job_by_id
from omakase_service.jobs.services.worker import run_now
from omakase_service.recommendation_log.selectors import answer_by_request

pytestmark = pytest.mark.django_db


def send() -> dict[str, int]:
    return dict(job_by_id(job_id=run_now(kind="send_digests")).result)


def addresses() -> list[str]:
    return sorted(each for message in mail.outbox for each in message.to)


def states() -> list[str]:
    return sorted(Mailing.objects.values_list("state", flat=True))


@pytest.fixture
def fault(monkeypatch):
    """Let the server of mails do something else with the first so many mails."""

    def plant(error: Exception, mails: int = 1, *, taken: bool = False) -> None:
        left, send_messages = [mails], EmailBackend.send_messages

        def faulty(self, messages):
            if not left[0]:
                return send_messages(self, messages)
            left[0] -= 1
            if taken:
                send_messages(self, messages)
            raise error

        monkeypatch.setattr(EmailBackend, "send_messages", faulty)

    return plant


def test_who_is_due_gets_one_and_not_another_until_days_have_passed(digests_with, due):
    due("u00", "u01")
    assert send() == {"sent": 2}
    assert addresses() == ["u00@people.example", "u01@people.example"]
    assert send() == {}
    assert len(mail.outbox) == 2
    row = Recipient.objects.get(user_id="u00")
    assert row.next_at.date() == timezone.now().date() + timedelta(days=7)
    assert row.next_at.hour == 8


def test_without_settings_nothing_is_sent_and_the_job_says_why(trained, due):
    due("u00")
    job = job_by_id(job_id=run_now(kind="send_digests"))
    assert job.state is JobState.SKIPPED
    assert job.note == "digests need digests.sender, digests.site_url, digests.item_url"


@pytest.mark.parametrize("switch", ["emails_on", "recommendations_on"])
def test_who_switched_off_gets_none_and_is_asked_again_tomorrow(digests_with, due, switch):
    upsert_users(users=[UserIn(user_id="u00", **{switch: False})])
    due("u00", "u01")
    assert send() == {"sent": 1, "switched off": 1}
    assert addresses() == ["u01@people.example"]
    upsert_users(users=[UserIn(user_id="u00", **{switch: True})])
    due("u00")
    assert send() == {"sent": 1}


def test_who_switches_off_while_the_list_is_made_gets_none(digests_with, due):
    due("u00")
    (turn,) = due_turns(until=timezone.now())
    upsert_users(users=[UserIn(user_id="u00", emails_on=False)])
    assert not take_turn(turn, request_id="r", now=timezone.now())
    assert states() == []


def test_a_turn_is_taken_once(digests_with, due):
    due("u00")
    (turn,) = due_turns(until=timezone.now())
    taken = [take_turn(turn, request_id=each, now=timezone.now()) for each in ("r", "s")]
    assert taken == [True, False]
    assert states() == ["sending"]


def test_what_was_interrupted_is_not_sent_again(digests_with, due):
    due("u00")
    (turn,) = due_turns(until=timezone.now())
    take_turn(turn, request_id="r", now=timezone.now())
    assert send() == {"unconfirmed": 1}
    assert mail.outbox == []
    assert states() == ["unconfirmed"]


def test_a_digest_that_is_late_waits_for_the_next_day(digests_with, due):
    due("u00", hours=5, hour=3)
    assert send() == {"late": 1}
    following = Recipient.objects.get().next_at
    assert following.hour == 3
    assert timezone.now() < following <= timezone.now() + timedelta(days=1)


def test_a_list_that_is_too_short_is_no_digest(digests_with, due):
    digests_with(fewest_items=30, items=30)
    due("u00")
    assert send() == {"too short": 1}
    assert mail.outbox == []


def test_refused_is_written_down_and_given_up_after_some(digests_with, due, fault):
    digests_with(most_refusals=2)
    gone = SMTPRecipientsRefused({"u00@people.example": (550, b"no such user")})
    fault(gone, 2)
    due("u00")
    assert send() == {"refused": 1}
    Recipient.objects.update(next_at=timezone.now())
    assert send() == {"refused": 1}
    assert Recipient.objects.get().next_at is None
    assert "no such user" in Mailing.objects.first().note
    due("u00")
    assert Recipient.objects.get().refusals == 0
    assert send() == {"sent": 1}


def test_what_the_server_defers_is_sent_by_the_next_run(digests_with, due, fault):
    fault(SMTPDataError(451, b"try again later"))
    due("u00")
    assert send() == {"deferred": 1}
    assert states() == []
    assert Recipient.objects.get().last_at is None
    assert send() == {"sent": 1}


def test_a_line_that_breaks_may_have_sent_it_and_does_not_send_it_again(digests_with, due, fault):
    fault(SMTPServerDisconnected("gone"), taken=True)
    due("u00", "u01")
    assert send() == {"unconfirmed": 1, "sent": 1}
    assert send() == {}
    assert addresses() == ["u00@people.example", "u01@people.example"]


def test_a_server_that_is_away_fails_the_job_and_takes_no_turn(digests_with, due, monkeypatch):
    def refuse(self):
        raise ConnectionRefusedError("nobody listens")

    due("u00")
    with monkeypatch.context() as planted, pytest.raises(ConnectionRefusedError):
        planted.setattr(EmailBackend, "open", refuse)
        run_now(kind="send_digests")
    assert states() == []
    assert send() == {"sent": 1}


def test_every_digest_is_an_answer_of_the_log_before_it_leaves(digests_with, due):
    due("u00")
    send()
    answer = answer_by_request(request_id=Mailing.objects.get().request_id)
    assert (answer.user_id, answer.placement) == ("u00", "email")
    assert len(answer.items) >= 3


def test_mail_says_how_to_unsubscribe_by_one_press(digests_with, due):
    due("u00")
    send()
    headers = mail.outbox[0].extra_headers
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert headers["List-Unsubscribe"].startswith("<http://testserver/digests/unsubscribe/")
    assert mail.outbox[0].from_email == "Two Tribes <news@tribes.example>"


def test_a_person_may_have_days_and_hours_of_their_own(digests_with, due):
    due("u00", every_days=30, hour=21, time_zone="Asia/Seoul")
    send()
    assert Recipient.objects.get().next_at.hour == 12
    assert Recipient.objects.get().next_at - timezone.now() > timedelta(days=28)
