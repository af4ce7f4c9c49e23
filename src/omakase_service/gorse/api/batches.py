"""Lists of rows: what can be stored is, and what cannot is told by its place."""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from omakase_service.gorse.contracts import UnaskableId
from omakase_service.gorse.http import Reply, text

R = TypeVar("R")


def stored_rows(
    rows: Sequence[Any], read: Callable[[Any], R], store: Callable[[list[R]], object]
) -> dict[str, int] | Reply:
    """Store the rows that can be read; how many, or 400 with the rows that could not.

    A field of another kind than is due refuses the whole list, as a parser of the list does; an id
    that nobody could ask for refuses its row.
    """
    readable: list[R] = []
    refused: list[str] = []
    for index, row in enumerate(rows):
        try:
            readable.append(read(row))
        except UnaskableId as error:
            refused.append(f"row {index}: {error}")
    if readable:
        store(readable)
    if refused:
        words = "; ".join(refused[:10])
        return text(400, f"{words}; the other {len(readable)} rows are stored")
    return {"RowAffected": len(rows)}
