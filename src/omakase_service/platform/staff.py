"""People who log in: made, given a role, listed and shut out."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth import get_user_model
from django.contrib.auth.models import AbstractUser, Group, Permission
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction

from omakase_service.platform.exceptions import Conflict, Invalid, NotFound
from omakase_service.platform.roles import APP, Role

LONGEST_LOGIN = 150
PERMISSIONS = ("user_permissions__content_type", "groups__permissions__content_type")
"""What says which role somebody was given."""


@dataclass(frozen=True, slots=True)
class StaffCard:
    """A member of staff.

    Attributes:
        role: that they were given; none where they may open nothing.
        active: false: shut out.
    """

    login: str
    role: Role | None
    active: bool
    last_login: datetime | None


@transaction.atomic
def create_staff(*, login: str, password: str, role: Role) -> StaffCard:
    """Make a login with a role.

    Raises:
        Conflict: there is this login already.
        Invalid: no login, one too long, or a password that is too easy.
    """
    users = get_user_model().objects
    if not 0 < len(login.strip()) <= LONGEST_LOGIN:
        raise Invalid(f"a login needs a name of at most {LONGEST_LOGIN} characters")
    if users.filter(username=login.strip()).exists():
        raise Conflict(
            f"there is a login {login.strip()!r} already; `omakase staff change` gives it a role"
        )
    _check_password(password)
    user = users.create_user(login.strip(), password=password, is_staff=True)
    user.groups.set([_group(role)])
    return _card(user)


@transaction.atomic
def change_staff(
    *,
    login: str,
    role: Role | None = None,
    password: str | None = None,
    active: bool | None = None,
) -> StaffCard:
    """Give a login another role or password, shut it out or let it in; what is not named stays.

    Raises:
        NotFound: no such login.
        Invalid: a password that is too easy.
    """
    user = get_user_model().objects.filter(username=login).first()
    if user is None:
        raise NotFound(f"no login {login!r}; `omakase staff list` shows them")
    if password is not None:
        _check_password(password)
        user.set_password(password)
    if active is not None:
        user.is_active = active
    user.is_staff = True
    user.save()
    if role is not None:
        names = [each.group for each in Role]
        user.groups.remove(*user.groups.filter(name__in=names))
        user.groups.add(_group(role))
    return _card(get_user_model().objects.get(pk=user.pk))


def staff() -> Sequence[StaffCard]:
    """Every member of staff, by their login. Five queries."""
    rows = get_user_model().objects.filter(is_staff=True).order_by("username")
    return [_card(row) for row in rows.prefetch_related(*PERMISSIONS)]


def ensure_groups(**_: object) -> None:
    """Make the group of each role, with the permissions of it and of all below."""
    for role in Role:
        _group(role)


def _group(role: Role) -> Group:
    group, _ = Group.objects.get_or_create(name=role.group)
    names = [each.value for each in role.included]
    group.permissions.add(
        *Permission.objects.filter(content_type__app_label=APP, codename__in=names)
    )
    return group


def _check_password(password: str) -> None:
    try:
        validate_password(password)
    except ValidationError as error:
        raise Invalid(" ".join(error.messages)) from error


def _card(user: AbstractUser) -> StaffCard:
    return StaffCard(user.get_username(), _role_granted_to(user), user.is_active, user.last_login)


def _role_granted_to(user: AbstractUser) -> Role | None:
    """The highest role that somebody was given, also where they are shut out."""
    if user.is_superuser:
        return Role.ADMINISTER
    given = [*user.user_permissions.all()]
    for group in user.groups.all():
        given += group.permissions.all()
    names = {each.codename for each in given if each.content_type.app_label == APP}
    return next((role for role in reversed(Role) if role.value in names), None)
