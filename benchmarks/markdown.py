"""Rows as tables of a page."""

from collections.abc import Mapping, Sequence
from typing import Any

NO_NAMES: Mapping[str, str] = {}


def table(
    rows: Sequence[Mapping[str, Any]],
    columns: Sequence[str] = (),
    heads: Mapping[str, str] = NO_NAMES,
) -> str:
    """Markdown, with these columns, or one for every key that occurs, in order of occurrence.

    Args:
        heads: what stands above a column where that is not its name.
    """
    chosen = columns or list(dict.fromkeys(key for row in rows for key in row))
    lines = [[heads.get(column, column) for column in chosen], ["---"] * len(chosen)]
    lines += [[cell(row.get(column)) for column in chosen] for row in rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def cell(value: Any) -> str:
    """A number with four significant digits, an interval as low – high, nothing as a dash."""
    if value is None:
        return "–"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return " – ".join(cell(each) for each in value)
    if isinstance(value, int):
        return f"{value:,}"
    if isinstance(value, float):
        return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.4g}"
    return str(value).replace("|", "\\|")
