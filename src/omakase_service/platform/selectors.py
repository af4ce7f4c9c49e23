"""Reads of the app."""

import hashlib
import hmac
from functools import lru_cache

from django.conf import settings as django
from django.utils.crypto import constant_time_compare

from omakase_service.platform.contracts import Caller, KnownKey, Scope
from omakase_service.platform.models import ApiKey


def digest_of(secret: str) -> str:
    """The keyed hash under which a key is kept.

    One fast HMAC is enough: a key has 190 random bits, which nobody can guess one by one, and a
    slow password hash would cost every request a tenth of a second.
    """
    return hmac.digest(_key_of(django.SECRET_KEY), secret.encode(), "sha256").hex()


def living_keys() -> list[KnownKey]:
    """Every key that is not revoked, oldest first. One query."""
    return [_known_key(row) for row in ApiKey.objects.filter(revoked=None).order_by("pk")]


def living_key(*, secret: str) -> KnownKey | None:
    """The key that a client showed; none where it is unknown, damaged or revoked. One query."""
    parts = secret.split("_", 2)
    if len(parts) != 3 or parts[0] != "omk":
        return None
    row = ApiKey.objects.filter(prefix=parts[1], revoked=None).first()
    if row is None or not constant_time_compare(row.digest, digest_of(secret)):
        return None
    return _known_key(row)


@lru_cache(maxsize=4)
def _key_of(secret_key: str) -> bytes:
    """What Django's `salted_hmac` derives for each text anew."""
    return hashlib.sha256(b"omakase.api_key" + secret_key.encode()).digest()


def _known_key(row: ApiKey) -> KnownKey:
    scopes = frozenset(Scope(s) for s in row.scopes)
    caller = Caller(name=row.name, scopes=scopes, id=f"key {row.prefix}")
    return KnownKey(prefix=row.prefix, caller=caller, last_used=row.last_used)
