"""A guide to one catalog: hears messages, plans lists, finds items; all that a service needs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from math import isfinite
from typing import Any, Final

import numpy as np
import polars as pl

from omakase.dialog.answer import AnswerItem
from omakase.dialog.compiling import Compiler, Plan
from omakase.dialog.letters import squeezed
from omakase.dialog.lexicon import join_paths
from omakase.dialog.nouns import CatalogNoun, catalog_noun
from omakase.dialog.search import SearchIndex
from omakase.dialog.state import DialogState, ListedItem, refining, update_state
from omakase.dialog.training import DialogModel, own_model
from omakase.dialog.understanding import Understander, Understanding
from omakase.features.pairs import great_circle_km
from omakase.text.tokens import Way

_COLUMNS: Final[Mapping[str, Any]] = {
    "item_id": pl.String, "title": pl.String, "category": pl.String, "brand": pl.String,
    "tags": pl.List(pl.String), "description": pl.String, "district": pl.String,
    "price": pl.Float64, "latitude": pl.Float64, "longitude": pl.Float64,
    "opening_hours": pl.String, "year": pl.Float64,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class GuideTurn:
    """What a message means, the state after it, and what of that can be met."""

    heard: Understanding
    state: DialogState
    plan: Plan


@dataclass(frozen=True)
class Guide:
    """What is learnt of one catalog.

    Attributes:
        items: one row an item, by its columns; categories as paths.
        rows: item id to its row.
        titles: of all items, squeezed; what an answer might name.
        noun: what the items are called together.
    """

    items: pl.DataFrame
    rows: Mapping[str, int]
    titles: frozenset[str]
    search: SearchIndex
    understander: Understander
    compiler: Compiler
    model: DialogModel
    noun: CatalogNoun

    @classmethod
    def of(
        cls,
        items: pl.DataFrame,
        model: DialogModel | None = None,
        *,
        way: Way = "auto",
        earlier: "Guide | None" = None,
    ) -> "Guide":
        """Learn a catalog. Cutting Korean texts into morphemes is most of the work: for ten
        thousand items with a description each, more than ten seconds.

        Args:
            model: of messages; none: the one that comes with the engine.
            way: how Korean is cut for the search.
            earlier: a guide to what the catalog was before; what has not changed is kept.
        """
        items = join_paths(items)
        learnt = model or own_model()
        if earlier is not None and earlier.model is learnt and earlier.items.equals(items):
            return earlier
        search = SearchIndex(items, way=way, earlier=earlier.search if earlier else None)
        ids = items.get_column("item_id").to_list()
        titles = (
            items.get_column("title").drop_nulls().to_list() if "title" in items.columns else ()
        )
        return cls(
            items=items,
            rows={key: row for row, key in enumerate(ids)},
            titles=frozenset(squeezed(title) for title in titles),
            search=search,
            understander=Understander(
                items,
                learnt.intents,
                search=search,
                slots=learnt.slots,
                aliases=learnt.vocabulary,
            ),
            compiler=Compiler(items, search),
            model=learnt,
            noun=catalog_noun(items),
        )

    @classmethod
    def of_rows(
        cls,
        rows: Sequence[Mapping[str, Any]],
        model: DialogModel | None = None,
        *,
        way: Way = "auto",
        earlier: "Guide | None" = None,
    ) -> "Guide":
        """The same from rows of plain fields; fields that a guide does not read are left out.

        Some are an owner's free attributes: a year may be a text, or a list. What cannot be read
        as what it is by its name says nothing.
        """
        columns = {
            name: [_read_as(kind, row.get(name)) for row in rows] for name, kind in _COLUMNS.items()
        }
        return cls.of(pl.DataFrame(columns, schema=dict(_COLUMNS)), model, way=way, earlier=earlier)

    def understand(self, message: str) -> Understanding:
        """What a message means."""
        return self.understander.understand(message)

    def hear(
        self,
        message: str,
        before: DialogState,
        shown: Sequence[ListedItem],
        *,
        location: tuple[float, float] | None = None,
    ) -> "GuideTurn":
        """A message in its conversation: what it means, and what holds after it.

        Args:
            before: where the conversation stood.
            shown: the list that the person looks at.
            location: latitude and longitude of the person in degrees.
        """
        understanding = refining(before, self.understand(message))
        new_state = update_state(
            before, understanding, shown, partial(self.meets, location=location)
        )
        return GuideTurn(understanding, new_state, self.plan(new_state, location=location))

    def plan(self, state: DialogState, *, location: tuple[float, float] | None = None) -> Plan:
        """What of a state can be met."""
        return self.compiler.plan(state, location=location)

    def meets(self, state: DialogState, *, location: tuple[float, float] | None = None) -> bool:
        """Whether some item meets all that a state asks for."""
        plan = self.plan(state, location=location)
        return plan.matches > 0 and not (plan.dropped or plan.substituted)

    def find(self, query: str, *, limit: int) -> list[tuple[str, float]]:
        """At most `limit` item ids that fit a query, with scores 0..1, best first."""
        ids = self.items.get_column("item_id")
        hits = self.search.search(query, limit=limit)
        best = hits[0].score if hits else 1.0
        return [(ids[hit.row], round(hit.score / best, 4)) for hit in hits]

    def item(self, item_id: str, *, reason: str = "") -> AnswerItem | None:
        """An item as an answer may name it; None where the catalog has it not."""
        if item_id not in self.rows:
            return None
        row = self.items.row(self.rows[item_id], named=True)
        return AnswerItem(
            item_id=item_id,
            title=row.get("title") or item_id,
            category=row.get("category") or "",
            price=row.get("price"),
            reason=reason,
            description=row.get("description") or "",
            district=row.get("district") or "",
            hours=row.get("opening_hours") or "",
        )

    def shown(self, item_id: str, location: tuple[float, float] | None) -> ListedItem:
        """An item of a list as the next message may point at it."""
        item = self.item(item_id) or AnswerItem(item_id, item_id)
        return ListedItem(item_id, item.title, item.price, self._distance(item_id, location))

    def _distance(self, item_id: str, location: tuple[float, float] | None) -> float | None:
        if location is None or item_id not in self.rows:
            return None
        row = self.items.row(self.rows[item_id], named=True)
        if row.get("latitude") is None or row.get("longitude") is None:
            return None
        origin, target = np.asarray(location), np.asarray((row["latitude"], row["longitude"]))
        return round(float(great_circle_km(origin, target)), 3)


def _read_as(kind: Any, field: Any) -> Any:
    """A field as its column has it; None where it cannot be."""
    if kind == pl.Float64:
        return _number(field)
    if kind == pl.String:
        return _text(field)
    if field is None:
        return None
    listed = field if isinstance(field, list | tuple) else (field,)
    return [text for text in map(_text, listed) if text is not None]


def _text(field: Any) -> str | None:
    if isinstance(field, bool) or not isinstance(field, str | int | float):
        return None
    return field if isinstance(field, str) else f"{field:.15g}"


def _number(field: Any) -> float | None:
    if isinstance(field, bool) or not isinstance(field, str | int | float):
        return None
    try:
        number = float(field)
    except (ValueError, OverflowError):
        return None
    return number if isfinite(number) else None
