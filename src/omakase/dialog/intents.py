"""What a message is for: a linear model over hashed runs of letters."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from omakase.dialog.linear import LinearSoftmax, hashed, train_softmax

INTENTS: Final = (
    "recommend", "budget", "place", "similar", "detail", "compare", "why", "critique",
    "chitchat", "out_of_scope", "stop",
)  # fmt: skip
"""Intents that the service knows what to do with."""

LIST_INTENTS: Final = ("recommend", "budget", "place", "similar", "critique")
"""Intents that are answered with a list."""

DIMENSION: Final = 2**14
_NUMBER: Final = re.compile(r"\d[\d,.]*")
_SPACE: Final = re.compile(r"\s+")


@dataclass(frozen=True)
class IntentModel:
    """Intents with probabilities."""

    softmax: LinearSoftmax

    def ranked(self, text: str) -> list[tuple[str, float]]:
        """All intents with their probabilities, the likeliest first."""
        features = hashed([letters(text)], self.softmax.weights.shape[1])
        chances = self.softmax.chances(features)[0]
        order = chances.argsort()[::-1]
        return [(self.softmax.labels[at], float(chances[at])) for at in order]


def train_intents(
    texts: Sequence[str], intents: Sequence[str], *, dimension: int = DIMENSION, l2: float = 1e-5
) -> IntentModel:
    """A model of labelled messages.

    Raises:
        ValueError: there are none.
    """
    features = hashed([letters(text) for text in texts], dimension)
    return IntentModel(train_softmax(features, intents, l2=l2, iterations=40))


def letters(text: str) -> list[str]:
    """Words, pairs of words, and runs of two to four letters within a word; numbers are one."""
    plain = _SPACE.sub(" ", _NUMBER.sub("0", text.lower())).strip()
    tokens = plain.split(" ")
    features = [f"w={token}" for token in tokens]
    features += [f"p={a} {b}" for a, b in zip(["^", *tokens], [*tokens, "$"], strict=True)]
    for token in tokens:
        marked = f"<{token}>"
        for size in (2, 3, 4):
            features += [marked[at : at + size] for at in range(len(marked) - size + 1)]
    return features
