"""`omakase key token`"""

from datetime import UTC, datetime
from typing import Annotated

import typer

from omakase_cli.boot import open_service
from omakase_cli.console import out, remark, show_json


def token(
    user: Annotated[str | None, typer.Argument(help="a user's id")] = None,
    session: Annotated[
        str | None, typer.Option(help="a session of somebody without an account")
    ] = None,
    minutes: Annotated[
        int | None, typer.Option(help="how long it holds; default: the setting tokens.minutes")
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="for programs")] = False,
) -> None:
    """Make a signed token with which a page asks for one person and nobody else.

    Example: `omakase key token 196 --minutes 30`
    """
    open_service()
    from omakase_service.platform.contracts import Person
    from omakase_service.platform.tokens import issue_token

    issued = issue_token(person=Person(user, session), minutes=minutes)
    ends = datetime.fromtimestamp(issued.expires, UTC)
    if json:
        show_json({"token": issued.secret, "expires": ends})
        return
    remark(f"A token of {issued.person}, until {ends:%Y-%m-%d %H:%M} UTC:")
    out().print(issued.secret, soft_wrap=True)
