"""The owner's rules over a list: filters, boosts, pins, lists of items; of a pipeline or a request.

rules = Rules.of(RulesConfig(filters=("item.price < 30000",), pins={1: "i17"}), version.items)
pipeline.recommend(queries, 10, rules=rules)
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray
from pydantic import Field

from omakase.arrays.lists import keep_allowed, sorted_slate
from omakase.arrays.standard import to_unit
from omakase.errors import UnknownIds
from omakase.features.calendar import weekday
from omakase.rules.columns import AttributeType, Columns, Schema, columns_of, schema_of
from omakase.rules.rule import Facts, Rule
from omakase.rules.tree import Attribute, Expression, Negation, Operation
from omakase.types import DAY_SECONDS, PAD, Config, Context, Queries, Rows, Scores, Slate

Mask = NDArray[np.bool_]

MOMENT: Final[Schema] = {
    "device": AttributeType.TEXT,
    "page": AttributeType.TEXT,
    "latitude": AttributeType.NUMBER,
    "longitude": AttributeType.NUMBER,
    "budget": AttributeType.NUMBER,
    "hour": AttributeType.NUMBER,
    "weekday": AttributeType.NUMBER,
}
"""What rules may ask of every request; hour and weekday (0 Monday) in UTC."""


class RulesConfig(Config):
    """Rules as they are written and saved. Item ids are the owner's own."""

    filters: tuple[str, ...] = Field(
        default=(), description="conditions that every item shown must meet"
    )
    boosts: tuple[str, ...] = Field(
        default=(),
        description="numbers that the score, brought to 0..1, is multiplied by: 2 lifts, 0 sends "
        "to the end, nothing known leaves alone",
    )
    include: tuple[str, ...] | None = Field(
        default=None, description="where given, no other items are shown"
    )
    exclude: tuple[str, ...] = Field(default=(), description="items never shown")
    pins: dict[int, str] = Field(
        default_factory=dict,
        description="places, from 1, to the items that take them, if the gate lets them pass",
    )
    user: dict[str, AttributeType] = Field(
        default_factory=dict, description="attributes of people that rules may name"
    )
    context: dict[str, AttributeType] = Field(
        default_factory=dict, description="attributes of requests that rules may name beside ours"
    )

    @property
    def items(self) -> tuple[str, ...]:
        """Every item that is named."""
        return (*(self.include or ()), *self.exclude, *self.pins.values())


