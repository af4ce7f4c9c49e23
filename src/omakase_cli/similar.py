"""`omakase similar`"""

from typing import Annotated

import typer

from omakase_cli.boot import open_service
from omakase_cli.recommend import show_answer


def similar(
    item: Annotated[str, typer.Argument(help="item id")],
    n: Annotated[int | None, typer.Option("--n", min=1, help="length of the list")] = None,
    model: Annotated[str | None, typer.Option(help="default: the best of the live version")] = None,
    json: Annotated[bool, typer.Option("--json", help="for programs")] = False,
) -> None:
    """Items that go with this one, in the terminal.

    Example: `omakase similar 50 --n 5`
    """
    open_service()
    from omakase_service.serving import services

    show_answer(services.similar_items(item_id=item, n=n, model=model), json=json)
