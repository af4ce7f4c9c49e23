"""Which words of a message name what: BIOES labels by a linear model and the best legal path."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from omakase.dialog.linear import LinearSoftmax, hashed, train_softmax

DIMENSION = 2**15


@dataclass(frozen=True, slots=True)
class DialogSlot:
    """Words of a message, `start` to `end` (not included), that name a `label`."""

    label: str
    start: int
    end: int


@dataclass(frozen=True)
class SlotModel:
    """Labels of the words of a message."""

    softmax: LinearSoftmax

    def tags(self, tokens: Sequence[str]) -> list[str]:
        """One label a word: the likeliest path among those that BIOES allows (Viterbi)."""
        if not tokens:
            return []
        features = hashed([*token_features(tokens)], self.softmax.weights.shape[1])
        logs = np.log(self.softmax.chances(features) + 1e-12)
        score = logs[0] + self._first
        back = []
        for line in logs[1:]:
            steps = score[:, None] + self._moves
            back.append(steps.argmax(axis=0))
            score = steps.max(axis=0) + line
        path = [int((score + self._last).argmax())]
        for pointers in reversed(back):
            path.append(int(pointers[path[-1]]))
        return [self.softmax.labels[at] for at in reversed(path)]

    def slots(self, tokens: Sequence[str]) -> list[DialogSlot]:
        """What is named, from left to right."""
        return slots_of(self.tags(tokens))

    @cached_property
    def _moves(self) -> NDArray[np.float64]:
        labels = self.softmax.labels
        legal = [[_follows(previous, label) for label in labels] for previous in labels]
        return np.where(legal, 0.0, -np.inf)

    @cached_property
    def _first(self) -> NDArray[np.float64]:
        return np.where([name[0] in "OBS" for name in self.softmax.labels], 0.0, -np.inf)

    @cached_property
    def _last(self) -> NDArray[np.float64]:
        return np.where([name[0] in "OES" for name in self.softmax.labels], 0.0, -np.inf)


def train_slots(
    messages: Sequence[Sequence[str]],
    tags: Sequence[Sequence[str]],
    *,
    dimension: int = DIMENSION,
    l2: float = 1e-6,
) -> SlotModel:
    """A model of messages whose words are labelled.

    Raises:
        ValueError: a message has not one label a word, or there are none.
    """
    rows = [features for tokens in messages for features in token_features(tokens)]
    flat = [tag for line in tags for tag in line]
    if len(rows) != len(flat):
        raise ValueError("every word of a message needs one label")
    return SlotModel(train_softmax(hashed(rows, dimension), flat, l2=l2))


def token_features(tokens: Sequence[str]) -> list[list[str]]:
    """Of each word: itself, its ends, its neighbours two words far, and what it is next to."""
    padded = ["<<", "<", *tokens, ">", ">>"]
    features = []
    for at in range(2, len(padded) - 2):
        word, window = padded[at], padded[at - 2 : at + 3]
        ends = [f"e{size}={word[-size:]}" for size in (1, 2, 3)]
        starts = [f"s{size}={word[:size]}" for size in (1, 2, 3)]
        near = [f"n{offset}={token}" for offset, token in enumerate(window)]
        joined = [f"b={window[1]} {word}", f"a={word} {window[3]}", f"c={window[1]}|{window[3]}"]
        edges = [f"m1={window[1][-2:]}", f"m3={window[3][:2]}", f"i={at}", f"l={len(word)}"]
        features.append([f"w={word}", *ends, *starts, *near, *joined, *edges])
    return features


def slots_of(tags: Sequence[str]) -> list[DialogSlot]:
    """The spans that BIOES labels mark; a span that is never closed ends at the last of its "
    "kind."""
    slots: list[DialogSlot] = []
    start = 0
    for at, tag in enumerate(tags):
        mark, _, label = tag.partition("-")
        if mark in "BS":
            start = at
        following = tags[at + 1] if at + 1 < len(tags) else "O"
        if label and (mark in "SE" or following not in (f"I-{label}", f"E-{label}")):
            slots.append(DialogSlot(label, start, at + 1))
            start = at + 1
    return slots


def _follows(before: str, label: str) -> bool:
    mark, _, kind = before.partition("-")
    prefix, _, other = label.partition("-")
    within = mark in "BI"
    return (kind == other and prefix in "IE") if within else prefix in "OBS"
