"""Staff who come from an identity provider: known by its name and their subject there.

A login belongs to the subject that first came with it: nobody takes over another's login, or one
with a password, by being called alike elsewhere.
"""

from django.contrib.auth import get_user_model
from django.contrib.auth.models import User
from django.utils.crypto import get_random_string

from omakase_service.platform.database import transaction
from omakase_service.platform.exceptions import Forbidden, Invalid
from omakase_service.platform.models import StaffIdentity
from omakase_service.platform.roles import Role
from omakase_service.platform.staff import change_staff, create_staff, remove_role

PASSWORD_LENGTH = 40
"""Of a password that nobody learns."""


def staff_of_identity(*, issuer: str, subject: str, login: str, role: Role | None) -> User:
    """The member of staff behind a subject of a provider, with the role that it gives them now.

    Args:
        login: what they are called at their first visit; later ones change nothing of it.
        role: none: what they had before is taken from them, and they are not let in.

    Raises:
        Invalid: the provider names no subject or no login.
        Conflict: the login is somebody else's.
        Forbidden: they have no role, or were shut out here.
    """
    if not subject or not login:
        raise Invalid("the provider names no login")
    identity = StaffIdentity.objects.filter(issuer=issuer, subject=subject).first()
    if role is None:
        if identity is not None:
            remove_role(login=identity.login)
        raise Forbidden(f"{login!r} has no role here")
    if identity is None:
        identity = _first_visit(issuer, subject, login, role)
    else:
        change_staff(login=identity.login, role=role)
    user: User = get_user_model().objects.get_by_natural_key(identity.login)
    if not user.is_active:
        raise Forbidden(f"{identity.login!r} is shut out")
    return user


@transaction.atomic
def _first_visit(issuer: str, subject: str, login: str, role: Role) -> StaffIdentity:
    card = create_staff(login=login, password=get_random_string(PASSWORD_LENGTH), role=role)
    return StaffIdentity.objects.create(issuer=issuer, subject=subject, login=card.login)
