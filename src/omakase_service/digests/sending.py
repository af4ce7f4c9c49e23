"""The job that sends what is due, each once: a list, a turn taken, a mail, its outcome."""

import logging
from collections import Counter
from collections.abc import Mapping
from datetime import datetime, timedelta
from email.utils import parseaddr
from smtplib import SMTPException, SMTPRecipientsRefused, SMTPResponseException

from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.utils import timezone

from omakase_service.digests.composing import compose
from omakase_service.digests.contracts import Digest, DueDigest, MailingState
from omakase_service.digests.links import unsubscribe_url
from omakase_service.digests.selectors import due_turns, wants_digests
from omakase_service.digests.services import (
    CHANNEL,
    close_interrupted,
    give_back,
    note_outcome,
    postpone,
    take_turn,
)
from omakase_service.jobs.contracts import JobContext, JobSkipped, NoParameters
from omakase_service.platform.exceptions import NotReady
from omakase_service.recommendation_log import writer
from omakase_service.serving import live_version
from omakase_service.serving.contracts import Recommendation, RequestContext
from omakase_service.serving.services import recommend
from omakase_settings import settings

log = logging.getLogger("omakase.digests")
A_LINE = 100
"""Mails over one connection; many servers close it after about as many."""

PERMANENT = 500
"""Replies of SMTP from here on say that trying again is no use."""


class Deferred(Exception):
    """The server did not take a mail now, and may take it later."""


def send_job(context: JobContext, parameters: NoParameters) -> Mapping[str, int]:
    """Send every digest that is due.

    Raises:
        JobSkipped: nobody's is, or something is missing that sending needs.
        OSError, SMTPException: the server of mails cannot be reached; nothing was begun.
    """
    if missing := settings().digests.missing:
        raise JobSkipped(f"digests need {', '.join(missing)}")
    _require_version()
    done: Counter[str] = Counter()
    if interrupted := close_interrupted():
        done["unconfirmed"] = interrupted
        log.warning("%d digests were interrupted and are not sent again", interrupted)
    line = MailLine()
    try:
        for looked, turn in enumerate(due_turns(until=timezone.now())):
            if looked % A_LINE == 0:
                context.progress(looked, looked + 1, f"{done['sent']} sent")
            context.assert_lease()
            done[send_due(turn, line, timezone.now())] += 1
    finally:
        line.close()
    if not done:
        raise JobSkipped("nobody's digest is due")
    return dict(done)


def _require_version() -> None:
    try:
        live_version.now()
    except NotReady as error:
        raise JobSkipped(str(error)) from error


class MailLine:
    """A connection to the server of mails, opened anew now and then, and after it broke."""

    def __init__(self) -> None:
        self._backend: BaseEmailBackend | None = None
        self._mails = 0

    def open(self) -> None:
        """Be connected.

        Raises:
            OSError, SMTPException: the server cannot be reached.
        """
        if self._mails >= A_LINE:
            self.close()
        if self._backend is None:
            backend = get_connection()
            backend.open()
            self._backend, self._mails = backend, 0

    def send(self, mail: EmailMultiAlternatives) -> tuple[MailingState, str]:
        """Send one mail over the open line; what became of it, and the reason.

        Raises:
            Deferred: it surely was not taken, and may be later.
        """
        mail.connection = self._backend
        self._mails += 1
        try:
            mail.send()
        except (SMTPRecipientsRefused, SMTPResponseException) as error:
            self.close()
            if _code(error) < PERMANENT:
                raise Deferred(str(error)) from error
            return MailingState.REFUSED, str(error)
        except (SMTPException, OSError) as error:
            self.close()
            return MailingState.UNCONFIRMED, f"{type(error).__name__}: {error}"
        return MailingState.SENT, ""

    def close(self) -> None:
        """Be connected no more."""
        backend, self._backend = self._backend, None
        if backend is not None:
            try:
                backend.close()
            except (SMTPException, OSError) as error:
                log.info("the line to the mail server broke at its end: %s", error)


def _code(error: SMTPRecipientsRefused | SMTPResponseException) -> int:
    """The server's own number."""
    if isinstance(error, SMTPRecipientsRefused):
        return min(code for code, _ in error.recipients.values())
    return error.smtp_code


def send_due(turn: DueDigest, line: MailLine, now: datetime) -> str:
    """One person's digest; in a word what became of it.

    Raises:
        OSError, SMTPException: the server of mails cannot be reached; the turn stays.
    """
    late = now - turn.due > timedelta(hours=settings().digests.late_hours)
    if late or not wants_digests(user_id=turn.user_id):
        postpone(turn, now=now)
        return "late" if late else "switched off"
    answer = _list_of(turn)
    if len(answer.items) < settings().digests.fewest_items:
        postpone(turn, now=now)
        return "too short"
    mail = mail_of(turn, digest_of(turn, answer), answer.request_id)
    line.open()
    writer.flush()  # a click may come at once, and is one of this list
    if not take_turn(turn, request_id=answer.request_id, now=now):
        return "not theirs"
    return _send(turn, mail, answer.request_id, line)


def _send(turn: DueDigest, mail: EmailMultiAlternatives, request_id: str, line: MailLine) -> str:
    try:
        state, note = line.send(mail)
    except Deferred as error:
        log.info("a digest is deferred: %s", error)
        give_back(turn, request_id=request_id)
        return "deferred"
    note_outcome(turn, request_id=request_id, state=state, note=note)
    return state.value


def _list_of(turn: DueDigest) -> Recommendation:
    rules = settings().digests
    return recommend(
        user_id=turn.user_id,
        n=rules.items,
        placement=rules.placement,
        context=RequestContext(page=CHANNEL, channel=CHANNEL),
        explain=True,
        language=turn.language,
    )


def digest_of(turn: DueDigest, answer: Recommendation) -> Digest:
    """The letter of a list."""
    return compose(
        answer.items,
        notice=answer.notice,
        request_id=answer.request_id,
        language=turn.language,
        every_days=turn.every_days,
        unsubscribe=unsubscribe_url(turn.key),
    )


def mail_of(turn: DueDigest, digest: Digest, request_id: str) -> EmailMultiAlternatives:
    """The mail, with what lets a reader's program unsubscribe by one press (RFC 8058)."""
    sender = settings().digests.sender
    domain = parseaddr(sender)[1].rpartition("@")[2]
    mail = EmailMultiAlternatives(
        subject=digest.subject,
        body=digest.text,
        from_email=sender,
        to=[turn.address],
        headers={
            "Message-ID": f"<{request_id}@{domain}>",
            "List-Id": f"<digest.{domain}>",
            "List-Unsubscribe": f"<{unsubscribe_url(turn.key)}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
            "Auto-Submitted": "auto-generated",
        },
    )
    mail.attach_alternative(digest.html, "text/html")
    return mail
