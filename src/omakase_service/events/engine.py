"""The only door of this app to the engine."""

from omakase.data.weighting import DEFAULT_KINDS, KindWeight
from omakase_service.events.contracts import KindRule


def default_kinds() -> dict[str, KindRule]:
    """The kinds that the engine weighs without being told."""
    return {name: _rule(name, kind) for name, kind in DEFAULT_KINDS.items()}


def _rule(name: str, kind: KindWeight) -> KindRule:
    return KindRule(
        name=name,
        weight=kind.weight,
        from_value=kind.from_value,
        cap=kind.cap,
        negative=kind.negative,
    )
