"""`Rule`: a checked filter or boost, ready to be asked about items."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from omakase.errors import RuleError
from omakase.rules import values
from omakase.rules.check import Checker
from omakase.rules.columns import AttributeType, Columns, Numbers, Schema
from omakase.rules.grammar import parse
from omakase.rules.tree import (
    ARITHMETIC,
    EQUALITY,
    LOGIC,
    ORDER,
    Attribute,
    Constant,
    Expression,
    Negation,
    Operation,
)
from omakase.rules.values import Mask, Single, Value
from omakase.types import Rows

Facts: TypeAlias = Mapping[str, Single]
"""Attributes of one user or of one request. One of another kind than was declared is missing."""

COMPARED = {"<": np.less, "<=": np.less_equal, ">": np.greater, ">=": np.greater_equal}
COMPUTED = {"+": np.add, "-": np.subtract, "*": np.multiply, "/": np.divide}


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule over the items of a catalog.

    Attributes:
        text: as the owner wrote it.
        tree: what it says.
        kind: FLAG for a filter, NUMBER for a boost.
        columns: the items' attributes, one place a row.
        size: items in the catalog, N.
    """

    text: str
    tree: Expression
    kind: AttributeType
    columns: Columns
    size: int

    @classmethod
    def of(
        cls,
        text: str,
        items: Columns,
        size: int,
        *,
        item_schema: Schema,
        user_schema: Schema | None = None,
        context_schema: Schema | None = None,
    ) -> "Rule":
        """A rule that fits the catalog.

        Raises:
            RuleError: it cannot be read, names what is not there, or gives neither a truth nor
                a number; with the place.
        """
        tree = parse(text)
        schemas = {"item": item_schema, "user": user_schema or {}, "context": context_schema or {}}
        kind = Checker(schemas, text).kind(tree)
        if kind not in (AttributeType.FLAG, AttributeType.NUMBER):
            raise RuleError(f"a rule is a filter or a number, this is {kind}", tree.column, text)
        return cls(text, tree, AttributeType(kind), items, size)

    def expected(self, kind: AttributeType) -> "Rule":
        """Itself, if it gives that.

        Raises:
            RuleError: a boost where a filter is wanted, or the other way round.
        """
        if self.kind != kind:
            reason = f"this gives a {self.kind}; a {kind} is wanted here"
            raise RuleError(reason, self.tree.column, self.text)
        return self

    def holds(
        self, rows: Rows | None = None, *, user: Facts | None = None, context: Facts | None = None
    ) -> Mask:
        """Whether the filter lets each item pass: (N,), or (C,) for some item rows."""
        scope = self._scope(rows, user, context)
        return values.truth(scope.value(self.tree), scope.size)

    def amounts(
        self, rows: Rows | None = None, *, user: Facts | None = None, context: Facts | None = None
    ) -> NDArray[np.float64]:
        """The number the boost gives each item: (N,) or (C,); NaN where something is missing."""
        scope = self._scope(rows, user, context)
        return np.broadcast_to(values.numbers(scope.value(self.tree)), (scope.size,))

    def _scope(self, rows: Rows | None, user: Facts | None, context: Facts | None) -> "_Scope":
        size = self.size if rows is None else len(rows)
        return _Scope(self.columns, rows, {"user": user or {}, "context": context or {}}, size)


@dataclass(frozen=True, slots=True)
class _Scope:
    """What the names of a rule stand for, in one evaluation."""

    items: Columns
    rows: Rows | None
    facts: Mapping[str, Facts]
    size: int

    def value(self, node: Expression) -> Value:
        if isinstance(node, Constant):
            return node.value
        if isinstance(node, Attribute):
            return self._attribute(node)
        if isinstance(node, Negation):
            return self._negate(node)
        return self._operation(node)

    def _attribute(self, node: Attribute) -> Value:
        if node.owner != "item":
            return values.single(self.facts[node.owner].get(node.name))
        column = self.items[node.name]
        return column if self.rows is None else column.take_rows(self.rows)

    def _negate(self, node: Negation) -> Value:
        inner = self.value(node.operand)
        if node.word == "not":
            return values.flags(~values.truth(inner, self.size))
        return Numbers(-values.numbers(inner))

    def _operation(self, node: Operation) -> Value:
        left_value, right_value = self.value(node.left), self.value(node.right)
        if node.word in ARITHMETIC:
            return self._compute(node.word, left_value, right_value)
        if node.word in EQUALITY:
            mask = self._same(node, left_value, right_value)
        else:
            mask = self._truth(node.word, left_value, right_value)
        return values.flags(np.broadcast_to(mask, (self.size,)))

    def _truth(self, word: str, left: Value, right: Value) -> Mask:
        size = self.size
        if word in LOGIC:
            join = np.logical_and if word == "and" else np.logical_or
            return np.asarray(join(values.truth(left, size), values.truth(right, size)))
        if word in ORDER:
            return np.asarray(COMPARED[word](values.numbers(left), values.numbers(right)))
        if word == "overlaps":
            return values.overlap(left, right, size)
        inside = values.contains(left, right, size)
        return inside if word == "in" else ~inside

    def _same(self, node: Operation, left: Value, right: Value) -> Mask:
        """Only a written null asks whether something is missing; an unknown fact does not."""
        if _is_null(node.right):
            same = values.missing(left, self.size)
        elif _is_null(node.left):
            same = values.missing(right, self.size)
        else:
            same = values.equal(left, right, self.size)
        return same if node.word == "==" else ~same

    def _compute(self, word: str, left: Value, right: Value) -> Numbers:
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            numbers = COMPUTED[word](values.numbers(left), values.numbers(right))
        return Numbers(np.where(np.isfinite(numbers), numbers, np.nan))


def _is_null(node: Expression) -> bool:
    return isinstance(node, Constant) and node.value is None
