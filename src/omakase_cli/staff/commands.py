"""`omakase staff create`, `list`, `change` and `disable`"""

import sys
from enum import StrEnum
from typing import Annotated

import typer

from omakase_cli.boot import open_service
from omakase_cli.console import remark, show_json, show_table


class StaffRole(StrEnum):
    """What a member of staff may do; each includes those before it."""

    see = "see"
    edit = "edit"
    administer = "administer"


FromPipe = Annotated[
    bool, typer.Option("--password-stdin", help="read the password from the first line of stdin")
]


def create(
    login: Annotated[str, typer.Argument(help="the name that somebody logs in with")],
    role: Annotated[
        StaffRole,
        typer.Option(help="see; edit: also rules, experiments, imports; administer: also versions"),
    ] = StaffRole.see,
    password_stdin: FromPipe = False,
) -> None:
    """Make a login for the console at `/console/`. The password is asked for, and not shown.

    Example: `omakase staff create ada --role administer`
    """
    open_service()
    from omakase_service.platform.roles import Role
    from omakase_service.platform.staff import create_staff

    member = create_staff(login=login, password=_password(password_stdin), role=Role(role.value))
    remark(f"{member.login} may {role.value}: log in at /console/.")


def change(
    login: Annotated[str, typer.Argument(help="as `omakase staff list` shows it")],
    role: Annotated[StaffRole | None, typer.Option(help="the new role")] = None,
    password: Annotated[
        bool, typer.Option("--password", help="ask for a new password, and do not show it")
    ] = False,
    password_stdin: FromPipe = False,
) -> None:
    """Give a login another role or a new password, and let it in again where it was disabled.

    Example: `omakase staff change ada --role edit`
    """
    open_service()
    from omakase_service.platform.roles import Role
    from omakase_service.platform.staff import change_staff

    changed = change_staff(
        login=login,
        role=None if role is None else Role(role.value),
        password=_password(password_stdin) if password or password_stdin else None,
        active=True,
    )
    remark(f"{changed.login} may {changed.role or 'open nothing yet: give it a --role'}.")


def disable(
    login: Annotated[str, typer.Argument(help="as `omakase staff list` shows it")],
) -> None:
    """Shut a login out, at once; `omakase staff change` lets it in again.

    Example: `omakase staff disable ada`
    """
    open_service()
    from omakase_service.platform.staff import change_staff

    remark(f"{change_staff(login=login, active=False).login} is shut out.")


def list_staff(
    json: Annotated[bool, typer.Option("--json", help="for programs")] = False,
) -> None:
    """Who may log in, with their role and when they last did."""
    open_service()
    from omakase_service.platform.staff import staff

    members = [
        {
            "login": member.login,
            "role": member.role,
            "active": member.active,
            "last_login": member.last_login,
        }
        for member in staff()
    ]
    if json:
        show_json(members)
        return
    rows = [(m["login"], m["role"] or "none", m["active"], m["last_login"]) for m in members]
    show_table("", ("login", "role", "may log in", "last"), rows)


def _password(is_piped: bool) -> str:
    if is_piped:
        return sys.stdin.readline().rstrip("\n")
    return str(typer.prompt("Password", hide_input=True, confirmation_prompt=True))
