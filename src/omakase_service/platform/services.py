"""Writes of the app."""

import logging
import secrets
import time
from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta
from hashlib import blake2b

from django.db import Error
from django.utils import timezone

from omakase_service.platform.contracts import Caller, KnownKey, NewKey, Scope
from omakase_service.platform.exceptions import Invalid, NotFound, NotReady
from omakase_service.platform.models import LONGEST_NAME, ApiKey
from omakase_service.platform.nonblocking import require_thread
from omakase_service.platform.selectors import digest_of, living_key
from omakase_settings import settings

log = logging.getLogger("omakase.access")

USED_EVERY = timedelta(minutes=1)
"""A key's last use is written down at most this often, so that reading stays reading."""

MOST_SEEN = 10_000
recent_keys: dict[bytes, tuple[KnownKey, float]] = {}
"""Keys this process has seen, by a hash of its own, and until when they are believed unasked."""

_own = secrets.token_bytes(32)
"""Of this process alone: what is never kept needs no hash that others can make too."""


def create_key(*, name: str, scopes: Iterable[str] = ("read", "write")) -> NewKey:
    """Make a key. Show `secret` to its owner now: it is kept only as a hash.

    Raises:
        Invalid: no name or one too long, no scope, or a scope that does not exist.
    """
    granted = _scopes(scopes)
    if not 0 < len(name.strip()) <= LONGEST_NAME:
        raise Invalid(f"a key needs a name of at most {LONGEST_NAME} characters")
    prefix = secrets.token_hex(4)
    secret = f"omk_{prefix}_{secrets.token_urlsafe(24)}"
    ApiKey.objects.create(
        name=name.strip(), prefix=prefix, digest=digest_of(secret), scopes=sorted(granted)
    )
    return NewKey(name=name.strip(), prefix=prefix, secret=secret, scopes=granted)


def revoke_key(*, prefix: str) -> None:
    """End a key for ever: at once in this process, in others within `web.key_seconds`.

    Raises:
        NotFound: no living key has this prefix.
    """
    recent_keys.clear()
    if not ApiKey.objects.filter(prefix=prefix, revoked=None).update(revoked=timezone.now()):
        raise NotFound(f"no living key omk_{prefix}_…")


def use_key(*, secret: str) -> Caller | None:
    """Who holds this key, and note that it was used. Mostly no query, at most two.

    A key is looked up again after `web.key_seconds`; while the database is down, one that was
    seen before goes on working.

    Raises:
        NotReady: the database is down, and the key was never seen.
    """
    mark = _mark(secret)
    key, until = recent_keys.get(mark, (None, 0.0))
    if time.monotonic() >= until:
        key = _looked_up(secret, mark)
    if key is None:
        return None
    now = timezone.now()
    if key.last_used is None or key.last_used < now - USED_EVERY:
        _note_use(mark, replace(key, last_used=now))
    return key.caller


def is_seen(*, secret: str) -> bool:
    """Whether this process has found the key before, and it was not revoked since. No query."""
    return _mark(secret) in recent_keys


def _mark(secret: str) -> bytes:
    return blake2b(secret.encode(), key=_own, digest_size=32).digest()


def _looked_up(secret: str, mark: bytes) -> KnownKey | None:
    try:
        key = living_key(secret=secret)
    except Error as error:
        key, _ = recent_keys.get(mark, (None, 0.0))
        if key is None:
            raise NotReady("keys cannot be checked now; the database is down") from error
    if key is None:
        recent_keys.pop(mark, None)
    else:
        _keep(mark, key)
    return key


def _note_use(mark: bytes, key: KnownKey) -> None:
    """The request goes on where this cannot be written: the time of last use is a courtesy."""
    require_thread()
    _keep(mark, key)
    try:
        ApiKey.objects.filter(prefix=key.prefix).update(last_used=key.last_used)
    except Error:
        log.warning("the use of key %s could not be noted", key.prefix)


def _keep(mark: bytes, key: KnownKey) -> None:
    if len(recent_keys) >= MOST_SEEN:
        recent_keys.clear()
    recent_keys[mark] = (key, time.monotonic() + settings().web.key_seconds)


def _scopes(names: Iterable[str]) -> frozenset[Scope]:
    try:
        granted = frozenset(Scope(name) for name in names)
    except ValueError as error:
        raise Invalid(f"{error}; scopes are {', '.join(Scope)}") from error
    if not granted:
        raise Invalid(f"a key needs a scope of {', '.join(Scope)}")
    if Scope.PUBLIC in granted and len(granted) > 1:
        raise Invalid("a public key lies in pages, where anybody reads it: no other scope beside")
    return granted
