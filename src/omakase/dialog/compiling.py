"""From what a conversation asks for to filters in the rules language, and what has to give way."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import cos, radians
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from omakase.dialog.concepts import Concept, concepts, mentions
from omakase.dialog.letters import squeezed
from omakase.dialog.lexicon import district_forms, join_paths
from omakase.dialog.search import SearchIndex
from omakase.dialog.state import HARD, Constraint, DialogState
from omakase.dialog.wording import (
    is_of,
    listed,
    mentioned,
    number_text,
    quoted,
    spellings,
)
from omakase.rules.columns import AttributeType, columns_of, schema_of
from omakase.rules.grammar import MAX_LENGTH
from omakase.rules.rule import Rule
from omakase.rules.values import Mask

KM_PER_DEGREE: Final = 111.32
GIVES_WAY: Final = (
    "moment", "quality", "company", "tag", "brand", "years", "radius", "district", "budget",
    "words", "category",
)  # fmt: skip
"""Kinds in the order in which they are dropped where nothing meets all."""

SUBSTITUTES: Final[Mapping[str, str]] = {"vegan": "vegetarian"}
"""Diets that come nearest where nothing caters for the one asked for; always said."""

MOST_MASKS: Final = 200
"""Constraints whose items are remembered."""

LONGEST_RULE: Final = MAX_LENGTH - 500
"""Longer filters are told as the items that pass them."""

_TEXTS: Final = ("title", "category", "description", "title_en", "category_en", "description_en")


@dataclass(frozen=True, slots=True)
class Plan:
    """What can be asked of the catalog.

    Attributes:
        filter: in the rules language; "" lets all pass.
        include: item ids by the words of the query, best first, or all that pass where the filter
            would be too long for a rule; None where the filter says all.
        applied: constraints that hold.
        dropped: constraints that were given up since nothing met all of them; never hard ones.
        substituted: (diet asked for, diet that was taken instead).
        impossible: hard constraints that nothing meets; then no item may be shown.
        matches: items that meet what is applied.
    """

    filter: str
    include: tuple[str, ...] | None
    applied: tuple[Constraint, ...]
    dropped: tuple[Constraint, ...]
    substituted: tuple[tuple[str, str], ...]
    impossible: tuple[Constraint, ...]
    matches: int


@dataclass(frozen=True, slots=True)
class _Parts:
    """Rules that hold together ("and"), or of which one is enough ("or")."""

    rules: Sequence[str]
    joint: str = "and"


class Compiler:
    """Compiles states over one catalog."""

    def __init__(self, items: pl.DataFrame, search: SearchIndex) -> None:
        """Take the columns of a table, one item a row."""
        items = join_paths(items)
        self._items, self._search = items, search
        self._columns = columns_of(items)
        self._schema = schema_of(self._columns)
        tags = (
            items.get_column("tags").explode()
            if self._has("tags")
            else pl.Series([], dtype=pl.String)
        )
        self._tags = [tag for tag in tags.drop_nulls().unique().sort().to_list() if tag]
        paths = (
            items.get_column("category")
            if self._has("category")
            else pl.Series([], dtype=pl.String)
        )
        self._paths = [path for path in paths.drop_nulls().unique().sort().to_list() if path]
        self._ids: list[str] = items.get_column("item_id").to_list()
        self._masks: dict[tuple[Constraint, tuple[float, float] | None], Mask] = {}

    def plan(self, state: DialogState, *, location: tuple[float, float] | None = None) -> Plan:
        """What of a state can be met; soft constraints give way, diets and allergies never do.

        Args:
            location: latitude and longitude of the person in degrees.
        """
        hard, substituted, impossible = self._hard(state, location)
        soft = [constraint for constraint in state.constraints if constraint.kind not in HARD]
        unmeetable = [constraint for constraint in soft if not self._meetable(constraint, location)]
        soft = [constraint for constraint in soft if constraint not in unmeetable]
        masks = {constraint.key: self._mask(constraint, location) for constraint in (*hard, *soft)}
        open_ = self._open(state)
        satisfied = _largest(soft, masks, self._all(masks, hard) & open_)
        applied = (*hard, *satisfied)
        mask = self._all(masks, applied) & open_
        dropped = tuple(
            constraint for constraint in (*soft, *unmeetable) if constraint not in satisfied
        )
        text = " and ".join(
            filter(None, (self.rule(constraint, location) for constraint in applied))
        )
        include = self._matches(applied, mask)
        if len(text) > LONGEST_RULE:
            text = ""
            include = include if include is not None else self._items_of(mask)
        return Plan(
            filter=text,
            include=include,
            applied=applied,
            dropped=dropped,
            substituted=tuple(substituted),
            impossible=tuple(impossible),
            matches=0 if impossible else int(mask.sum()),
        )

    def rule(self, constraint: Constraint, location: tuple[float, float] | None = None) -> str:
        """One constraint in the rules language; "" where it is not one of items' columns."""
        parts = self._parts(constraint, location)
        text = f" {parts.joint} ".join(parts.rules)
        is_closed = constraint.kind in ("avoid", "diet", "company", "quality")
        is_choice = parts.joint == "or" and len(parts.rules) > 1
        return f"({text})" if text and (is_closed or is_choice) else text

    def _parts(self, constraint: Constraint, location: tuple[float, float] | None) -> "_Parts":
        """One constraint as rules of which each is short enough to be read."""
        if constraint.kind == "budget":
            return _Parts(self._between("price", constraint))
        if constraint.kind == "years":
            return _Parts(self._between("year", constraint))
        if constraint.kind == "radius":
            return _Parts(self._within(constraint, location))
        if constraint.kind in ("category", "brand", "district", "tag"):
            return _Parts(self._named(constraint), "or")
        if constraint.kind == "avoid":
            return _Parts(self._exclusions(constraint))
        if constraint.kind in ("diet", "company", "quality"):
            return _Parts(self._concept_filter(concepts()[constraint.concept]), "or")
        return _Parts([])

    def _hard(
        self, state: DialogState, location: tuple[float, float] | None
    ) -> tuple[list[Constraint], list[tuple[str, str]], list[Constraint]]:
        """Diets and what is avoided: as asked, by their substitute, or impossible."""
        met: list[Constraint] = []
        substituted: list[tuple[str, str]] = []
        impossible: list[Constraint] = []
        for constraint in (c for c in state.constraints if c.kind in HARD):
            instead = SUBSTITUTES.get(constraint.concept, "")
            for option in (
                constraint,
                replace(constraint, concept=instead) if instead else constraint,
            ):
                together = self._all(
                    {c.key: self._mask(c, location) for c in (*met, option)}, (*met, option)
                )
                if self._meetable(option, location) and together.any():
                    met.append(option)
                    if option is not constraint:
                        substituted.append((constraint.concept, option.concept))
                    break
            else:
                impossible.append(constraint)
        return met, substituted, impossible

    def _meetable(self, each: Constraint, location: tuple[float, float] | None) -> bool:
        if each.kind == "moment":
            return True
        if each.kind == "avoid":
            return bool(self._mask(each, location).any())
        if each.kind == "words":
            return bool(self._search.search(" ".join(each.names), limit=1))
        return bool(self.rule(each, location)) and bool(self._mask(each, location).any())

    def _mask(self, each: Constraint, location: tuple[float, float] | None) -> Mask:
        key = (each, location if each.kind == "radius" else None)
        if key not in self._masks:
            if len(self._masks) >= MOST_MASKS:
                self._masks.clear()
            self._masks[key] = self._new_mask(each, location)
        return self._masks[key]

    def _new_mask(self, each: Constraint, location: tuple[float, float] | None) -> Mask:
        if each.kind == "words":
            return self._text_mask(each)
        parts = self._parts(each, location)
        masks = [
            Rule.of(part, self._columns, len(self._ids), item_schema=self._schema).holds()
            for part in parts.rules
        ]  # one by one: together they may be too long for a rule
        if not masks:
            return np.ones(len(self._ids), dtype=np.bool_)
        join = np.logical_or if parts.joint == "or" else np.logical_and
        return np.asarray(join.reduce(masks), dtype=np.bool_)

    def _text_mask(self, each: Constraint) -> Mask:
        """Items with every word; where none has, those that fit all of them together best."""
        together = np.ones(len(self._ids), dtype=np.bool_)
        for name in each.names:
            together &= self._text_scores(replace(each, names=(name,))) > 0
        return together if together.any() else np.asarray(self._text_scores(each) > 0)

    def _text_scores(self, each: Constraint) -> NDArray[np.float64]:
        """(N,) scores of what fits the words at least half as well as the best does."""
        scores = self._search.scores(" ".join(each.names))
        return np.where(scores >= 0.5 * scores.max(initial=0.0), scores, 0.0)

    def _all(self, masks: Mapping[str, Mask], chosen: Sequence[Constraint]) -> Mask:
        mask = np.ones(len(self._ids), dtype=np.bool_)
        for constraint in chosen:
            mask = mask & masks[constraint.key]
        return mask

    def _open(self, state: DialogState) -> Mask:
        hidden = {*state.excluded, state.similar_to}
        return np.asarray([key not in hidden for key in self._ids], dtype=np.bool_)

    def _matches(self, applied: Sequence[Constraint], mask: Mask) -> tuple[str, ...] | None:
        words = next((constraint for constraint in applied if constraint.kind == "words"), None)
        if words is None:
            return None
        scores = np.where(mask, self._search.scores(" ".join(words.names)), 0.0)
        order = np.argsort(-scores, kind="stable")
        return tuple(self._ids[row] for row in order if scores[row] > 0)

    def _items_of(self, mask: Mask) -> tuple[str, ...]:
        return tuple(self._ids[row] for row in np.flatnonzero(mask))

    def _has(self, *names: str) -> bool:
        return all(name in self._items.columns for name in names)

    def _between(self, name: str, each: Constraint) -> list[str]:
        if self._schema.get(name) != AttributeType.NUMBER:
            return []
        ends = ((">=", each.low), ("<=", each.high))
        return [f"item.{name} {sign} {number_text(end)}" for sign, end in ends if end is not None]

    def _within(self, each: Constraint, location: tuple[float, float] | None) -> list[str]:
        """A square around the person, as wide as the circle."""
        if location is None or not self._has("latitude", "longitude") or each.high is None:
            return []
        latitude, longitude = location
        north = each.high / KM_PER_DEGREE
        east = north / max(0.01, cos(radians(latitude)))
        ends = (
            ("latitude", ">=", latitude - north), ("latitude", "<=", latitude + north),
            ("longitude", ">=", longitude - east), ("longitude", "<=", longitude + east),
        )  # fmt: skip
        return [f"item.{name} {sign} {number_text(round(end, 6))}" for name, sign, end in ends]

    def _named(self, each: Constraint) -> list[str]:
        if each.kind == "tag":
            return listed("item.tags overlaps", each.names) if self._has("tags") else []
        if not self._has(each.kind):
            return []
        names = each.names
        if each.kind == "category":
            terms = set(names)
            names = tuple(p for p in self._paths if p in terms) or names
        return listed(f"item.{each.kind} in", names)

    def _exclusions(self, each: Constraint) -> list[str]:
        """No text and no tag of an item may name it, by any of its words."""
        concept = concepts()[each.concept] if each.concept else None
        words = each.names if concept is None else (*concept.words, *concept.dishes)
        spelt = sorted({form for word in words for form in spellings(word)})
        single = [word for word in words if len(word) == 1]
        columns = [name for name in _TEXTS if self._has(name)]
        parts = [
            f"not {quoted(word)} in item.{name}"
            for name in columns
            for word in spelt
            if self._occurs(name, word)
        ]
        parts += [
            f"not {quoted(context)} in item.{name}"
            for name in columns
            for context in mentioned(self._items.get_column(name), single)
        ]
        parts += listed("not item.district in", self._districts_of(each))
        parts += listed("not item.brand in", self._brands_of(each))
        tags = [
            tag
            for tag in self._tags
            if any(word in tag for word in spelt) or any(mentions(tag, word) for word in single)
        ]
        return [*parts, *listed("not item.tags overlaps", tags)]

    def _districts_of(self, each: Constraint) -> list[str]:
        """Districts that a refused word names: 동대문 빼고, not in Myeongdong."""
        if each.concept or not self._has("district"):
            return []
        districts = {squeezed(name) for name in each.names}
        names = self._items.get_column("district").drop_nulls().unique().sort().to_list()
        return [n for n in names if districts & {squeezed(f) for f in (n, *district_forms(n))}]

    def _brands_of(self, each: Constraint) -> list[str]:
        """Brands that a refused word names: nothing of Acme, Acme 말고."""
        if each.concept or not self._has("brand"):
            return []
        wanted = {squeezed(name) for name in each.names}
        names = self._items.get_column("brand").drop_nulls().unique().sort().to_list()
        return [name for name in names if squeezed(name) in wanted]

    def _concept_filter(self, concept: Concept) -> list[str]:
        """By tags and categories; what is no diet by texts, too."""
        forms = [squeezed(word) for word in concept.words if len(squeezed(word)) > 1]
        tags = [tag for tag in self._tags if any(is_of(form, tag) for form in forms)]
        paths = [path for path in self._paths if any(is_of(form, path) for form in forms)]
        parts = [*listed("item.tags overlaps", tags), *listed("item.category in", paths)]
        if concept.kind == "quality" or (concept.kind == "company" and not parts):
            parts += [
                f"{quoted(word)} in item.{name}"
                for name in _TEXTS
                for word in concept.words
                if len(word) > 1 and self._occurs(name, word)
            ]
        return parts

    def _occurs(self, name: str, word: str) -> bool:
        """Whether any item has the word in a column; rules stay short where it has not."""
        if not self._has(name):
            return False
        return bool(self._items.get_column(name).str.contains(word, literal=True).any())


def _largest(
    soft: Sequence[Constraint], masks: Mapping[str, Mask], start: Mask
) -> list[Constraint]:
    """What can be kept: the kinds that give way first are left out first, then more of them."""
    subset = sorted(soft, key=lambda each: GIVES_WAY.index(each.kind))

    def any_left(chosen: Sequence[Constraint]) -> bool:
        mask = start
        for constraint in chosen:
            mask = mask & masks[constraint.key]
        return bool(mask.any())

    while subset and not any_left(subset):
        single = next((e for e in subset if any_left([o for o in subset if o is not e])), subset[0])
        subset = [constraint for constraint in subset if constraint is not single]
    return subset
