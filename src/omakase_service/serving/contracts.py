"""What serving answers. No Django."""

from collections.abc import Sequence
from dataclasses import dataclass

from omakase_service.catalog.contracts import ItemCard


@dataclass(frozen=True, slots=True)
class Recommended:
    """One place of a list.

    Attributes:
        score: unitless; comparable within one list only.
        rank: from 1.
    """

    card: ItemCard
    score: float
    rank: int


@dataclass(frozen=True, slots=True)
class Answer:
    """A list, and how it came about.

    Attributes:
        algorithm: the model that answered; popularity where there was nothing to go by.
        version: of the models.
        events: how many of the person's events it rests on.
    """

    items: Sequence[Recommended]
    algorithm: str
    version: str
    events: int

    @property
    def activity(self) -> str:
        """How much is known of the person, in a word."""
        if self.events == 0:
            return "new"
        return "few" if self.events < 5 else "some" if self.events < 20 else "active"


@dataclass(frozen=True, slots=True)
class Alike:
    """A user who likes the same things; 1 is the same taste."""

    user_id: str
    score: float
