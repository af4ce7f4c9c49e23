"""HTTP: tokens of single users, and of sessions of pages."""

from datetime import UTC, datetime
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Field, Router, Schema, Status

from omakase_service.platform.access import Needs
from omakase_service.platform.contracts import Person, Scope
from omakase_service.platform.strict_schema import Body
from omakase_service.platform.text import Id
from omakase_service.platform.tokens import issue_token, renewed_token

router = Router(tags=["tokens"])


class TokenRequest(Body):
    """For whom: a user, a session of somebody without an account, or a user in a session."""

    user_id: Id | None = None
    session_id: Id | None = None
    minutes: Annotated[int, Field(ge=1, le=10**6)] | None = Field(
        default=None, description="how long it holds; none: the setting's"
    )


class SessionTokenRequest(Body):
    """The page's last token, where it has one: its session goes on."""

    token: Annotated[str, Field(max_length=4096)] = Field(
        default="", description="that this operation made before; it may have run out"
    )


class TokenGrant(Schema):
    """A token, for `Authorization: Bearer`."""

    token: str
    expires: datetime


@router.post(
    "",
    response={201: TokenGrant},
    auth=Needs(Scope.READ, Scope.WRITE),
    operation_id="create_token",
    summary="Create a signed token for one user or session",
)
def make_token(request: HttpRequest, asked: TokenRequest) -> Status[Any]:
    """Create a signed token for one user or session.

    Your server makes it for whoever is logged in, and gives it to their page.
    """
    person = Person(asked.user_id, asked.session_id)
    issued = issue_token(person=person, minutes=asked.minutes)
    ends = datetime.fromtimestamp(issued.expires, UTC)
    return Status(201, {"token": issued.secret, "expires": ends})


@router.post(
    "/session",
    response={201: TokenGrant},
    auth=Needs(Scope.PUBLIC),
    operation_id="create_session_token",
    summary="Create a token of a page's own session, by a public key",
)
def make_session_token(request: HttpRequest, asked: SessionTokenRequest) -> Status[Any]:
    """Create a token of a page's own session, by a public key.

    The page asks itself, without a server of yours: a public key may lie in it. The session is
    made here, so that no page can name another's.
    """
    renewed = renewed_token(secret=asked.token)
    ends = datetime.fromtimestamp(renewed.expires, UTC)
    return Status(201, {"token": renewed.secret, "expires": ends})
