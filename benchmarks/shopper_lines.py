"""What a shopper says: a fact of what they want, in the words of one of several people."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, slots=True)
class Wish:
    """One fact of the item that somebody has in mind.

    Attributes:
        kind: category, brand, tag, word, district, budget or years.
        text: as it is spoken of; of a budget its upper end, of years their decade.
        high, low: bounds of a price or of a year.
    """

    kind: str
    text: str
    low: float | None = None
    high: float | None = None


FIRST: Mapping[str, Mapping[str, Sequence[str]]] = {
    "ko": {
        "shop": ("{} 좀 보여 주세요", "{} 하나 사려고요", "{} 찾고 있어요", "{} 괜찮은 거 있나요?"),
        "cinema": (
            "{} 영화 보고 싶어요",
            "{} 하나 골라 줘",
            "오늘 밤에 볼 {} 추천",
            "{} 있을까요?",
        ),
        "restaurants": (
            "{} 먹고 싶어",
            "{} 잘하는 집 추천해 줘",
            "{} 집 어디가 좋아?",
            "{} 찾아줘",
        ),
    },
    "en": {
        "shop": ("show me {}", "I'm looking for {}", "I need {}", "got any {}?"),
        "cinema": ("I want to watch {}", "something in {} tonight", "a {} film please", "any {}?"),
        "restaurants": ("I feel like {}", "where can I get {}?", "find me {}", "a place for {}"),
    },
}
"""How a conversation begins: by the category."""

THEN: Mapping[str, Mapping[str, Sequence[str]]] = {
    "ko": {
        "brand": ("{} 걸로요", "{} 것이면 좋겠어요", "{} 거 있어요?"),
        "tag": ("{}한테 맞는 걸로", "{} 생각하고 있어요", "{}에 어울리는 거요"),
        "word": ("{} 들어간 거요", "{} 쪽이면 좋겠는데", "{} 있는 걸로 부탁해요"),
        "district": ("{}에서요", "{} 쪽으로요", "{} 근처면 좋겠어요"),
        "budget": ("{} 이하로요", "{} 안 넘게", "{}까지만 쓸 수 있어요"),
        "years": ("{}년대 거요", "{}년대 작품이면 좋겠어요", "{}년대로 부탁해"),
        "cheaper": ("더 싼 거요", "좀 더 저렴한 건 없나요?"),
        "different": ("다른 거요", "이거 말고 다른 건요?"),
    },
    "en": {
        "brand": ("by {} please", "something from {}", "do you have {} ones?"),
        "tag": ("good for {}", "it is for {}"),
        "word": ("with {}", "one that has {}", "something about {}"),
        "district": ("in {}", "around {} please", "it should be in {}"),
        "budget": ("under {}", "no more than {}", "I can spend up to {}"),
        "years": ("from the {}s", "one of the {}s please"),
        "cheaper": ("cheaper please", "anything cheaper?"),
        "different": ("something else", "show me others"),
    },
}
"""How it goes on."""


def first_line(language: str, world: str, text: str, rng: np.random.Generator) -> str:
    """The message that names the category."""
    return str(rng.choice(FIRST[language][world])).format(text)


def line(language: str, kind: str, text: str, rng: np.random.Generator) -> str:
    """A message that names another fact, or says what is wrong with the list."""
    return str(rng.choice(THEN[language][kind])).format(text)
