"""Who was exposed, and what they did then. Both may be told twice without harm or in any order."""

from collections.abc import Collection, Iterable, Sequence

from django.db import transaction
from django.db.models import F, Q

from omakase_service.experiments.contracts import ExposureIn, MeasurementIn
from omakase_service.experiments.models import Exposure, Measurement


def record_exposures(*, exposures: Sequence[ExposureIn]) -> None:
    """Count people as exposed; whoever is already keeps variant and time of the first time."""
    Exposure.objects.bulk_create(
        [
            Exposure(
                experiment_id=each.experiment,
                unit_id=each.unit_id,
                variant=each.variant,
                user_id=each.user_id,
                session_id=each.session_id,
                time=each.time,
            )
            for each in exposures
        ],
        ignore_conflicts=True,
        batch_size=500,
    )


def record_measurements(*, measurements: Iterable[MeasurementIn]) -> int:
    """Add to what exposed people did; how many were added. What others did does not count."""
    added = 0
    with transaction.atomic():
        for each in measurements:
            exposure = Exposure.objects.filter(
                experiment_id=each.experiment, unit_id=each.unit_id
            ).first()
            if exposure is not None:
                _add(exposure, each)
                added += 1
    return added


def record_conversions(*, measurements: Iterable[MeasurementIn]) -> int:
    """As `record_measurements`, for rates: whoever did it once has done it."""
    added = 0
    with transaction.atomic():
        for each in measurements:
            exposure = Exposure.objects.filter(
                experiment_id=each.experiment, unit_id=each.unit_id
            ).first()
            if exposure is not None:
                _, new = Measurement.objects.get_or_create(
                    exposure=exposure, metric=each.metric, defaults={"amount": 1.0}
                )
                added += new
    return added


def erase_exposures(user_id: str, session_ids: Collection[str]) -> int:
    """Forget a person in every experiment; how many exposures went."""
    theirs = Q(user_id=user_id) | Q(session_id__in=list(session_ids), session_id__gt="")
    count, _ = Exposure.objects.filter(theirs).delete()
    return count


def _add(exposure: Exposure, each: MeasurementIn) -> None:
    row, new = Measurement.objects.get_or_create(
        exposure=exposure,
        metric=each.metric,
        defaults={"amount": each.amount, "base": each.base},
    )
    if not new:
        Measurement.objects.filter(pk=row.pk).update(
            amount=F("amount") + each.amount, base=F("base") + each.base
        )
