"""Talks that somebody has rated, as the guide learns from them and is judged by them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from zlib import crc32

CONTENT: Final = 4
"""Of five: from here on somebody was content."""

_MIDDLE: Final = 3
_UNRATED_CHOICE: Final = 0.5

MOST_NEGATIVES: Final = 2
"""Items that were shown and not chosen, for each that was."""


@dataclass(frozen=True, slots=True)
class TalkMessage:
    """What somebody said, and the list that came of it.

    Attributes:
        shown: item ids, best first; empty where no list was shown.
        satisfaction: 1..5, of this answer alone; None where nothing was said of it.
    """

    text: str
    shown: tuple[str, ...] = ()
    satisfaction: int | None = None


@dataclass(frozen=True, slots=True)
class RatedTalk:
    """A talk, and what its person said of it.

    Attributes:
        person: whose, by any name that tells people apart; "" where nobody is known.
        satisfaction: 1..5, of all of it; None where nothing was said of it.
        chosen: item ids.
    """

    talk_id: str
    person: str
    messages: tuple[TalkMessage, ...]
    satisfaction: int | None = None
    chosen: tuple[str, ...] = ()

    @property
    def rating(self) -> float | None:
        """Of the talk, or else the mean of its answers', 1..5; None without any."""
        if self.satisfaction is not None:
            return float(self.satisfaction)
        rated = [m.satisfaction for m in self.messages if m.satisfaction is not None]
        return sum(rated) / len(rated) if rated else None

    @property
    def worth(self) -> float:
        """-1..1: how much the talk speaks for what was chosen; 0 says nothing.

        The middle of the scale is nothing; a choice that nobody rated counts half of a five.
        """
        if self.rating is None:
            return _UNRATED_CHOICE if self.chosen else 0.0
        return (self.rating - _MIDDLE) / 2

    @property
    def is_good(self) -> bool:
        """Whether it may be taken for an example: content, or unrated and something chosen."""
        return bool(self.chosen) if self.rating is None else self.rating >= CONTENT

    @property
    def not_chosen(self) -> tuple[str, ...]:
        """Items that were shown and not chosen, at most two for each that was."""
        chosen = set(self.chosen)
        item_ids = dict.fromkeys(key for message in self.messages for key in message.shown)
        return tuple(key for key in item_ids if key not in chosen)[: MOST_NEGATIVES * len(chosen)]


def split_by_person(
    talks: Sequence[RatedTalk], *, part: int, parts: int = 5
) -> tuple[list[RatedTalk], list[RatedTalk]]:
    """Talks to learn from and others to judge by; nobody is on both sides.

    Args:
        part: which of the `parts` of all people is kept aside.
    """
    aside = [crc32((talk.person or talk.talk_id).encode()) % parts == part for talk in talks]
    training = [talk for talk, is_aside in zip(talks, aside, strict=True) if not is_aside]
    return training, [talk for talk, is_aside in zip(talks, aside, strict=True) if is_aside]
