"""What a model is fitted on before it is judged on a part of a split."""

from typing import Final, Protocol, Self, runtime_checkable

from omakase.data.dataset import Dataset
from omakase.data.splits import Part, Split
from omakase.types import Config

EVERYONE: Final = 2**31 - 1
"""More users than any data set has."""


@runtime_checkable
class StopsByLastItems(Protocol):
    """Settings of a model that learns from histories and stops by the last items of some."""

    def validated_by(self, users: int) -> Self:
        """The same settings, with the last items of that many users kept from learning."""
        ...


def fit_inputs(config: Config, split: Split, part: Part) -> tuple[Dataset, Config]:
    """The data and the settings of a fit that is judged on `part`.

    Where the validation part is not learnt from, a model that stops by last items stops by those
    of that part: were it to keep others back besides, it would be judged on less than it has.
    """
    if part != "test" or split.refits or not isinstance(config, StopsByLastItems):
        return split.learnt(part), config
    return split.before(part), config.validated_by(EVERYONE)
