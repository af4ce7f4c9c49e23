"""`omakase explain`"""

from dataclasses import asdict
from typing import Annotated, Any

import typer

from omakase_cli.boot import open_service
from omakase_cli.screen import remark, show_json, show_table

WORDS = {
    "unknown": "the models have not learnt of it",
    "unavailable": "it is hidden, out of stock, or not what was asked for",
    "excluded": "it was excluded, or seen long ago",
    "disliked": "this person does not like it",
    "seen": "this person has seen it",
    "ruled_out": "a rule does not let it pass",
    "not_proposed": "no source proposed it",
    "ranked_out": "others were placed before it",
    "beyond_k": "it came after the last place",
}
"""The reasons of `Traced` for people."""


def explain(
    user: Annotated[str | None, typer.Option(help="user id; none: a stranger")] = None,
    item: Annotated[str | None, typer.Option(help="item id whose fate is told")] = None,
    history: Annotated[
        str | None, typer.Option(help="item ids instead of stored events, oldest first, commas")
    ] = None,
    n: Annotated[int, typer.Option("--n", min=1, help="length of the list")] = 10,
    model: Annotated[str | None, typer.Option(help="default: the best of the live version")] = None,
    strategy: Annotated[str | None, typer.Option(help="instead of a model")] = None,
    json: Annotated[bool, typer.Option("--json", help="for programs")] = False,
) -> None:
    """How one list comes about, stage by stage, and what became of one item.

    Example: `omakase explain --user 196 --item 50`
    """
    open_service()
    from omakase_service.serving import services
    from omakase_service.serving.contracts import Question

    items = [each.strip() for each in history.split(",")] if history else None
    asked = Question(user_id=user, history=items, n=n, model=model, strategy=strategy)
    found = services.trace(asked, item_id=item)
    if json:
        show_json(asdict(found))
        return
    show(found, item)


def show(found: Any, item: str | None) -> None:
    """The stages, the answer with its reasons, the fate of the item."""
    title = f"{found.algorithm}, version {found.version}, {found.events} events to go by"
    stages = [
        (s.name, s.count, s.milliseconds, " ".join(key for key, _ in s.first), _place(s, item))
        for s in found.stages
    ]
    show_table(title, ("stage", "items", "ms", "first", item or ""), stages)
    answer = [
        (place, key, score, why.confidence, why.text)
        for place, ((key, score), why) in enumerate(zip(found.items, found.whys, strict=True), 1)
    ]
    show_table("", ("", "item", "score", "confidence", "why"), answer)
    if item is not None:
        remark(fate(found, item))


def fate(found: Any, item: str) -> str:
    """What became of the item, in a sentence."""
    if found.shown:
        place = [key for key, _ in found.items].index(item) + 1
        return f"{item} is shown, at place {place}: {found.whys[place - 1].text}"
    return f"{item} is not shown: lost at {found.lost_at}, for {WORDS[found.reason]}."


def _place(stage: Any, item: str | None) -> object:
    if item is None:
        return ""
    return "–" if stage.place is None else stage.place
