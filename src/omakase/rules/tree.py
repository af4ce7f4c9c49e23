"""What a rule says, as a tree. Every node knows the column of the text it came from."""

from dataclasses import dataclass
from typing import Literal, TypeAlias

Owner: TypeAlias = Literal["item", "user", "context"]


@dataclass(frozen=True, slots=True)
class Constant:
    """A number, a text, true, false, null, or a list of texts or of numbers."""

    value: float | str | bool | tuple[str, ...] | tuple[float, ...] | None
    column: int


@dataclass(frozen=True, slots=True)
class Attribute:
    """`item.price`, `user.categories`, `context.budget`."""

    owner: Owner
    name: str
    column: int


@dataclass(frozen=True, slots=True)
class Negation:
    """`not x`, or `-x` of a number."""

    operand: "Expression"
    column: int
    word: Literal["not", "-"]


@dataclass(frozen=True, slots=True)
class Operation:
    """Two sides and a word between them."""

    word: str
    left: "Expression"
    right: "Expression"
    column: int


Expression: TypeAlias = Constant | Attribute | Negation | Operation

LOGIC = frozenset({"and", "or"})
ORDER = frozenset({"<", "<=", ">", ">="})
EQUALITY = frozenset({"==", "!="})
MEMBERSHIP = frozenset({"in", "not in", "overlaps"})
ARITHMETIC = frozenset({"+", "-", "*", "/"})
