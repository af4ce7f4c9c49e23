"""Signed tokens of single users: made for pages and apps that must hold no server key.

A token is a JWT (HS256): `sub` a user, `sid` a session, or both, and when it ends. Nothing is
stored; a token is short-lived, and one issued before its person was erased is refused. Keys rotate
by the setting `tokens.keys`: the first signs, every one verifies.
"""

import secrets
import time
from collections.abc import Callable
from typing import Any

import jwt
from django.conf import settings as django
from django.utils.crypto import salted_hmac
from jwt.types import Options
from pydantic import TypeAdapter, ValidationError

from omakase_service.platform.contracts import NewToken, Person, TokenClaims
from omakase_service.platform.exceptions import Invalid
from omakase_service.platform.revocation import is_revoked
from omakase_service.platform.text import Id
from omakase_settings import settings

ALGORITHM = "HS256"
AUDIENCE = "omakase"
NAMED: TypeAdapter[str | None] = TypeAdapter(Id | None)
OPTIONS: Options = {"require": ["exp", "iat", "aud"]}


def issue_token(
    *,
    person: Person,
    minutes: int | None = None,
    is_public: bool = False,
    clock: Callable[[], float] = time.time,
) -> NewToken:
    """A token with which a page reads and writes what is this person's, and nothing else.

    Args:
        minutes: how long it holds; by itself the setting's.
        is_public: made for a page by a public key.

    Raises:
        Invalid: nobody is named, or both a user and a session, or it would hold too long.
    """
    rules = settings().tokens
    minutes = rules.minutes if minutes is None else minutes
    longest = max(rules.max_minutes, rules.minutes)
    if not 1 <= minutes <= longest:
        raise Invalid(f"a token holds 1 to {longest} minutes, not {minutes}")
    if person.user_id is None and person.session_id is None:
        raise Invalid("a token is of a user_id, of a session_id, or of both")
    now = clock()
    named: dict[str, Any] = {"sub": person.user_id, "sid": person.session_id}
    claims = {name: value for name, value in named.items() if value is not None}
    ends = int(now) + 60 * minutes
    claims |= {"aud": AUDIENCE, "iat": int(now * 1000) / 1000, "exp": ends}
    claims |= {"pub": True} if is_public else {}
    return NewToken(jwt.encode(claims, signing_keys()[0], ALGORITHM), person, ends)


def renewed_token(*, secret: str = "", clock: Callable[[], float] = time.time) -> NewToken:
    """A token of a page's session: of the one that an earlier such token names, or of a new one.

    Args:
        secret: an earlier token that a public key made, which may have run out, but not been
            issued longer ago than `tokens.session_days`.
    """
    claims = read_token(secret, is_expired_allowed=True) if secret else None
    oldest = clock() - 86_400 * settings().tokens.session_days
    goes_on = claims is not None and claims.is_public and claims.issued >= oldest
    if claims is None or not goes_on or is_revoked(claims):
        new = Person(session_id=f"page-{secrets.token_urlsafe(12)}")
        return issue_token(person=new, is_public=True, clock=clock)
    return issue_token(person=claims.person, is_public=True, clock=clock)


def person_of(token: str) -> Person | None:
    """Whose token it is; none where it is damaged, foreign, over, or of somebody erased since."""
    claims = read_token(token)
    return None if claims is None or is_revoked(claims) else claims.person


def read_token(secret: str, *, is_expired_allowed: bool = False) -> TokenClaims | None:
    """What a token says; none where it is damaged, foreign or over."""
    options: Options = {**OPTIONS, "verify_exp": not is_expired_allowed}
    for key in signing_keys():
        try:
            claims = jwt.decode(
                secret, key, algorithms=[ALGORITHM], audience=AUDIENCE, options=options
            )
        except jwt.InvalidSignatureError:
            continue
        except jwt.InvalidTokenError:
            return None
        return _token_claims(claims)
    return None


def _token_claims(claims: dict[str, Any]) -> TokenClaims | None:
    try:
        person = Person(
            NAMED.validate_python(claims.get("sub")), NAMED.validate_python(claims.get("sid"))
        )
    except ValidationError:
        return None
    if person == Person():
        return None
    return TokenClaims(person, float(claims["iat"]), claims.get("pub") is True)


def signing_keys() -> list[str]:
    """What signs (the first) and verifies; never the secret key itself: one leak is not all."""
    secrets_set = [key.get_secret_value() for key in settings().tokens.keys]
    return secrets_set or [
        salted_hmac("omakase.token", "", django.SECRET_KEY, algorithm="sha256").hexdigest()
    ]