@dataclass(frozen=True)
class CompiledRules:
    """Rules that fit the catalog, ready to be applied.

    Attributes:
        filters: each true or false of an item.
        boosts: each a number for an item.
        allowed: (N,) by include and exclude; None where all are.
        pins: (place from 0, item row), by place.
    """

    filters: tuple[Rule, ...] = ()
    boosts: tuple[Rule, ...] = ()
    allowed: Mask | None = None
    pins: tuple[tuple[int, int], ...] = ()

    @property
    def personal(self) -> bool:
        """Whether any rule asks about the person or the request."""
        return any(_is_personal(rule.tree) for rule in (*self.filters, *self.boosts))

    @property
    def filtering(self) -> bool:
        """Whether there is anything that some items do not meet."""
        return bool(self.filters) or self.allowed is not None

    @cached_property
    def standing(self) -> Mask | None:
        """(N,) what may be shown whoever asks; None for everything. Found once and then kept."""
        mask = self.allowed
        for rule in self.filters:
            if not _is_personal(rule.tree):
                mask = _both(mask, rule.holds())
        return mask

    @classmethod
    def of(cls, config: RulesConfig, items: pl.DataFrame) -> "CompiledRules":
        """Rules over a version's items.

        Raises:
            RuleError: a rule that cannot be read, names what is not there, or is no filter or no
                boost; with the place.
            UnknownIds: an item of include or pins that the catalog does not have.
        """
        columns = columns_of(items) if config.filters or config.boosts else {}
        named = pl.col("item_id").is_in(config.items)
        matches = items.select("item_id").with_row_index("row").filter(named)
        row_of = {key: int(row) for row, key in matches.iter_rows()}
        return cls.over(config, columns, row_of, len(items))

    @classmethod
    def over(
        cls, config: RulesConfig, columns: Columns, places: Mapping[str, int], n_items: int
    ) -> "CompiledRules":
        """As `of`, over columns that the caller holds, perhaps newer than the version's.

        Args:
            places: item id to row, of the items that the configuration names; unknown ones to
                exclude may be missing.

        Raises:
            RuleError, UnknownIds: as in `of`.
        """
        unknown = [
            key for key in (*(config.include or ()), *config.pins.values()) if key not in places
        ]
        if unknown:
            raise UnknownIds(unknown)
        filters, boosts = (
            tuple(_rule(text, columns, n_items, config, kind) for text in texts)
            for kind, texts in (
                (AttributeType.FLAG, config.filters),
                (AttributeType.NUMBER, config.boosts),
            )
        )
        pins = sorted((position - 1, places[key]) for position, key in config.pins.items())
        return cls(filters, boosts, _allowed_mask(config, places, n_items), tuple(pins))

    def with_those_of(self, request: "CompiledRules") -> "CompiledRules":
        """Both: filters all hold, boosts multiply, a pin of the request takes its place."""
        pins = dict(self.pins) | dict(request.pins)
        return CompiledRules(
            self.filters + request.filters,
            self.boosts + request.boosts,
            _both(self.allowed, request.allowed),
            tuple(sorted(pins.items())),
        )

    def beyond_standing(self, request: "CompiledRules") -> "CompiledRules":
        """The filters, of both, that `standing` does not hold: the personal, and the request's."""
        personal = tuple(rule for rule in self.filters if _is_personal(rule.tree))
        return CompiledRules(personal + request.filters, allowed=request.allowed)

    def allows(self, queries: Queries) -> Mask | None:
        """(N,) what may be shown, None for everything; of one query where rules are `personal`."""
        mask = self.standing
        for rule in self.filters:
            if _is_personal(rule.tree):
                user, context = facts(queries)
                mask = _both(mask, rule.holds(user=user, context=context))
        return mask

    def passing(self, queries: Queries, slate: Slate, n_items: int) -> Slate:
        """The slate without what `allows` would not let pass; asks of its items alone."""
        if not self.filtering or not slate.items.size:
            return slate
        inside = (slate.items >= 0) & (slate.items < n_items)
        rows = np.where(inside, slate.items, 0).ravel()
        fine = inside.ravel() if self.allowed is None else inside.ravel() & self.allowed[rows]
        user, context = facts(queries)
        for rule in self.filters:
            fine = fine & rule.holds(rows, user=user, context=context)
        items = np.where(fine.reshape(slate.items.shape), slate.items, np.int32(PAD))
        nothing = np.zeros((len(items), 0), dtype=np.int32)
        return keep_allowed(Slate(items, slate.scores), nothing, n_items)

    def boosted(self, queries: Queries, slate: Slate) -> Slate:
        """The slate with its scores, 0..1 in each row, multiplied by every boost, sorted anew."""
        if not self.boosts or not slate.items.size:
            return slate
        scores = 0.05 + 0.95 * to_unit(slate)  # so that the last can be lifted too
        user, context = facts(queries)
        for rule in self.boosts:
            amounts = rule.amounts(np.maximum(slate.items, 0).ravel(), user=user, context=context)
            scores = scores * np.maximum(np.nan_to_num(amounts, nan=1.0), 0).reshape(scores.shape)
        ranked = np.where(slate.items == PAD, -np.inf, scores).astype(np.float32)
        return sorted_slate(slate.items, ranked)

    def pinned(self, slate: Slate, passing: Slate) -> Slate:
        """The slate with the pins that are in `passing` at their places, all else moved down."""
        if not self.pins:
            return slate
        rows = [
            _with_pins(items.tolist(), [p for p in self.pins if p[1] in fine and p[0] < len(items)])
            for items, fine in zip(slate.items, passing.items.tolist(), strict=True)
        ]
        return Slate(
            np.asarray(rows, dtype=np.int32).reshape(slate.items.shape), _scores(rows, slate)
        )

    def pins_for(self, queries: Queries) -> Slate:
        """(B, P) the pinned items, as proposals for the gate to judge."""
        rows = np.tile(np.asarray([row for _, row in self.pins], np.int32), (len(queries), 1))
        return Slate(rows, np.ones(rows.shape, dtype=np.float32))


