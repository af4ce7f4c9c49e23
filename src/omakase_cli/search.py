"""`omakase search`"""

from typing import Annotated

import typer

from omakase_cli.boot import open_service
from omakase_cli.console import show_json, show_table


def search(
    words: Annotated[str, typer.Argument(help="what to look for; typing mistakes are forgiven")],
    n: Annotated[int, typer.Option("--n", min=1, help="length of the list")] = 10,
    user: Annotated[str | None, typer.Option(help="whose taste orders what fits")] = None,
    json: Annotated[bool, typer.Option("--json", help="for programs")] = False,
) -> None:
    """Search the catalog by words, with typing mistakes forgiven.

    Example: `omakase search "kimchi stew" --n 5`
    """
    open_service()
    from omakase_service.chat.services.searching import search as find

    items = [
        {"rank": f.rank, "item_id": f.card.item_id, "title": f.card.title, "score": f.score}
        for f in find(query=words, n=n, user_id=user)
    ]
    if json:
        show_json({"items": items})
        return
    show_table(words, ("", "item", "title", "score"), [tuple(item.values()) for item in items])
