"""`omakase kind list`"""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from omakase_cli.boot import open_service
from omakase_cli.console import show_json, show_table

if TYPE_CHECKING:
    from omakase_service.events.contracts import KindRule

COLUMNS = {
    "name": "kind",
    "weight": "weight",
    "from_value": "times value",
    "cap": "at most",
    "negative": "against",
    "lowest": "lowest",
    "highest": "highest",
    "middle": "dislike below",
    "takes_back": "takes back",
    "origin": "declared by",
}


def list_kinds(
    json: Annotated[bool, typer.Option("--json", help="for programs")] = False,
) -> None:
    """Every kind of event that is taken, and how much each counts.

    Example: `omakase kind list`
    """
    open_service()
    from omakase_service.events.selectors import kinds

    rows = [facts(rule) for _, rule in sorted(kinds().items())]
    if json:
        show_json(rows)
        return
    show_table("", tuple(COLUMNS.values()), [tuple(map(_cell, row.values())) for row in rows])


def facts(rule: "KindRule") -> dict[str, Any]:
    """A rule as plain values, in the order of the table; a cap that is none is None."""
    cap = None if rule.cap == float("inf") else rule.cap
    told = rule.facts | {"name": rule.name, "origin": rule.origin, "cap": cap}
    return {name: told[name] for name in COLUMNS}


def _cell(fact: Any) -> Any:
    if isinstance(fact, bool):
        return "yes" if fact else ""
    if isinstance(fact, tuple | list):
        return ", ".join(fact)
    return f"{fact:g}" if isinstance(fact, float) else fact
