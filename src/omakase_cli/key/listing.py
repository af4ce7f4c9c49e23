"""`omakase key list`"""

from typing import Annotated

import typer

from omakase_cli.boot import open_service
from omakase_cli.console import show_json, show_table


def list_keys(
    json: Annotated[bool, typer.Option("--json", help="for programs")] = False,
) -> None:
    """Every key that works, with what it may do and when it was last used."""
    open_service()
    from omakase_service.platform.selectors import living_keys

    keys = living_keys()
    if json:
        show_json(
            [
                {
                    "prefix": key.prefix,
                    "name": key.caller.name,
                    "scopes": sorted(key.caller.scopes),
                    "last_used": key.last_used,
                }
                for key in keys
            ]
        )
        return
    rows = [
        (k.prefix, k.caller.name, ", ".join(sorted(k.caller.scopes)), k.last_used) for k in keys
    ]
    show_table("", ("prefix", "name", "may", "last used"), rows)
