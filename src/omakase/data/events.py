"""What happened, in columns."""

from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

from omakase.types import Rows, Stances, Times, Weights

UNSAID: Final[Stances] = np.empty(0, dtype=np.int8)
"""Stands for the signs of the weights."""


@dataclass(frozen=True, slots=True)
class Events:
    """E events, oldest first (ties keep the order they came in).

    Attributes:
        users: (E,) user rows.
        items: (E,) item rows.
        kinds: (E,) int16 position in `Dataset.kinds` ("view", "purchase", …).
        values: (E,) what the event said (a rating, a quantity); 1 where it said nothing.
        weights: (E,) how much it counts, signed: a dislike is negative.
        times: (E,) Unix seconds, or the place in the order where only order is known.
        stances: (E,) what it says of its item, see `Stance`; left out: the signs of the weights.
    """

    users: Rows
    items: Rows
    kinds: NDArray[np.int16]
    values: NDArray[np.float32]
    weights: Weights
    times: Times
    stances: Stances = field(default_factory=lambda: UNSAID)

    def __post_init__(self) -> None:
        if self.stances is UNSAID:
            object.__setattr__(self, "stances", np.sign(self.weights).astype(np.int8))
        lengths = {name: len(getattr(self, name)) for name in self.__dataclass_fields__}
        if len(set(lengths.values())) > 1:
            raise ValueError(f"columns of different length: {lengths}")

    def __len__(self) -> int:
        return len(self.users)

    def chosen(self, mask: NDArray[np.bool_] | NDArray[np.intp]) -> "Events":
        """The events of a mask or of positions, in order."""
        return Events(
            self.users[mask],
            self.items[mask],
            self.kinds[mask],
            self.values[mask],
            self.weights[mask],
            self.times[mask],
            self.stances[mask],
        )
