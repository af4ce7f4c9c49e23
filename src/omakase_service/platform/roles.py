"""Roles of staff: what somebody who logs in may do, in the console and with the API.

A role is a permission of Django's; `ensure_groups` makes a group for each, so that an owner may
also hand them out in the admin. A higher role may do all that a lower one may.
"""

from enum import StrEnum

from django.contrib.auth.models import AbstractUser, AnonymousUser

from omakase_service.platform.contracts import ALL_SCOPES, Scope

APP = "omakase_platform"


class Role(StrEnum):
    """What a member of staff may do, the least first."""

    SEE = "see"
    EDIT = "edit"
    ADMINISTER = "administer"

    @property
    def permission(self) -> str:
        """Name of Django's permission, as `has_perm` takes it."""
        return f"{APP}.{self.value}"

    @property
    def group(self) -> str:
        """Name of the group whose members have the role."""
        return f"Omakase: {self.value}"

    @property
    def included(self) -> tuple["Role", ...]:
        """This role and all below it."""
        roles = tuple(Role)
        return roles[: roles.index(self) + 1]


SCOPES = {
    None: frozenset[Scope](),
    Role.SEE: frozenset((Scope.READ,)),
    Role.EDIT: frozenset((Scope.READ, Scope.WRITE)),
    Role.ADMINISTER: ALL_SCOPES,
}
"""What a member of staff may do with the API, by their session."""


def role_of(user: AbstractUser | AnonymousUser | None) -> Role | None:
    """The highest role of a member of staff; none for all others. Two queries a request."""
    if user is None or not (user.is_active and user.is_staff):
        return None
    return next((role for role in reversed(Role) if user.has_perm(role.permission)), None)
