"""Who looks at the pages: a signed cookie names a user of the data, or somebody new.

A page that is open says itself whose it is, by a signature of its own: the cookie is the whole
browser's, and another tab may have come as somebody else since. What is done on a page is done by
whom it was made for.
"""

import secrets
from urllib.parse import quote, unquote

from django.core import signing
from django.core.signing import BadSignature
from django.http import HttpRequest, HttpResponse

from omakase_service.catalog.selectors import known_users, users_after
from omakase_service.platform.contracts import NewToken, Person
from omakase_service.platform.tokens import issue_token
from omakase_settings import settings

COOKIE = "omakase_visitor"
PAGE = "omakase_page"
HEADER, FIELD = "X-Omakase-Person", "whose"
"""How a page says whose it is: its script in a header, its forms in a field."""

DAYS = 30
OFFERED = 30
"""People to choose from."""


def visitor(request: HttpRequest) -> Person | None:
    """Who the cookie says; none where there is none, or it was not ours."""
    try:
        named = request.get_signed_cookie(COOKIE, salt=COOKIE, max_age=86_400 * DAYS)
    except (KeyError, BadSignature):
        return None
    kind, _, quoted = str(named).partition(":")
    key = unquote(quoted)
    return Person(user_id=key) if kind == "u" else Person(session_id=key)


def signature(person: Person) -> str:
    """What a page shows of whose it is; nobody else can make it up."""
    return signing.dumps([person.user_id, person.session_id], salt=PAGE)


def acting(request: HttpRequest) -> Person | None:
    """Whose page asks; none where neither the page nor the cookie names anybody."""
    signed = request.headers.get(HEADER) or request.POST.get(FIELD)
    if not signed:
        return visitor(request)
    try:
        return Person(*signing.loads(signed, salt=PAGE, max_age=86_400 * DAYS))
    except BadSignature:
        return None


def somebody_new() -> Person:
    """A session that nobody can guess."""
    return Person(session_id=f"visit-{secrets.token_urlsafe(12)}")


def remember(response: HttpResponse, person: Person) -> None:
    """Name the person in the cookie."""
    kind, key = ("s", person.session_id) if person.user_id is None else ("u", person.user_id)
    response.set_signed_cookie(
        COOKIE,
        f"{kind}:{quote(key or '')}",  # an id may be of letters that no header can hold
        salt=COOKIE,
        max_age=86_400 * DAYS,
        httponly=True,
        samesite="Lax",
        secure=settings().web.https,
    )


def token(person: Person) -> NewToken:
    """What the page's script asks with."""
    return issue_token(person=person)


def is_known(user_id: str) -> bool:
    """Whether there is such a user. One query."""
    return user_id in known_users(user_ids=[user_id])


def people() -> list[dict[str, str]]:
    """Some users of the data, with what is known of them in a few words. One query."""
    return [
        {"user_id": user.user_id, "about": " · ".join(filter(None, _about(user)))}
        for user in users_after(after="", limit=OFFERED)
    ]


def _about(user: object) -> tuple[str, ...]:
    names = ("user_id", "gender", "age_range", "location")
    return tuple(str(getattr(user, name)) for name in names)
