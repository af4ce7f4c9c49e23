"""`omakase explain`"""

from dataclasses import asdict
from typing import Annotated, Any

import typer

from omakase_cli.boot import open_service
from omakase_cli.console import remark, show_json, show_table
from omakase_cli.language import Language


def explain(
    user: Annotated[str | None, typer.Option(help="user id; none: a stranger")] = None,
    item: Annotated[str | None, typer.Option(help="item id whose fate is told")] = None,
    history: Annotated[
        str | None, typer.Option(help="item ids instead of stored events, oldest first, commas")
    ] = None,
    n: Annotated[int, typer.Option("--n", min=1, help="length of the list")] = 10,
    model: Annotated[str | None, typer.Option(help="default: the best of the live version")] = None,
    strategy: Annotated[str | None, typer.Option(help="instead of a model")] = None,
    placement: Annotated[str, typer.Option(help="what was saved for it holds")] = "",
    language: Annotated[Language, typer.Option(help="of the reasons")] = Language.en,
    json: Annotated[bool, typer.Option("--json", help="for programs")] = False,
) -> None:
    """How one list comes about, stage by stage, and what became of one item.

    Example: `omakase explain --user 196 --item 50 --language ko`
    """
    open_service()
    from omakase_service.serving import services
    from omakase_service.serving.contracts import ListRequest

    items = [item_id.strip() for item_id in history.split(",")] if history else None
    request = ListRequest(
        user_id=user,
        history=items,
        n=n,
        model=model,
        strategy=strategy,
        placement=placement,
        language=language.value,
    )
    trace = services.trace(request, item_id=item)
    if json:
        show_json(asdict(trace))
        return
    show(trace, item)


def show(found: Any, item: str | None) -> None:
    """The stages, the answer with its reasons, the fate of the item."""
    title = f"{found.algorithm}, version {found.version}, {found.events} events to go by"
    stages = [
        (s.name, s.count, s.milliseconds, " ".join(key for key, _ in s.first), _place(s, item))
        for s in found.stages
    ]
    show_table(title, ("stage", "items", "ms", "first", item or ""), stages)
    answer = [
        (rank, key, score, why.confidence, why.text)
        for rank, ((key, score), why) in enumerate(zip(found.items, found.whys, strict=True), 1)
    ]
    show_table("", ("", "item", "score", "confidence", "why"), answer)
    if item is not None:
        remark(found.told)


def _place(stage: Any, item: str | None) -> object:
    if item is None:
        return ""
    return "–" if stage.place is None else stage.place
