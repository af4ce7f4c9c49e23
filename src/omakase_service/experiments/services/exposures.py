"""Who was exposed, and what they did then. Both may be told twice without harm or in any order."""

from collections.abc import Collection, Iterable, Mapping, Sequence

from django.db.models import Q

from omakase_service.experiments.contracts import ExposureIn, MeasurementIn
from omakase_service.experiments.models import Exposure, Measurement
from omakase_service.experiments.services.daily import Amounts, DailyChanges
from omakase_service.platform.database import transaction

BATCH = 500
Unit = tuple[str, str]
"""Experiment and unit id."""


@transaction.atomic
def record_exposures(*, exposures: Sequence[ExposureIn]) -> None:
    """Count people as exposed; whoever is already keeps variant and time of the first time.

    Four statements for each 500.
    """
    first: dict[Unit, ExposureIn] = {}
    for exposure in exposures:
        first.setdefault((exposure.experiment, exposure.unit_id), exposure)
    existing = _exposures_of(first)
    new = [each for unit, each in first.items() if unit not in existing]
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
            for each in new
        ],
        ignore_conflicts=True,
        batch_size=BATCH,
    )
    daily = DailyChanges()
    for exposure in new:
        daily.add_unit(exposure.experiment, exposure.variant, exposure.time)
    daily.save()


def record_measurements(*, measurements: Iterable[MeasurementIn]) -> int:
    """Add to what exposed people did; how many were added. What others did does not count."""
    return _record(list(measurements), once=False)


def record_conversions(*, measurements: Iterable[MeasurementIn]) -> int:
    """As `record_measurements`, for rates: whoever did it once has done it."""
    return _record(list(measurements), once=True)


def erase_exposures(user_id: str, session_ids: Collection[str]) -> int:
    """Forget a person in every experiment; how many exposures went."""
    exposures = Q(user_id=user_id) | Q(session_id__in=list(session_ids), session_id__gt="")
    count, _ = Exposure.objects.filter(exposures).delete()
    return count


@transaction.atomic
def _record(measurements: Sequence[MeasurementIn], *, once: bool) -> int:
    """How many were added. Six statements for each 500."""
    exposures = _exposures_of(
        {(measurement.experiment, measurement.unit_id) for measurement in measurements}
    )
    amounts = _amounts_of([exposure.pk for exposure in exposures.values()])
    daily, changed, added = DailyChanges(), set(), 0
    for each in measurements:
        exposure = exposures.get((each.experiment, each.unit_id))
        if exposure is None:
            continue
        key = (exposure.pk, each.metric)
        if once and key in amounts:
            continue
        old = amounts.get(key, (0.0, 0.0))
        new = (1.0, 0.0) if once else (old[0] + each.amount, old[1] + each.base)
        moment = max(each.time, exposure.time)
        daily.add_amounts(each.experiment, exposure.variant, each.metric, moment, old, new)
        amounts[key] = new
        changed.add(key)
        added += 1
    _save({key: amounts[key] for key in sorted(changed)})
    daily.save()
    return added


def _exposures_of(units: Collection[Unit]) -> dict[Unit, Exposure]:
    rows = Exposure.objects.filter(
        experiment_id__in={name for name, _ in units}, unit_id__in={unit for _, unit in units}
    )
    return {(row.experiment_id, row.unit_id): row for row in rows} if units else {}


def _amounts_of(exposures: Sequence[int]) -> dict[tuple[int, str], Amounts]:
    """What these have done by metric so far."""
    rows = Measurement.objects.filter(exposure_id__in=exposures)
    columns = rows.values_list("exposure_id", "metric", "amount", "base")
    return {(pk, metric): (amount, base) for pk, metric, amount, base in columns}


def _save(amounts: Mapping[tuple[int, str], Amounts]) -> None:
    Measurement.objects.bulk_create(
        [
            Measurement(exposure_id=pk, metric=metric, amount=amount, base=base)
            for (pk, metric), (amount, base) in amounts.items()
        ],
        update_conflicts=True,
        unique_fields=["exposure", "metric"],
        update_fields=["amount", "base"],
        batch_size=BATCH,
    )
