"""People who log in: made, given a role, listed and shut out."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth import get_user_model
from django.contrib.auth.models import AbstractUser, Group, Permission
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import DEFAULT_DB_ALIAS, router
from django.db.transaction import atomic

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


@atomic
def create_staff(*, login: str, password: str, role: Role) -> StaffCard:
    """Make a login with a role.

    Raises:
        Conflict: there is this login already.
        Invalid: no login, one too long, or a password that is too easy.
    """
    users = get_user_model()
    if not 0 < len(login.strip()) <= LONGEST_LOGIN:
        raise Invalid(f"a login needs a name of at most {LONGEST_LOGIN} characters")
    if users.objects.filter(**_named(login.strip())).exists():
        raise Conflict(
            f"there is a login {login.strip()!r} already; `omakase staff change` gives it a role"
        )
    _check_password(password)
    user = users(**_named(login.strip()), is_staff=True)
    user.set_password(password)
    user.save()
    user.groups.set([_group(role)])
    return _card(user)


@atomic
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
    user = get_user_model().objects.filter(**_named(login)).first()
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
        _take_role(user)
        user.groups.add(_group(role))
    return _card(get_user_model().objects.get(pk=user.pk))


def remove_role(*, login: str) -> None:
    """Take the role from a login, if there is one: it opens nothing any more."""
    user = get_user_model().objects.filter(**_named(login)).first()
    if user is not None:
        _take_role(user)


def _take_role(user: AbstractUser) -> None:
    names = [each.group for each in Role]
    user.groups.remove(*user.groups.filter(name__in=names))


def staff() -> Sequence[StaffCard]:
    """Every member of staff, by their login. Five queries."""
    rows = get_user_model().objects.filter(is_staff=True).order_by(get_user_model().USERNAME_FIELD)
    return [_card(row) for row in rows.prefetch_related(*PERMISSIONS)]


def _named(login: str) -> dict[str, str]:
    """By what a user model calls what one logs in with."""
    return {get_user_model().USERNAME_FIELD: login}


def ensure_groups(*, using: str = DEFAULT_DB_ALIAS, **_: object) -> None:
    """Make the group of each role, with the permissions of it and of all below.

    Args:
        using: the database whose tables were made; nothing is done where groups lie in another.
    """
    if using != router.db_for_write(Group):
        return
    for role in Role:
        _group(role)


def _group(role: Role) -> Group:
    group, _ = Group.objects.get_or_create(name=role.group)
    names = [included.value for included in role.included]
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
    permissions = [*user.user_permissions.all()]
    for group in user.groups.all():
        permissions += group.permissions.all()
    names = {
        permission.codename
        for permission in permissions
        if permission.content_type.app_label == APP
    }
    return next((role for role in reversed(Role) if role.value in names), None)
