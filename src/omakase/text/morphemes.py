"""Korean words without their endings: 김치찌개가, 김치찌개를 and 김치찌개 are one word."""

from collections.abc import Sequence
from typing import Any, Final

from omakase.errors import CapabilityError

_MEANING: Final = ("NNG", "NNP", "NNB", "NR", "VV", "VA", "XR", "MAG", "MM", "SL", "SH", "SN")
"""Tags of what carries meaning: nouns, verbs, adjectives, roots, adverbs, foreign words, numbers.
Particles, endings and signs are left out."""


class Morphemes:
    """A tokeniser; keep it, since its dictionary takes a second to open."""

    def __init__(self) -> None:
        """Open the dictionary.

        Raises:
            CapabilityError: kiwipiepy is not installed (`pip install 'omakase-recsys[text]'`).
        """
        self._kiwi = _kiwi()

    def __call__(self, texts: Sequence[str]) -> list[list[str]]:
        """Lower-case morphemes of each text that carry meaning, in order."""
        return [
            [token.form.lower() for token in line if token.tag.split("-")[0] in _MEANING]
            for line in self._kiwi.tokenize(list(texts))
        ]


def _kiwi() -> Any:
    try:
        from kiwipiepy import Kiwi
    except ImportError as error:
        missing = "Korean morphemes need kiwipiepy: pip install 'omakase-recsys[text]'"
        raise CapabilityError(missing) from error
    return Kiwi(num_workers=1)
