"""`omakase recommend`"""

from typing import Annotated, Any

import typer

from omakase_cli.boot import open_service
from omakase_cli.console import show_json, show_table


def recommend(
    user: Annotated[str | None, typer.Option(help="user id; none: a stranger")] = None,
    history: Annotated[
        str | None, typer.Option(help="item ids instead of stored events, oldest first, commas")
    ] = None,
    n: Annotated[int | None, typer.Option("--n", min=1, help="length of the list")] = None,
    model: Annotated[str | None, typer.Option(help="default: the best of the live version")] = None,
    placement: Annotated[str, typer.Option(help="what was saved for it holds")] = "",
    json: Annotated[bool, typer.Option("--json", help="for programs")] = False,
) -> None:
    """What the live version recommends, in the terminal.

    Example: `omakase recommend --user 196 --n 5`
    """
    open_service()
    from omakase_service.serving import services

    items = [item.strip() for item in history.split(",")] if history else None
    answer = services.recommend(user_id=user, history=items, n=n, model=model, placement=placement)
    show_answer(answer, json=json)


def show_answer(answer: Any, *, json: bool) -> None:
    """A list of items with their titles."""
    items = [
        {"rank": r.rank, "item_id": r.card.item_id, "title": r.card.title, "score": r.score}
        for r in answer.items
    ]
    if json:
        show_json({"items": items, "algorithm": answer.algorithm, "version": answer.version})
        return
    title = f"{answer.algorithm}, version {answer.version}, {answer.events} events to go by"
    show_table(title, ("", "item", "title", "score"), [tuple(item.values()) for item in items])
