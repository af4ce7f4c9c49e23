"""Invitations: a link by mail with which somebody makes a login of a role, once."""

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from smtplib import SMTPException

from django.core.exceptions import ValidationError
from django.core.mail import EmailMessage
from django.core.validators import validate_email
from django.utils import timezone

from omakase_service.platform.database import transaction
from omakase_service.platform.exceptions import Conflict, Invalid, NotFound
from omakase_service.platform.models import Invitation
from omakase_service.platform.roles import Role
from omakase_service.platform.selectors import digest_of
from omakase_service.platform.staff import StaffCard, create_staff
from omakase_settings import settings

HOURS = 72
"""How long a link holds."""


@dataclass(frozen=True, slots=True)
class InvitationCard:
    """An invitation that was not taken yet."""

    number: int
    address: str
    role: Role
    author: str
    expires: datetime


@dataclass(frozen=True, slots=True)
class InvitationText:
    """What the mail says."""

    subject: str
    body: str


def open_invitations() -> Sequence[InvitationCard]:
    """Those that somebody may still take, the newest first. One query."""
    rows = Invitation.objects.filter(taken=None, expires__gt=timezone.now()).order_by("-pk")
    return [InvitationCard(r.pk, r.address, Role(r.role), r.author, r.expires) for r in rows]


def invite(
    *, address: str, role: Role, author: str, text: Callable[[str], InvitationText]
) -> InvitationCard:
    """Send a link to somebody; one that they were sent before holds no longer.

    Args:
        author: login of who invites.
        text: the mail, by the secret of its link, which is kept nowhere.

    Raises:
        Invalid: no address, or no sender in the settings.
        Conflict: the server of mails did not take it; nothing is kept.
    """
    sender = settings().digests.sender
    if not sender:
        raise Invalid("set digests.sender and the mail settings first: no mail can be sent")
    try:
        validate_email(address)
    except ValidationError as error:
        raise Invalid(f"{address!r} is no address of mail") from error
    secret = secrets.token_urlsafe(32)
    row = _renewed(address, role, author, secret)
    words = text(secret)
    try:
        EmailMessage(words.subject, words.body, sender, [address]).send()
    except (OSError, SMTPException) as error:
        row.delete()
        raise Conflict(f"the mail could not be sent: {error}") from error
    return InvitationCard(row.pk, address, role, author, row.expires)


@transaction.atomic
def _renewed(address: str, role: Role, author: str, secret: str) -> Invitation:
    """The row of an invitation, in place of one before; written before a slow server is asked."""
    Invitation.objects.filter(address=address, taken=None).delete()
    return Invitation.objects.create(
        digest=digest_of(secret),
        address=address,
        role=role,
        author=author,
        expires=timezone.now() + timedelta(hours=HOURS),
    )


def invitation_by_secret(*, secret: str) -> InvitationCard:
    """The invitation of a link. One query.

    Raises:
        NotFound: there is none, it was taken, or it has expired.
    """
    row = _standing(secret)
    return InvitationCard(row.pk, row.address, Role(row.role), row.author, row.expires)


@transaction.atomic
def accept(*, secret: str, login: str, password: str) -> StaffCard:
    """Make the login that an invitation is for; the link opens nothing any more.

    Raises:
        NotFound: as in `invitation_by_secret`.
        Conflict, Invalid: the login is another's, or the password too easy; the link still holds.
    """
    row = _standing(secret)
    if not Invitation.objects.filter(pk=row.pk, taken=None).update(taken=timezone.now()):
        raise NotFound("the invitation was taken already")
    return create_staff(login=login, password=password, role=Role(row.role))


def withdraw_invitation(*, number: int) -> None:
    """Let a link open nothing any more.

    Raises:
        NotFound: no such invitation that was not taken.
    """
    if not Invitation.objects.filter(pk=number, taken=None).delete()[0]:
        raise NotFound(f"no open invitation {number}")


def _standing(secret: str) -> Invitation:
    row = Invitation.objects.filter(
        digest=digest_of(secret), taken=None, expires__gt=timezone.now()
    ).first()
    if row is None:
        raise NotFound("the invitation does not hold: it was taken, withdrawn, or is too old")
    return row
