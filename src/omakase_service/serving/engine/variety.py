"""How varied a list is, and how much of it may be alike."""

from dataclasses import dataclass, field, replace
from typing import Any

from omakase.artifacts.version import Version
from omakase.build.version import EVERYBODYS
from omakase.errors import CapabilityError
from omakase.pipeline.pipeline import Pipeline
from omakase.protocols import Embeds
from omakase.rankers.caps import Caps, CapsConfig
from omakase.rankers.mmr import Mmr, MmrConfig
from omakase_settings import Placement


@dataclass(frozen=True, slots=True)
class Variety:
    """The rankers that spread a list, made of a version when they are first wanted.

    They look at nothing that changes with the catalog, so one serves as long as its version does.
    """

    opened: Version
    _made: dict[str, Any] = field(default_factory=dict, repr=False, compare=False)

    def varied(self, pipeline: Pipeline, place: Placement, diversity: float) -> Pipeline:
        """The pipeline as the place wants it: what it hides, what it caps, how varied it is.

        Raises:
            CapabilityError: nothing tells which items are alike.
            ConfigError: there is no such column to cap.
        """
        gate, rankers = pipeline.gate, list(pipeline.rankers)
        limits = {"seen": place.seen, "seen_days": place.seen_days}
        if own := {name: value for name, value in limits.items() if value is not None}:
            gate = replace(gate, config=gate.config.model_copy(update=own))
        if diversity > 0:
            rankers.append(self.spreader(diversity))
        rankers += [self.capper(column, share) for column, share in place.caps.items()]
        return replace(pipeline, gate=gate, rankers=tuple(rankers))

    def capper(self, column: str, share: float) -> Any:
        """At most so much of a list has the same value of a column; kept with the version."""
        key = f"caps {column} {share}"
        if key not in self._made:
            self._made[key] = Caps.of(CapsConfig(column=column, share=share), self.opened)
        return self._made[key]

    def spreader(self, diversity: float) -> Any:
        """By the vectors of a model; they are the version's, so a new catalog keeps them."""
        if "mmr" not in self._made:
            with_vectors = (name for name in self.opened.models if _has_vectors(self.opened, name))
            name = next(with_vectors, None)
            self._made["mmr"] = name and Mmr.of(MmrConfig(model=name), self.opened)
        if self._made["mmr"]:
            return replace(self._made["mmr"], diversity=diversity)
        if "category" not in self.opened.items.columns:
            raise CapabilityError("nothing tells likeness: no vectors, and no item has a category")
        return self.capper("category", max(0.1, 1 - 0.9 * round(diversity, 2)))


def _has_vectors(opened: Version, name: str) -> bool:
    return name not in EVERYBODYS and isinstance(opened.model(name), Embeds)
