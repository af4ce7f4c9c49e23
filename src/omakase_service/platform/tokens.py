"""Signed tokens of single users: made for pages and apps that must hold no server key.

A token is a JWT (HS256): `sub` a user, `sid` a session, or both, and when it ends. Nothing is
stored; a token cannot be taken back, so it is short-lived. Keys rotate by the setting
`tokens.keys`: the first signs, every one verifies.
"""

import time
from collections.abc import Callable
from typing import Any

import jwt
from django.conf import settings as django
from django.utils.crypto import salted_hmac
from jwt.types import Options
from pydantic import TypeAdapter, ValidationError

from omakase_service.platform.contracts import NewToken, Person
from omakase_service.platform.exceptions import Invalid
from omakase_service.platform.text import Id
from omakase_settings import settings

ALGORITHM = "HS256"
AUDIENCE = "omakase"
NAMED: TypeAdapter[str | None] = TypeAdapter(Id | None)
OPTIONS: Options = {"require": ["exp", "iat", "aud"]}


def issue_token(
    *, person: Person, minutes: int | None = None, clock: Callable[[], float] = time.time
) -> NewToken:
    """A token with which a page reads and writes what is this person's, and nothing else.

    Args:
        minutes: how long it holds; by itself the setting's.

    Raises:
        Invalid: nobody is named, or both a user and a session, or it would hold too long.
    """
    rules = settings().tokens
    minutes = rules.minutes if minutes is None else minutes
    if not 1 <= minutes <= max(rules.max_minutes, rules.minutes):
        raise Invalid(f"a token holds 1 to {rules.max_minutes} minutes, not {minutes}")
    if person.user_id is None and person.session_id is None:
        raise Invalid("a token is of a user_id, of a session_id, or of both")
    now = int(clock())
    named: dict[str, Any] = {"sub": person.user_id, "sid": person.session_id}
    claims = {name: value for name, value in named.items() if value is not None}
    ends = now + 60 * minutes
    claims |= {"aud": AUDIENCE, "iat": now, "exp": ends}
    return NewToken(jwt.encode(claims, signing_keys()[0], ALGORITHM), person, ends)


def person_of(token: str) -> Person | None:
    """Whose token it is; none where it is damaged, foreign or over."""
    for key in signing_keys():
        try:
            claims = jwt.decode(
                token, key, algorithms=[ALGORITHM], audience=AUDIENCE, options=OPTIONS
            )
        except jwt.InvalidSignatureError:
            continue
        except jwt.InvalidTokenError:
            return None
        return _person(claims)
    return None


def _person(claims: dict[str, Any]) -> Person | None:
    try:
        person = Person(
            NAMED.validate_python(claims.get("sub")), NAMED.validate_python(claims.get("sid"))
        )
    except ValidationError:
        return None
    return None if person == Person() else person


def signing_keys() -> list[str]:
    """What signs (the first) and verifies; never the secret key itself: one leak is not all."""
    own = [key.get_secret_value() for key in settings().tokens.keys]
    return own or [
        salted_hmac("omakase.token", "", django.SECRET_KEY, algorithm="sha256").hexdigest()
    ]
