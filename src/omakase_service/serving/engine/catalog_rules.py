"""Rules over a version's items, as the catalog has them now."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from omakase.artifacts.version import Version
from omakase.pipeline.rulebook import RuleBook
from omakase.pipeline.rules import NO_RULES, CompiledRules, RulesConfig
from omakase.rules.columns import OverlaidColumns, Schema
from omakase_service.catalog.contracts import ItemCard
from omakase_service.serving.engine.cards import ItemRows, columns_after, columns_over, newest_rows
from omakase_service.serving.engine.contracts import (
    ATTRIBUTE_TYPES,
    NOWHERE,
    USER_SCHEMA,
    EngineRequest,
    rules_of,
)
from omakase_settings import Placement


@dataclass(frozen=True)
class CatalogRules:
    """What rules may say of items and people, and what they say. Replaced whole, never changed.

    Attributes:
        opened: the version.
        cards: of the catalog, by item id.
        changed: what is known now of items that changed since the version learnt.
        user_schema: what rules may say of people.
    """

    opened: Version
    cards: Mapping[str, ItemCard]
    changed: ItemRows = field(default_factory=dict)
    user_schema: Schema = field(default_factory=lambda: USER_SCHEMA)

    def with_cards(
        self, kept: Mapping[str, ItemCard], cards: Mapping[str, ItemCard], changed: ItemRows
    ) -> "CatalogRules":
        """The same over a catalog in which some cards have changed.

        Args:
            kept: all cards now.
            cards: those that changed; what was worked out for the others goes on holding.
            changed: of items that the version knows otherwise, likewise.
        """
        rows = newest_rows(self.changed, changed)
        changed_rules = replace(self, cards=kept, changed=rows)
        if "columns" in vars(self):
            vars(changed_rules)["columns"] = columns_after(self.columns, self.opened, cards, rows)
        return changed_rules

    def with_facts(self, changed: ItemRows, user_types: Mapping[str, type]) -> "CatalogRules":
        """The same with what rules may say beyond what the version learnt.

        Args:
            changed: of items that changed since.
            user_types: free attributes of people: float, bool, str or list.
        """
        types = {name: ATTRIBUTE_TYPES[type_name] for name, type_name in user_types.items()}
        return replace(self, changed=changed, user_schema={**types, **USER_SCHEMA})

    def as_ready_as(self, before: "CatalogRules") -> "CatalogRules":
        """Itself, with its columns made where those of the one before were."""
        if "columns" in vars(before):
            self.columns  # noqa: B018  made by being asked for
        return self

    @cached_property
    def columns(self) -> OverlaidColumns:
        """What rules may say of items."""
        return columns_over(self.opened, self.cards, self.changed)

    @cached_property
    def book(self) -> RuleBook:
        """Rules over the version's items, each read once."""
        return RuleBook(lambda: self.columns, self.opened.ids.items)

    def require(self, placement: Placement) -> None:
        """What a placement says of items fits the catalog.

        Raises:
            RuleError: a rule cannot be read or does not fit.
            UnknownIds: an item of pins or include that there is not.
        """
        self.book.rules(self._config(placement))

    def holding(self, ask: EngineRequest, book: RuleBook | None = None) -> CompiledRules:
        """The placement's rules, then the request's, then what the person wishes.

        Args:
            book: over other items than the version's.
        """
        book = book or self.book
        rules = NO_RULES
        if ask.placement is not NOWHERE:
            rules = book.rules(book.still(self._config(ask.placement)))
        if ask.filter:
            filtered = self._config(Placement(filters=(ask.filter,)))
            rules = rules.with_those_of(book.rules(filtered))
        if ask.include is not None:
            included = self._config(Placement(include=tuple(ask.include)))
            rules = rules.with_those_of(book.rules(book.still(included)))
        if not ask.placement.wishes:
            return rules
        wishes = ask.wishes
        limits = (wishes.excluded_categories, wishes.price_min, wishes.price_max)
        return rules.with_those_of(book.wished(*limits))

    def caters_for(self, diet: str) -> bool:
        """Whether any item has the tag of a diet."""
        tags: Any = self.columns.get("tags")
        return tags is not None and diet in tags.words

    def _config(self, placement: Placement) -> RulesConfig:
        return rules_of(placement, self.user_schema)
