"""`omakase kind set`"""

from typing import Annotated, Any

import typer
from pydantic import ValidationError

from omakase.errors import ConfigError
from omakase_cli.boot import open_service
from omakase_cli.console import remark, show_json
from omakase_cli.kind.listing import facts


def set_kind(
    name: Annotated[str, typer.Argument(help="of the kind: view, purchase, rating, …")],
    weight: Annotated[float | None, typer.Option(help="what one event counts, 0 to 1000")] = None,
    from_value: Annotated[
        bool | None, typer.Option(help="multiplied by the event's value (a rating, a quantity)")
    ] = None,
    cap: Annotated[
        float | None, typer.Option(help="most that one event counts, for or against")
    ] = None,
    negative: Annotated[bool | None, typer.Option(help="it speaks against the item")] = None,
    lowest: Annotated[float | None, typer.Option(help="lowest value that is taken")] = None,
    highest: Annotated[float | None, typer.Option(help="highest value that is taken")] = None,
    middle: Annotated[
        str | None,
        typer.Option(help="a value below it is a dislike: a number, scale, person or none"),
    ] = None,
    takes_back: Annotated[
        str | None,
        typer.Option(help="kinds of which it cancels the person's last one, commas between them"),
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="for programs")] = False,
) -> None:
    """Declare a kind of event, or change what it counts; what is left out stays as it is.

    Lists follow at once, models with the next training.

    Example: `omakase kind set rating --highest 10 --cap 10`,
    or `omakase kind set unlike --weight 0 --takes-back like`
    """
    fields: dict[str, Any] = {
        "weight": weight,
        "from_value": from_value,
        "cap": cap,
        "negative": negative,
        "lowest": lowest,
        "highest": highest,
        "middle": None if middle is None else _middle(middle),
        "takes_back": None if takes_back is None else _names(takes_back),
    }
    open_service()
    from omakase_service.events.contracts import KindIn
    from omakase_service.events.services import declare_kind

    try:
        checked = KindIn(**{field: fact for field, fact in fields.items() if fact is not None})
    except ValidationError as error:
        wrong = (f"{'.'.join(map(str, e['loc'][:1]))}: {e['msg']}" for e in error.errors())
        raise ConfigError("; ".join(wrong)) from error
    rule = declare_kind(name=name, said=checked)
    if json:
        show_json(facts(rule))
        return
    remark(f"The kind {name} is declared; `omakase kind list` shows it.")


def reset_kind(
    name: Annotated[str, typer.Argument(help="of the kind")],
) -> None:
    """Forget what was declared of a kind; the settings and defaults hold again.

    Example: `omakase kind reset rating`
    """
    open_service()
    from omakase_service.events import services

    existed = services.reset_kind(name=name)
    remark(f"The kind {name} is as it was." if existed else f"Nothing was declared of {name}.")


def _names(text: str) -> list[str]:
    return [name.strip() for name in text.split(",") if name.strip()]


def _middle(text: str) -> Any:
    try:
        return float(text)
    except ValueError:
        return text
