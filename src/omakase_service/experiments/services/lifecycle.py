"""The life of an experiment: draft, active, paused, completed."""

from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from django.db import IntegrityError

from omakase_service.experiments import engine
from omakase_service.experiments.contracts import ExperimentCard, ExperimentDesign, ExperimentState
from omakase_service.experiments.models import LONGEST_NAME, Experiment
from omakase_service.experiments.registry import winner_adopters
from omakase_service.experiments.selectors import card_of, experiment_by_name, occupied_parts
from omakase_service.platform.database import transaction
from omakase_service.platform.exceptions import Conflict, Invalid, NotFound


def create_experiment(*, name: str, design: ExperimentDesign) -> ExperimentCard:
    """Write a draft down. Its name is its salt, and can never be given again.

    Raises:
        Invalid: the design makes no sense, or its layer has no room.
        Conflict: there is, or was, an experiment of this name.
    """
    _check(name, design)
    with transaction.atomic():
        start = _layer_start(design)
        try:
            with transaction.atomic():
                row = Experiment.objects.create(
                    name=name,
                    place=design.place,
                    design=design_values(design),
                    layer=design.layer,
                    layer_start=start,
                )
        except IntegrityError as error:
            raise Conflict(f"there is an experiment {name!r} already; take a new name") from error
    return card_of(row)


def change_experiment(*, name: str, design: ExperimentDesign) -> ExperimentCard:
    """Give a draft another design.

    Raises:
        NotFound: there is none of this name.
        Conflict: it has begun; what people were shown would no longer be what is written.
        Invalid: the design makes no sense, or its layer has no room.
    """
    _check(name, design)
    with transaction.atomic():
        row = _lock(name, ExperimentState.DRAFT)
        row.layer = ""
        row.save(update_fields=["layer"])
        row.layer_start = _layer_start(design)
        row.place, row.layer, row.design = design.place, design.layer, design_values(design)
        row.save()
    return card_of(row)


def start_experiment(*, name: str) -> ExperimentCard:
    """Let a draft begin, or a paused one go on.

    Raises:
        NotFound: there is none of this name.
        Conflict: it is active or completed, or another is active at its place outside its layer.
    """
    with transaction.atomic():
        row = _lock(name, ExperimentState.DRAFT, ExperimentState.PAUSED)
        _check_place(row)
        row.state = ExperimentState.ACTIVE
        row.started = row.started or datetime.now(UTC)
        row.save(update_fields=["state", "started"])
    return card_of(row)


def pause_experiment(*, name: str) -> ExperimentCard:
    """Show everybody what is usual, and go on later; who was exposed stays so.

    Raises:
        NotFound: there is none of this name.
        Conflict: it is not active.
    """
    with transaction.atomic():
        row = _lock(name, ExperimentState.ACTIVE)
        row.state = ExperimentState.PAUSED
        row.save(update_fields=["state"])
    return card_of(row)


def complete_experiment(*, name: str, winner: str = "", adopt: bool = True) -> ExperimentCard:
    """End an experiment for ever, and let what its winner says hold at its placement.

    Args:
        winner: the variant to go on with; "" for none.
        adopt: whether the placement gets what the winner says; otherwise it stays as it was.

    Raises:
        NotFound: there is none of this name, or no such variant.
        Conflict: it has not begun, or has ended.
        OmakaseError: the live version cannot do what the winner says; the experiment goes on.
    """
    with transaction.atomic():
        row = _lock(name, ExperimentState.ACTIVE, ExperimentState.PAUSED)
        names = [variant["name"] for variant in row.design["variants"]]
        if winner and winner not in names:
            raise NotFound(f"experiment {name!r} has no variant {winner!r}: {', '.join(names)}")
        row.state, row.winner, row.ended = ExperimentState.COMPLETED, winner, datetime.now(UTC)
        row.save(update_fields=["state", "winner", "ended"])
        card = card_of(row)
        if adopt:
            _adopt_winner(card)
    return card


def delete_experiment(*, name: str) -> None:
    """Remove a draft; what people took part in stays on record.

    Raises:
        NotFound: there is none of this name.
        Conflict: it has begun; complete it instead.
    """
    with transaction.atomic():
        _lock(name, ExperimentState.DRAFT).delete()


def design_values(design: ExperimentDesign) -> dict[str, Any]:
    """A design as JSON."""
    plain = asdict(design)
    for variant, described in zip(design.variants, plain["variants"], strict=True):
        described["placement"] = variant.placement.model_dump(mode="json", exclude_unset=True)
    plain["variants"], plain["metrics"] = list(plain["variants"]), list(plain["metrics"])
    return plain


def _adopt_winner(card: ExperimentCard) -> None:
    """Hand over what the winner says; a variant that says nothing changes nothing."""
    for variant in card.design.variants:
        if variant.name == card.winner and variant.placement.model_fields_set:
            for _, adopter in winner_adopters.items():
                adopter(card.design.place, variant.placement)


def _check(name: str, design: ExperimentDesign) -> None:
    if "/" in name:
        raise Invalid(f"the name {name!r} holds a slash, which no address of an experiment can")
    variants = [variant.name for variant in design.variants]
    for given in (name, *variants, *(metric.name for metric in design.metrics)):
        if not 0 < len(given) <= LONGEST_NAME:
            raise Invalid(f"a name has 1 to {LONGEST_NAME} characters: {given[:40]!r}")
    if len(design.layer) > LONGEST_NAME:
        raise Invalid(f"a layer has at most {LONGEST_NAME} characters: {design.layer[:40]!r}")
    try:
        engine.check_design(name, design)
    except ValueError as error:
        raise Invalid(str(error)) from error


def _layer_start(design: ExperimentDesign) -> float:
    if not design.layer:
        return 0.0
    try:
        parts = occupied_parts(layer=design.layer)
        return engine.free_part(design.layer, parts, design.layer_share)
    except ValueError as error:
        raise Invalid(str(error)) from error


def _lock(name: str, *states: ExperimentState) -> Experiment:
    experiment_by_name(name=name)
    row = Experiment.objects.select_for_update().get(name=name)
    if row.state not in states:
        allowed = " or ".join(states)
        raise Conflict(f"experiment {name!r} is {row.state}, and must be {allowed} for this")
    return row


def _check_place(row: Experiment) -> None:
    """Two experiments at one place must exclude each other: both would say what is shown."""
    rivals = Experiment.objects.filter(state=ExperimentState.ACTIVE, place=row.place)
    for rival in rivals.exclude(name=row.name):
        if not row.layer or rival.layer != row.layer:
            raise Conflict(
                f"experiment {rival.name!r} is active at {row.place!r}; complete it, or put both "
                "into one layer"
            )
