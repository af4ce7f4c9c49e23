"""Free attributes as columns: of one type each, so that models and rules can read them. No Django.

An owner's attribute is a column under its own name; what two owners would call the same but write
differently stays theirs. A number stays a number, true and false stay so, a list stays a list of
texts, and where the values of one name are mixed all of them are texts.
"""

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

MOST_COLUMNS = 40
"""Attributes that models and rules see; of more, those that the most rows have."""


@dataclass(frozen=True, slots=True)
class AttributeColumns:
    """Typed values of each row, and the names that found no column.

    Attributes:
        rows: one mapping a row, all with the same keys; None where a row says nothing.
        left_out: beyond the cap, or of a name that a column has already.
    """

    rows: list[dict[str, Any]]
    left_out: tuple[str, ...]


def attribute_columns(
    attributes: Sequence[Mapping[str, Any]],
    *,
    reserved: Collection[str] = (),
    most: int = MOST_COLUMNS,
) -> AttributeColumns:
    """The attributes of rows as columns.

    Args:
        attributes: of each row, as JSON has them; what is nested deeper than a list is no column.
        reserved: names of columns that there are already.
        most: columns.
    """
    counts = Counter(
        name for row in attributes for name, fact in row.items() if _kind(fact) is not None
    )
    ordered = [name for name, _ in counts.most_common() if name not in reserved]
    chosen = sorted(ordered[:most])
    reads = {name: _reader(row[name] for row in attributes if name in row) for name in chosen}
    rows = [{name: read(row.get(name)) for name, read in reads.items()} for row in attributes]
    return AttributeColumns(rows, tuple(sorted(set(counts) - set(chosen))))


def attribute_types(
    attributes: Sequence[Mapping[str, Any]], *, reserved: Collection[str] = ()
) -> dict[str, type]:
    """Name to float, bool, str or list: what the columns of these rows would hold."""
    types: dict[str, type] = {}
    for row in attribute_columns(attributes, reserved=reserved).rows:
        types |= {name: type(value) for name, value in row.items() if value is not None}
    return types


def _kind(fact: Any) -> type | None:
    """Of a value that a column can hold; none of nothing, of an empty text, and of a mapping."""
    if fact is None or fact in ("", []) or isinstance(fact, Mapping):
        return None
    if isinstance(fact, bool | list):
        return type(fact)
    return float if isinstance(fact, int | float) else str


def _reader(facts: Any) -> Callable[[Any], Any]:
    """How the values of one name are read, by the kinds that they are of."""
    kinds = {kind for fact in facts if (kind := _kind(fact)) is not None}
    if list in kinds:
        return _texts
    if kinds == {bool}:
        return lambda fact: fact if _kind(fact) is bool else None
    if kinds == {float}:
        return lambda fact: float(fact) if _kind(fact) is float else None
    return _text


def _text(fact: Any) -> str | None:
    return None if _kind(fact) is None else str(fact)


def _texts(fact: Any) -> list[str] | None:
    if _kind(fact) is None:
        return None
    listed = fact if isinstance(fact, list) else [fact]
    return [str(element) for element in listed if _kind(element) not in (None, list)]


FACTS = ("age_range", "gender", "location", "tier", "shopping_frequency", "favourite_time")

USER_FACTS = (*FACTS, "categories", "brands")
"""Names that free attributes of users do not take."""
