"""Whether a tree makes sense for a catalog: each attribute exists, each side is of a kind."""

from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches

from omakase.errors import RuleError
from omakase.rules.columns import AttributeType, Schema
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

NOTHING = None
"""The kind of null, which fits everything in a comparison for equality."""

NUMBERS = "list of numbers"


@dataclass(frozen=True, slots=True)
class Checker:
    """Finds the kind of every part of a rule.

    Attributes:
        schemas: owner (item, user, context) to its attributes.
        text: the rule, for messages.
    """

    schemas: Mapping[str, Schema]
    text: str

    def kind(self, node: Expression) -> str | None:
        """What the expression gives; None for null.

        Raises:
            RuleError: an unknown attribute (the nearest name is suggested), or sides that
                do not fit.
        """
        if isinstance(node, Constant):
            return _constant_kind(node)
        if isinstance(node, Attribute):
            return self._attribute(node)
        if isinstance(node, Negation):
            expected = AttributeType.FLAG if node.word == "not" else AttributeType.NUMBER
            self._expect(node.operand, expected, node.word)
            return expected
        return self._operation(node)

    def _operation(self, node: Operation) -> str:
        if node.word in LOGIC:
            return self._both(node, AttributeType.FLAG, AttributeType.FLAG)
        if node.word in ARITHMETIC:
            return self._both(node, AttributeType.NUMBER, AttributeType.NUMBER)
        if node.word in ORDER:
            return self._both(node, AttributeType.NUMBER, AttributeType.FLAG)
        if node.word in EQUALITY:
            return self._equality(node)
        return self._membership(node)

    def _both(self, node: Operation, wanted: AttributeType, gives: AttributeType) -> str:
        self._expect(node.left, wanted, node.word)
        self._expect(node.right, wanted, node.word)
        return gives

    def _equality(self, node: Operation) -> str:
        left_kind, right_kind = self.kind(node.left), self.kind(node.right)
        if NUMBERS in (left_kind, right_kind) or (
            AttributeType.TEXTS in (left_kind, right_kind) and None not in (left_kind, right_kind)
        ):
            raise self._error(node, f"{node.word} compares single values; use in or overlaps")
        if None not in (left_kind, right_kind) and left_kind != right_kind:
            kinds = f"{left_kind} and {right_kind}"
            raise self._error(node, f"{node.word} between {kinds} is never true")
        return AttributeType.FLAG

    def _membership(self, node: Operation) -> str:
        left_kind, right_kind = self.kind(node.left), self.kind(node.right)
        if node.word == "overlaps":
            fits = left_kind == right_kind == AttributeType.TEXTS
        else:
            texts = (AttributeType.TEXTS, AttributeType.TEXT)
            text = left_kind == AttributeType.TEXT and right_kind in texts
            fits = text or (left_kind == AttributeType.NUMBER and right_kind == NUMBERS)
        if not fits:
            kinds = f"{left_kind or 'null'} and {right_kind or 'null'}"
            raise self._error(node, f"{node.word} between {kinds} has no meaning")
        return AttributeType.FLAG

    def _expect(self, node: Expression, wanted: AttributeType, word: str) -> None:
        kind = self.kind(node)
        if kind != wanted:
            raise self._error(node, f"{word} needs a {wanted} here, this is {kind or 'null'}")

    def _attribute(self, node: Attribute) -> str:
        schema = self.schemas.get(node.owner, {})
        if node.name in schema:
            return schema[node.name]
        near = get_close_matches(node.name, schema, n=1)
        columns = ", ".join(sorted(schema)) or "none"
        hint = f"did you mean `{node.owner}.{near[0]}`?" if near else f"known: {columns}"
        raise self._error(node, f"no attribute `{node.owner}.{node.name}`; {hint}")

    def _error(self, node: Expression, reason: str) -> RuleError:
        return RuleError(reason, node.column, self.text)


def _constant_kind(node: Constant) -> str | None:
    if node.value is None:
        return NOTHING
    if isinstance(node.value, bool):
        return AttributeType.FLAG
    if isinstance(node.value, str):
        return AttributeType.TEXT
    if isinstance(node.value, float):
        return AttributeType.NUMBER
    return NUMBERS if node.value and isinstance(node.value[0], float) else AttributeType.TEXTS
