"""Who gets what, on the path of a request: no database, no waiting."""

from collections.abc import Sequence

from omakase_service.experiments import engine
from omakase_service.experiments.contracts import AssignedVariant, ExperimentCard, ExperimentState


def assigned_variant(
    active: Sequence[ExperimentCard], *, place: str, user_id: str, session_id: str
) -> AssignedVariant | None:
    """What somebody gets at a place; None where they take part in nothing there.

    Args:
        active: the experiments as the process holds them.
    """
    for card in active:
        if card.state is not ExperimentState.ACTIVE or card.design.place != place:
            continue
        unit_id = user_id if card.design.unit == "user" else session_id
        name = engine.variant_of(card, unit_id) if unit_id else None
        for variant in card.design.variants:
            if variant.name == name:
                return AssignedVariant(card.name, variant.name, variant.placement)
    return None
