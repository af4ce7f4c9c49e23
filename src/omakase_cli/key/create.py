"""`omakase key create`"""

from typing import Annotated

import typer

from omakase_cli.boot import open_service
from omakase_cli.console import out, remark, show_json


def create(
    name: Annotated[str, typer.Argument(help="who uses it: shop, newsletter, …")],
    scopes: Annotated[
        str, typer.Option(help="read, write, admin, separated by commas; or public, for a page")
    ] = "read,write",
    json: Annotated[bool, typer.Option("--json", help="for programs")] = False,
) -> None:
    """Make a server key, or a public one for a page. It is shown this once: only its hash is kept.

    Example: `omakase key create shop --scopes read,write`
    """
    open_service()
    from omakase_service.platform.services import create_key

    key = create_key(name=name, scopes=[s.strip() for s in scopes.split(",") if s.strip()])
    if json:
        show_json({"key": key.secret, "prefix": key.prefix, "scopes": sorted(key.scopes)})
        return
    remark(f"Key {key.prefix} for {key.name} may {', '.join(sorted(key.scopes))}. Keep it now:")
    out().print(key.secret)
