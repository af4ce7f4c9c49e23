"""Settings that were found by search on validation data, by name: a model and its knobs.

A name says the kind of data and the model. Use one as a start for data of the same kind;
`omakase tune` finds better ones for your own.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from omakase.errors import UnknownName
from omakase.models import ials
from omakase.types import Config


@dataclass(frozen=True, slots=True)
class Preset:
    """A model and its knobs.

    Attributes:
        model: its name in the registry.
        config: of that model's type.
        data: what it was chosen on.
    """

    model: str
    config: Config
    data: str


PRESETS: Mapping[str, Preset] = MappingProxyType(
    {
        "films-ials": Preset(
            "ials",
            ials.Config(factors=64, iterations=15, unobserved=0.1, l2=0.01),
            "MovieLens 1M, leave-one-out, validation part",
        ),
    }
)


def preset(name: str) -> Preset:
    """The preset of that name.

    Raises:
        UnknownName: there is none; the nearest name is suggested.
    """
    if name not in PRESETS:
        raise UnknownName("preset", name, PRESETS)
    return PRESETS[name]
