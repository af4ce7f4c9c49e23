"""Who gets which variant: a salted hash, the same in every process, without a database."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from math import log
from struct import Struct
from typing import Literal

Unit = Literal["user", "session"]
MOST_VARIANTS = 14
"""Numbers of 32 bits in one hash, less two: those that decide who takes part."""
DRAWS = Struct(">14I8x")
WIDTH = 2.0**32
TOLERANCE = 1e-6


@dataclass(frozen=True, slots=True)
class Variant:
    """One of the things compared.

    Attributes:
        name: unique within its experiment.
        weight: share of those who take part.
    """

    name: str
    weight: float


@dataclass(frozen=True, slots=True)
class Slot:
    """The part of a layer that an experiment occupies. Parts of one layer never overlap.

    Attributes:
        layer: its name. Experiments of one layer exclude each other; those of different layers
            are independent.
        start, end: from 0 to 1; a person is somewhere between, by the layer's own hash.
    """

    layer: str
    start: float = 0.0
    end: float = 1.0


@dataclass(frozen=True, slots=True)
class Assignment:
    """How an experiment divides people. Build it once and ask it for each request.

    A change of weights moves as few people as it can (each variant draws a number, the least wins,
    as in weighted rendezvous hashing); a larger share of traffic only adds people.

    Attributes:
        salt: name of the experiment, never used again for another.
        variants: 1 to 14, control first, weights above 0 that add up to 1.
        traffic: share of the slot's people who take part.
        slot: None where the experiment is in no layer.
        unit: what is hashed.
    """

    salt: str
    variants: tuple[Variant, ...]
    traffic: float = 1.0
    slot: Slot | None = None
    unit: Unit = "user"
    _key: bytes = field(init=False, repr=False, compare=False)
    _layer_key: bytes = field(init=False, repr=False, compare=False)
    _rates: tuple[tuple[str, float], ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        _check(self)
        layer = self.slot.layer if self.slot else ""
        rates = tuple((v.name, 1 / v.weight) for v in self.variants)
        object.__setattr__(self, "_key", _key("experiment", self.salt))
        object.__setattr__(self, "_layer_key", _key("layer", layer))
        object.__setattr__(self, "_rates", rates)

    def variant(self, unit_id: str) -> str | None:
        """The variant of a user or session; None where it takes no part."""
        identity = unit_id.encode()
        if self.slot is not None and not self._inside(identity, self.slot):
            return None
        digest = blake2b(identity, digest_size=64, key=self._key).digest()
        if self.traffic < 1 and int.from_bytes(digest[56:], "big") >= self.traffic * 2.0**64:
            return None
        if len(self._rates) == 1:
            return self._rates[0][0]
        chosen, least = None, float("inf")
        for (name, rate), drawn in zip(self._rates, DRAWS.unpack(digest), strict=False):
            arrival = -log((drawn + 0.5) / WIDTH) * rate
            if arrival < least:
                chosen, least = name, arrival
        return chosen

    def chances(self) -> dict[str, float]:
        """The probability of each variant among those who take part."""
        return {v.name: v.weight for v in self.variants}

    def _inside(self, identity: bytes, slot: Slot) -> bool:
        digest = blake2b(identity, digest_size=8, key=self._layer_key).digest()
        return slot.start <= int.from_bytes(digest, "big") / 2.0**64 < slot.end


def free_slot(layer: str, occupied: Sequence[Slot], width: float) -> Slot:
    """The first free part of a layer of this width.

    Raises:
        ValueError: there is none so wide.
    """
    start = 0.0
    for slot in sorted((s for s in occupied if s.layer == layer), key=lambda s: s.start):
        if slot.start - start >= width - TOLERANCE:
            break
        start = max(start, slot.end)
    if start + width > 1 + TOLERANCE:
        raise ValueError(
            f"layer {layer!r} has no free part of {width:.0%}: end an experiment, or take another"
        )
    return Slot(layer, start, min(start + width, 1.0))


def _key(kind: str, name: str) -> bytes:
    """At most 64 bytes, whatever the length of the name; kinds never meet."""
    return blake2b(name.encode(), digest_size=32, person=kind.encode()).digest()


def _check(assignment: Assignment) -> None:
    variants, slot = assignment.variants, assignment.slot
    if not 1 <= len(variants) <= MOST_VARIANTS:
        raise ValueError(f"{len(variants)} variants: there may be 1 to {MOST_VARIANTS}")
    if len({v.name for v in variants}) < len(variants):
        raise ValueError(f"variants {[v.name for v in variants]} share a name")
    total = sum(v.weight for v in variants)
    if not (abs(total - 1) <= TOLERANCE and all(v.weight > 0 for v in variants)):
        raise ValueError(f"weights must be above 0 and add up to 1; they add up to {total:g}")
    if not 0 < assignment.traffic <= 1:
        raise ValueError(f"a traffic of {assignment.traffic} is not above 0 and at most 1")
    if slot is not None and not 0 <= slot.start < slot.end <= 1:
        raise ValueError(f"a slot from {slot.start} to {slot.end} is not within 0 to 1")
