"""Tokens of people who were erased: refused, though their signature is good.

A signed token is believed unasked, so a page that was open when its person was erased would write
them down anew. Rows are few, and go when every token from before has run out.
"""

import hashlib
import hmac
import time
from collections.abc import Iterable, Mapping

from django.conf import settings as django
from django.db import Error

from omakase_service.platform.contracts import Person, TokenClaims
from omakase_service.platform.database import transaction
from omakase_service.platform.models import TokenRevocation
from omakase_service.platform.nonblocking import require_thread
from omakase_settings import settings

cached_revocations: Mapping[str, float] = {}
cached_until = 0.0
"""The rows that this process read last, and until when (monotonic) they are believed unasked."""


def revoke_tokens(*, persons: Iterable[Person]) -> None:
    """Refuse what was issued for these until now: here at once, elsewhere in `web.key_seconds`."""
    now = time.time()
    TokenRevocation.objects.filter(moment__lt=now - _longest_seconds()).delete()
    for digest in {digest for person in persons for digest in _digests(person)}:
        TokenRevocation.objects.update_or_create(digest=digest, defaults={"moment": now})
    forget_revocations()
    transaction.on_commit(forget_revocations)  # whoever read them meanwhile saw none of these


def forget_revocations() -> None:
    """Read the rows anew at the next token."""
    global cached_until
    cached_until = 0.0


def is_revoked(claims: TokenClaims) -> bool:
    """Whether its person was erased after it was issued. Mostly no query, at most one.

    While the database is down, what was read before holds.
    """
    rows = _rows()
    if not rows:
        return False
    return any(claims.issued <= rows.get(digest, 0.0) for digest in _digests(claims.person))


def _rows() -> Mapping[str, float]:
    global cached_revocations, cached_until
    if time.monotonic() >= cached_until:
        require_thread()
        try:
            cached_revocations = dict(TokenRevocation.objects.values_list("digest", "moment"))
        except Error:
            return cached_revocations
        cached_until = time.monotonic() + settings().web.key_seconds
    return cached_revocations


def _digests(person: Person) -> list[str]:
    """Keyed hashes: who was erased is written nowhere."""
    key = hashlib.sha256(b"omakase.revocation" + django.SECRET_KEY.encode()).digest()
    named = {"user": person.user_id, "session": person.session_id}
    return [
        hmac.digest(key, f"{kind} {name}".encode(), "sha256").hex()
        for kind, name in named.items()
        if name is not None
    ]


def _longest_seconds() -> float:
    """After which no token from before holds or can be renewed."""
    rules = settings().tokens
    return max(86_400 * rules.session_days, 60 * max(rules.max_minutes, rules.minutes))
