"""Writes of the app: addresses, the switch, clicks; turns that are taken once."""

from collections.abc import Collection, Sequence
from datetime import datetime
from hashlib import blake2b
from uuid import uuid4

from django.db.models import QuerySet
from django.utils import timezone

from omakase_service.catalog.contracts import UserIn
from omakase_service.catalog.services import upsert_users
from omakase_service.digests.contracts import (
    DueDigest,
    MailingState,
    RecipientIn,
    first_at,
    following,
)
from omakase_service.digests.models import Mailing, Recipient
from omakase_service.digests.selectors import turn_of, user_of_mailing, wants_digests
from omakase_service.events.services import record
from omakase_service.platform.database import transaction
from omakase_service.platform.exceptions import NotFound
from omakase_settings import settings

CHANNEL = "email"


@transaction.atomic
def upsert_recipients(*, recipients: Sequence[RecipientIn]) -> int:
    """Store where people's digests go, new or known by user id; how many are new.

    The next one comes at the next hour that is theirs, and not sooner than it may.
    """
    distinct = {recipient.user_id: recipient for recipient in recipients}
    existing = Recipient.objects.select_for_update().filter(user_id__in=distinct)
    rows = {row.user_id: row for row in existing}
    now = timezone.now()
    for user_id, given in distinct.items():
        _store(rows.get(user_id) or Recipient(user_id=user_id, key=uuid4().hex), given, now)
    return len(distinct) - len(rows)


def _store(row: Recipient, given: RecipientIn, now: datetime) -> None:
    for name, value in given.model_dump(exclude={"user_id"}).items():
        setattr(row, name, value)
    turn = turn_of(row)
    row.refusals = 0
    row.next_at = first_at(turn.hour, turn.zone, now)
    if row.last_at is not None:
        earliest = following(row.last_at, turn.every_days, turn.hour, turn.zone)
        row.next_at = max(row.next_at, earliest)
    row.save()


def remove_recipient(*, user_id: str) -> None:
    """Forget where a user's digests go.

    Raises:
        NotFound: they have no address here.
    """
    if not Recipient.objects.filter(user_id=user_id).delete()[0]:
        raise NotFound(f"no address of {user_id!r}")


def erase_digests(user_id: str, session_ids: Collection[str]) -> int:
    """Remove a user's address, and what they got; how many rows."""
    address = Recipient.objects.filter(user_id=user_id).delete()[0]
    return address + Mailing.objects.filter(user_id=user_id).delete()[0]


def switch_mails(*, key: str, on: bool) -> bool:
    """Set the e-mail switch of who has a key; whether anybody has it.

    Whoever was forgotten is not made anew by an old letter of theirs.
    """
    user_id = Recipient.objects.filter(key=key).values_list("user_id", flat=True).first()
    if user_id is not None:
        upsert_users(users=[UserIn(user_id=user_id, emails_on=on)])
    return user_id is not None


def record_click(*, request_id: str, item_id: str) -> bool:
    """Record that somebody followed a link of their digest: once, however often they do.

    Whether it is an event: that of a preview, or of somebody who was forgotten, is none.

    Raises:
        NotReady: neither the database nor the disk can keep it.
    """
    user_id = user_of_mailing(request_id=request_id)
    if user_id is None:
        return False
    same = blake2b(f"{request_id} {item_id}".encode(), digest_size=16).hexdigest()
    click = {
        "event_id": f"digest-{same}",
        "user_id": user_id,
        "item_id": item_id,
        "kind": (*settings().answers.clicks, "click")[0],
        "channel": CHANNEL,
        "request_id": request_id,
    }
    return record(events=[click], create_unknown=False).stored > 0


@transaction.atomic
def take_turn(turn: DueDigest, *, request_id: str, now: datetime) -> bool:
    """Write down that a digest is being sent, before it is; whether it may be.

    Of several processes, and of one that is begun anew, one gets each turn: it is taken by moving
    the moment at which it was due.
    """
    if not wants_digests(user_id=turn.user_id):
        return False
    next_at = following(now, turn.every_days, turn.hour, turn.zone)
    if not _turn(turn).update(last_at=now, next_at=next_at):
        return False
    Mailing.objects.create(
        request_id=request_id, user_id=turn.user_id, state=MailingState.SENDING, created=now
    )
    return True


def postpone(turn: DueDigest, *, now: datetime) -> None:
    """Let somebody's digest be due at the next hour that is theirs."""
    _turn(turn).update(next_at=first_at(turn.hour, turn.zone, now))


@transaction.atomic
def give_back(turn: DueDigest, *, request_id: str) -> None:
    """Undo a turn whose digest surely was not sent: it is due as it was."""
    Mailing.objects.filter(request_id=request_id).delete()
    Recipient.objects.filter(pk=turn.number).update(next_at=turn.due, last_at=turn.last)


@transaction.atomic
def note_outcome(turn: DueDigest, *, request_id: str, state: MailingState, note: str = "") -> None:
    """Write down what became of a digest; too many refusals in a row are the last."""
    Mailing.objects.filter(request_id=request_id).update(state=state, note=note[:500])
    row = Recipient.objects.select_for_update().filter(pk=turn.number).first()
    if row is None or (state is not MailingState.REFUSED and not row.refusals):
        return
    row.refusals = row.refusals + 1 if state is MailingState.REFUSED else 0
    if row.refusals >= settings().digests.most_refusals:
        row.next_at = None
    row.save(update_fields=["refusals", "next_at"])


def close_interrupted() -> int:
    """Digests whose sender died while it sent them: they may have left, so they are not sent again.

    Called by who holds the job alone. How many they are.
    """
    lost = Mailing.objects.filter(state=MailingState.SENDING)
    return lost.update(state=MailingState.UNCONFIRMED, note="its sender died while it was sent")


def _turn(turn: DueDigest) -> QuerySet[Recipient]:
    return Recipient.objects.filter(pk=turn.number, next_at=turn.due)
