"""HTTP: tokens of single users."""

from datetime import UTC, datetime
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Field, Router, Schema, Status

from omakase_service.platform.access import Needs
from omakase_service.platform.contracts import Person, Scope
from omakase_service.platform.text import Id
from omakase_service.platform.tokens import issue_token

router = Router(tags=["tokens"])


class TokenRequest(Schema):
    """For whom: a user, a session of somebody without an account, or a user in a session."""

    user_id: Id | None = None
    session_id: Id | None = None
    minutes: Annotated[int, Field(ge=1, le=10**6)] | None = Field(
        default=None, description="how long it holds; none: the setting's"
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
    made = issue_token(person=person, minutes=asked.minutes)
    ends = datetime.fromtimestamp(made.expires, UTC)
    return Status(201, {"token": made.secret, "expires": ends})
