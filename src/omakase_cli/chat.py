"""`omakase chat`"""

from typing import Annotated, Any

import typer

from omakase_cli.boot import open_service
from omakase_cli.console import show_json


def chat(
    user: Annotated[str | None, typer.Option(help="user id; none: a stranger")] = None,
    message: Annotated[
        list[str] | None, typer.Option("--message", "-m", help="say this; again for the next")
    ] = None,
    n: Annotated[int, typer.Option("--n", min=1, help="length of the lists")] = 5,
    latitude: Annotated[float | None, typer.Option(help="where you are, degrees")] = None,
    longitude: Annotated[float | None, typer.Option(help="where you are, degrees")] = None,
    json: Annotated[bool, typer.Option("--json", help="for programs")] = False,
) -> None:
    """Talk with the guide, in the terminal; an empty line or "bye" ends it.

    Example: `omakase chat --user 196 -m "a comedy" -m "something else"`
    """
    open_service()
    from omakase_service.chat.contracts import ChatMessage
    from omakase_service.chat.services.talking import talk

    here = None if latitude is None or longitude is None else (latitude, longitude)
    conversation = ""
    said = iter(message) if message else iter(_read_line, "")
    for text in said:
        reply = talk(said=ChatMessage(text, conversation, user_id=user, n=n, location=here))
        conversation = reply.conversation_id
        _show(text, reply, json=json)
        if reply.understanding.intent == "stop":
            break


def _read_line() -> str:
    """What is typed; nothing at the end of the input."""
    try:
        return str(typer.prompt("you", default="", show_default=False, prompt_suffix="> ")).strip()
    except typer.Abort:
        return ""


def _show(text: str, reply: Any, *, json: bool) -> None:
    chips = [chip.label for chip in reply.applied]
    if json:
        items = reply.recommendation.items if reply.recommendation else ()
        show_json(
            {
                "message": text,
                "intent": reply.understanding.intent,
                "filter": reply.understanding.filter,
                "applied": chips,
                "items": [each.card.item_id for each in items],
                "answer": reply.answer,
            }
        )
        return
    held = f"  [{', '.join(chips)}]" if chips else ""
    typer.echo(f"omakase> {reply.answer}{held}")
