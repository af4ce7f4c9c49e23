"""`omakase chat`"""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from omakase_cli.boot import open_service
from omakase_cli.console import show_json

if TYPE_CHECKING:
    from omakase_service.chat.contracts import ChatReply

BEST = 5
"""As content as can be; the least is 1."""


def chat(
    user: Annotated[
        list[str] | None,
        typer.Option(help="user id; again to ask the same as several people; none: a stranger"),
    ] = None,
    message: Annotated[
        list[str] | None, typer.Option("--message", "-m", help="say this; again for the next")
    ] = None,
    n: Annotated[int, typer.Option("--n", min=1, help="length of the lists")] = 5,
    latitude: Annotated[float | None, typer.Option(help="where you are, degrees")] = None,
    longitude: Annotated[float | None, typer.Option(help="where you are, degrees")] = None,
    rate: Annotated[
        bool, typer.Option("--rate", help="ask at the end what was chosen, and how content one is")
    ] = False,
    json: Annotated[bool, typer.Option("--json", help="for programs")] = False,
) -> None:
    """Talk with the guide, in the terminal; an empty line or "bye" ends it.

    With --rate the talk is evaluated: `omakase dialog learn` learns from what was chosen, and
    `omakase dialog quality` shows how content people were, week by week.

    Example: `omakase chat --user 196 -m "a comedy" -m "something else"`,
    or `omakase chat --user 196 --user 22 -m "a comedy"`
    """
    open_service()
    location = None if latitude is None or longitude is None else (latitude, longitude)
    people: list[str | None] = [*user] if user else [None]
    last: dict[str | None, ChatReply] = {}
    for text in iter(message) if message else iter(_read_line, ""):
        for person in people:
            conversation_id = last[person].conversation_id if person in last else ""
            last[person] = _reply(text, conversation_id, person, n, location)
            _show(text, last[person], person if len(people) > 1 else None, json=json)
        if any(reply.understanding.intent == "stop" for reply in last.values()):
            break
    if rate:
        for person, reply in last.items():
            _rate(reply, person)


def _reply(
    text: str, conversation: str, person: str | None, n: int, here: tuple[float, float] | None
) -> "ChatReply":
    from omakase_service.chat.contracts import ChatMessage
    from omakase_service.chat.services.talking import talk

    return talk(said=ChatMessage(text, conversation, user_id=person, n=n, location=here))


def _rate(reply: "ChatReply", person: str | None) -> None:
    """Ask what was chosen of the last list and how content somebody is; both may be left open."""
    from omakase_service.chat.services.transcripts import record_satisfaction

    whose = f" ({person})" if person else ""
    listed = [item.card for item in reply.recommendation.items] if reply.recommendation else []
    for rank, card in enumerate(listed, 1):
        typer.echo(f"{rank:>3}  {card.title or card.item_id}")
    choice = _number(f"chosen{whose}, 1 to {len(listed)}", len(listed)) if listed else None
    satisfaction = _number(f"content{whose}, 1 to {BEST}", BEST)
    record_satisfaction(
        conversation_id=reply.conversation_id,
        user_id=person,
        session_id=None,
        satisfaction=satisfaction,
        chosen=[] if choice is None else [listed[choice - 1].item_id],
    )


def _number(question: str, most: int) -> int | None:
    """A number from 1 on that is typed; None for an empty line or the end of the input."""
    while answer := _read_line(f"{question}, or nothing"):
        if answer.isdecimal() and 1 <= int(answer) <= most:
            return int(answer)
        typer.echo(f"{answer!r} is no number from 1 to {most}", err=True)
    return None


def _read_line(question: str = "you") -> str:
    """What is typed; nothing at the end of the input."""
    try:
        return str(
            typer.prompt(question, default="", show_default=False, prompt_suffix="> ")
        ).strip()
    except typer.Abort:
        return ""


def _show(text: str, reply: "ChatReply", person: str | None, *, json: bool) -> None:
    chips = [chip.label for chip in reply.applied]
    if json:
        items = reply.recommendation.items if reply.recommendation else ()
        message: dict[str, Any] = {"user": person} if person else {}
        show_json(
            {
                **message,
                "message": text,
                "intent": reply.understanding.intent,
                "filter": reply.understanding.filter,
                "applied": chips,
                "items": [item.card.item_id for item in items],
                "answer": reply.answer,
            }
        )
        return
    suffix = f"  [{', '.join(chips)}]" if chips else ""
    typer.echo(f"omakase{f' to {person}' if person else ''}> {reply.answer}{suffix}")
