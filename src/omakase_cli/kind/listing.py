"""`omakase kind list`"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any

import typer

from omakase_cli.boot import open_service
from omakase_cli.console import show_json, show_table

if TYPE_CHECKING:
    from omakase_service.events.contracts import KindRule

FACTS = (
    "name",
    "weight",
    "from_value",
    "cap",
    "negative",
    "lowest",
    "highest",
    "middle",
    "takes_back",
    "origin",
)
COLUMNS = ("kind", "counts", "values", "middle", "takes back", "by")
ANY = 1e9
"""The highest value of a kind that declares no scale."""


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
    show_table("", COLUMNS, [cells(row) for row in rows])


def facts(rule: "KindRule") -> dict[str, Any]:
    """A rule as plain values, in the order of the table; a cap that is none is None."""
    cap = None if rule.cap == float("inf") else rule.cap
    columns = rule.facts | {"name": rule.name, "origin": rule.origin, "cap": cap}
    return {name: columns[name] for name in FACTS}


def cells(row: Mapping[str, Any]) -> tuple[str, ...]:
    """One line of the table: what it counts ("-2", "1 × value, ≤ 5"), and its scale."""
    sign = "-" if row["negative"] else ""
    counts = f"{sign}{row['weight']:g}" + (" × value" if row["from_value"] else "")
    counts += "" if row["cap"] is None else f", ≤ {row['cap']:g}"
    scaled = row["lowest"] != 0 or row["highest"] != ANY
    values = f"{row['lowest']:g} to {row['highest']:g}" if scaled else ""
    middle = "" if row["middle"] == "none" else str(row["middle"])
    return row["name"], counts, values, middle, ", ".join(row["takes_back"]), row["origin"]