NO_RULES: Final = CompiledRules()
"""What lets everything pass, and moves nothing."""


def facts(queries: Queries) -> tuple[Facts, Facts]:
    """What rules may know of the first query's person and request; unknown things are None."""
    context = queries.contexts[0] if queries.contexts else Context()
    now = int(queries.now[0]) if len(queries) else 0
    clock: Facts = {
        "hour": float(now % DAY_SECONDS // 3600) if now else None,
        "weekday": float(weekday(queries.now[:1])[0]) if now else None,
    }
    moment = {name: getattr(context, name) for name in MOMENT if name not in clock}
    known = {n: float(v) if isinstance(v, int) else v for n, v in moment.items() if v != ""}
    return context.user, {**dict.fromkeys(MOMENT), **known, **clock, **context.attributes}


def _rule(text: str, columns: Columns, size: int, config: RulesConfig, kind: AttributeType) -> Rule:
    return Rule.of(
        text,
        columns,
        size,
        item_schema=schema_of(columns),
        user_schema=config.user,
        context_schema={**MOMENT, **config.context},
    ).expected(kind)


def _is_personal(node: Expression) -> bool:
    """Whether the rule asks about the person or the request."""
    if isinstance(node, Attribute):
        return node.owner != "item"
    if isinstance(node, Negation):
        return _is_personal(node.operand)
    return isinstance(node, Operation) and (_is_personal(node.left) or _is_personal(node.right))


def _allowed_mask(config: RulesConfig, places: Mapping[str, int], size: int) -> Mask | None:
    if config.include is None and not config.exclude:
        return None
    mask = np.full(size, config.include is None)
    mask[_rows(places[key] for key in config.include or ())] = True
    mask[_rows(places[key] for key in config.exclude if key in places)] = False
    return mask


def _rows(found: Iterable[int]) -> Rows:
    return np.asarray(list(found), dtype=np.int32)


def _both(first: Mask | None, second: Mask | None) -> Mask | None:
    if first is None or second is None:
        return second if first is None else first
    return first & second


def _with_pins(items: list[int], pins: list[tuple[int, int]]) -> list[int]:
    """The list with each pin at its place, once, as long as before."""
    first = {
        row: position for position, row in reversed(pins)
    }  # an item takes one place, its first
    rest = [item for item in items if item not in first]
    for row, place in sorted(first.items(), key=lambda pin: pin[1]):
        rest.insert(min(place, _length(rest)), row)
    return rest[: len(items)]


def _length(items: list[int]) -> int:
    return sum(item != PAD for item in items)


def _scores(rows: list[list[int]], slate: Slate) -> Scores:
    """Each item keeps its score; a pin that had none gets that of the one before it, or after."""
    scores = np.full(slate.scores.shape, -np.inf, dtype=np.float32)
    for b, items in enumerate(rows):
        own = dict(zip(slate.items[b].tolist(), slate.scores[b].tolist(), strict=True))
        last = max(own.values(), default=0.0)
        last = last if np.isfinite(last) else 0.0
        for column, item in enumerate(items):
            if item != PAD:
                last = scores[b, column] = own.get(item, last)
    return scores
