"""Writes of the app."""

import secrets
from collections.abc import Iterable
from datetime import timedelta

from django.utils import timezone

from omakase_service.platform.contracts import Caller, NewKey, Scope
from omakase_service.platform.models import ApiKey
from omakase_service.platform.refusals import Invalid, NotFound
from omakase_service.platform.selectors import digest_of, living_key

USED_EVERY = timedelta(minutes=1)
"""A key's last use is written down at most this often, so that reading stays reading."""


def create_key(*, name: str, scopes: Iterable[str] = ("read", "write")) -> NewKey:
    """Make a key. Show `secret` to its owner now: it is kept only as a hash.

    Raises:
        Invalid: no name, no scope, or a scope that does not exist.
    """
    wanted = _scopes(scopes)
    if not name.strip():
        raise Invalid("a key needs a name")
    prefix = secrets.token_hex(4)
    secret = f"omk_{prefix}_{secrets.token_urlsafe(24)}"
    ApiKey.objects.create(
        name=name.strip(), prefix=prefix, digest=digest_of(secret), scopes=sorted(wanted)
    )
    return NewKey(name=name.strip(), prefix=prefix, secret=secret, scopes=wanted)


def revoke_key(*, prefix: str) -> None:
    """End a key, at once and for ever.

    Raises:
        NotFound: no living key has this prefix.
    """
    if not ApiKey.objects.filter(prefix=prefix, revoked=None).update(revoked=timezone.now()):
        raise NotFound(f"no living key omk_{prefix}_…")


def use_key(*, secret: str) -> Caller | None:
    """Who holds this key, and note that it was used. One query, a second once a minute."""
    key = living_key(secret=secret)
    if key is None:
        return None
    now = timezone.now()
    if key.last_used is None or key.last_used < now - USED_EVERY:
        ApiKey.objects.filter(prefix=key.prefix).update(last_used=now)
    return key.caller


def _scopes(names: Iterable[str]) -> frozenset[Scope]:
    try:
        wanted = frozenset(Scope(name) for name in names)
    except ValueError as error:
        raise Invalid(f"{error}; scopes are {', '.join(Scope)}") from error
    if not wanted:
        raise Invalid(f"a key needs a scope of {', '.join(Scope)}")
    return wanted
