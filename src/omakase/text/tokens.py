"""Which tokeniser suits which texts."""

from collections.abc import Sequence
from importlib.util import find_spec
from typing import Literal

from omakase.text.morphemes import Morphemes
from omakase.text.words import Tokeniser, is_korean, words

Way = Literal["auto", "words", "morphemes"]


def tokeniser(way: Way, texts: Sequence[str]) -> Tokeniser:
    """The one that is asked for; "auto": morphemes for Korean where kiwipiepy is installed.

    Raises:
        CapabilityError: "morphemes" without kiwipiepy.
    """
    if way == "auto":
        way = "morphemes" if is_korean(texts) and find_spec("kiwipiepy") else "words"
    return words if way == "words" else Morphemes()
