"""Words as they are written, between spaces and signs."""

import re
from collections.abc import Callable, Sequence
from typing import Final

Tokeniser = Callable[[Sequence[str]], list[list[str]]]

_WORD: Final = re.compile(r"[^\W_]+(?:['’][^\W_]+)?")
_HANGUL: Final = re.compile("[가-힣]")


def words(texts: Sequence[str]) -> list[list[str]]:
    """Lower-case words of each text, in order; signs and spaces divide, apostrophes do not."""
    return [_WORD.findall(text.lower()) for text in texts]


def with_phrases(tokens: Sequence[Sequence[str]], longest: int = 2) -> list[list[str]]:
    """The tokens and all runs of up to `longest` of them, joined by spaces.

    Raises:
        ValueError: longest < 1.
    """
    if longest < 1:
        raise ValueError(f"longest must be at least 1, got {longest}")
    return [
        [
            " ".join(line[start : start + size])
            for size in range(1, longest + 1)
            for start in range(len(line) - size + 1)
        ]
        for line in tokens
    ]


def is_korean(texts: Sequence[str]) -> bool:
    """Whether at least a third of the letters are Hangul."""
    letters = [letter for text in texts for letter in text if letter.isalpha()]
    return 3 * sum(bool(_HANGUL.match(letter)) for letter in letters) >= max(1, len(letters))
