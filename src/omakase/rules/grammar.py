"""From the text of a rule to its tree."""

from functools import cache
from typing import Any

from lark import Lark, Token, Transformer, Tree, v_args
from lark.exceptions import UnexpectedCharacters, UnexpectedInput, UnexpectedToken, VisitError

from omakase.errors import RuleError
from omakase.rules.tree import Attribute, Constant, Expression, Negation, Operation

MAX_LENGTH = 4_000
"""Characters in one rule. A longer one is data, not a rule."""

MAX_DEPTH = 50
"""Parentheses and negations within each other."""

GRAMMAR = r"""
?start: choice
?choice: both | choice OR both                    -> operation
?both: negated | both AND negated                 -> operation
?negated: comparison | NOT negated                -> negation
?comparison: sum | sum COMPARES sum               -> operation
    | sum IN sum                                  -> operation
    | sum NOT IN sum                              -> absence
    | sum OVERLAPS sum                            -> operation
?sum: product | sum PLUS_MINUS product            -> operation
?product: signed | product TIMES_DIVIDED signed   -> operation
?signed: atom | MINUS signed                      -> negation
?atom: NUMBER                                     -> number
    | TEXT                                        -> text
    | TRUE                                        -> true
    | FALSE                                       -> false
    | NULL                                        -> null
    | OWNER "." NAME                              -> attribute
    | OWNER "." NAME "." NAME                     -> free_attribute
    | LIST_START [element ("," element)*] "]"     -> listed
    | "(" choice ")"
?element: NUMBER -> number | MINUS NUMBER -> minus_number | TEXT -> text

OR.2: "or"
AND.2: "and"
NOT.2: "not"
IN.2: "in"
OVERLAPS.2: "overlaps"
TRUE.2: "true"
FALSE.2: "false"
NULL.2: "null"
OWNER.2: "item" | "user" | "context"
COMPARES: "<=" | ">=" | "==" | "!=" | "<" | ">"
PLUS_MINUS: "+" | MINUS
MINUS: "-"
TIMES_DIVIDED: "*" | "/"
LIST_START: "["
NUMBER: /[0-9]+(\.[0-9]+)?/
TEXT: /"([^"\\\n]|\\["\\])*"|'([^'\\\n]|\\['\\])*'/
NAME: /[^\W\d]\w*/
%ignore /[ \t\n]+/
"""

VALUE_STARTS = {"LIST_START", "LPAR", "MINUS", "NUMBER", "NULL", "OWNER", "TEXT", "TRUE", "FALSE"}
"""What every value may begin with; said as "a value" in messages."""

HINTS = {"=": "did you mean ==?", "&": "did you mean and?", "|": "did you mean or?"}

WORDS = {
    "COMPARES": "a comparison",
    "NUMBER": "a number",
    "TEXT": "a text in quotes",
    "NAME": "the name of an attribute",
    "LIST_START": "a list",
    "LPAR": "(",
    "RPAR": ")",
    "RSQB": "]",
    "COMMA": ",",
    "DOT": ".",
    "PLUS_MINUS": "+ or -",
    "TIMES_DIVIDED": "* or /",
    "MINUS": "-",
    "$END": "the end",
}


def parse(text: str) -> Expression:
    """The tree of a rule.

    Raises:
        RuleError: the text is empty, too long, too deep, or not in the language; with the place.
    """
    if len(text) > MAX_LENGTH:
        raise RuleError(f"a rule has at most {MAX_LENGTH} characters, this one {len(text)}", 1, "")
    try:
        return _Builder().transform(_refuse_depth(_parser().parse(text), text))
    except UnexpectedInput as error:
        raise _explain(error, text) from error
    except VisitError as error:
        raise RuleError(str(error.orig_exc), 1, text) from error


@cache
def _parser() -> Lark:
    return Lark(GRAMMAR, parser="lalr", lexer="contextual", propagate_positions=True)


def _refuse_depth(tree: Tree[Token], text: str) -> Tree[Token]:
    """Depth is counted before anything walks the tree by recursion."""
    level: list[Tree[Token]] = [tree]
    for _ in range(MAX_DEPTH):
        level = [child for node in level for child in node.children if isinstance(child, Tree)]
        if not level:
            return tree
    raise RuleError(f"nested deeper than {MAX_DEPTH}", level[0].meta.column, text)


def _explain(error: UnexpectedInput, text: str) -> RuleError:
    column = error.column if error.column and error.column > 0 else len(text) + 1
    if isinstance(error, UnexpectedToken):
        expected = _readable(error.accepts or error.expected)
        token = "the rule ends here" if error.token.type == "$END" else f"{str(error.token)!r}"
        column = len(text) + 1 if error.token.type == "$END" else column
        return RuleError(f"{token}, where {expected} was expected", column, text)
    if isinstance(error, UnexpectedCharacters) and error.char in "\"'":
        return RuleError("a text that does not end: its closing quote is missing", column, text)
    token = error.char if isinstance(error, UnexpectedCharacters) else ""
    hint = f"; {HINTS[token]}" if token in HINTS else ""
    return RuleError(f"{token!r} has no meaning here{hint}", column, text)


def _readable(terminals: set[str]) -> str:
    rest = terminals - VALUE_STARTS if terminals >= VALUE_STARTS else terminals
    names = sorted({WORDS.get(name, name.lower()) for name in rest})
    names = names if rest == terminals else ["a value", *names]
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} or {names[-1]}"


def _unquote(token: Token) -> str:
    body = str(token)[1:-1]
    for mark in ('"', "'"):
        body = body.replace("\\" + mark, mark)
    return body.replace("\\\\", "\\")


@v_args(inline=True)
class _Builder(Transformer[Token, Expression]):
    """One method for each name on the right of the grammar."""

    def operation(self, left: Expression, word: Token, right: Expression) -> Expression:
        return Operation(str(word), left, right, _column(word))

    def absence(self, left: Expression, word: Token, _in: Token, right: Expression) -> Expression:
        return Operation("not in", left, right, _column(word))

    def negation(self, word: Token, operand: Expression) -> Expression:
        return Negation(operand, _column(word), "not" if word == "not" else "-")

    def number(self, token: Token) -> Expression:
        return Constant(float(token), _column(token))

    def minus_number(self, minus: Token, token: Token) -> Expression:
        return Constant(-float(token), _column(minus))

    def text(self, token: Token) -> Expression:
        return Constant(_unquote(token), _column(token))

    def true(self, token: Token) -> Expression:
        return Constant(True, _column(token))

    def false(self, token: Token) -> Expression:
        return Constant(False, _column(token))

    def null(self, token: Token) -> Expression:
        return Constant(None, _column(token))

    def attribute(self, owner: Any, name: Token) -> Expression:
        return Attribute(str(owner), str(name), _column(owner))  # type: ignore[arg-type]

    def free_attribute(self, owner: Any, group: Token, name: Token) -> Expression:
        """What an owner calls `attributes.year` is the column `year`, beside the others."""
        if group != "attributes":
            raise ValueError(f"`{owner}.{group}` has no parts; `{owner}.attributes.{name}` has")
        return self.attribute(owner, name)

    def listed(self, start: Token, *elements: Constant | None) -> Expression:
        values = tuple(element.value for element in elements if element is not None)
        kinds = {type(value) for value in values}
        if len(kinds) > 1:
            raise ValueError("a list holds texts or numbers, not both")
        return Constant(values, _column(start))  # type: ignore[arg-type]


def _column(token: Token) -> int:
    return token.column or 1
