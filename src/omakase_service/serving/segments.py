"""Segments: filters of items or people that are named once, and used by the rules of places."""

from collections.abc import Mapping
from typing import Any

from django.utils import timezone

from omakase_service.catalog.user_facts import facts_of_users
from omakase_service.jobs.contracts import JobContext, NoParameters
from omakase_service.jobs.services import queue
from omakase_service.platform.exceptions import Conflict, Invalid, NotFound
from omakase_service.serving import live_version
from omakase_service.serving.engine import item_matches, user_matches
from omakase_service.serving.models import Segment
from omakase_service.serving.segment_contracts import SegmentCard, SegmentIn
from omakase_service.serving.segment_rules import names_in
from omakase_service.serving.selectors import placements

COUNT_JOB = "count_segments"


def segments() -> list[SegmentCard]:
    """Every segment, by name, with the places whose rules name it. Two queries."""
    users: dict[str, list[str]] = {}
    for place, placement in sorted(placements().items()):
        for name in names_in(placement):
            users.setdefault(name, []).append(place)
    return [_card(row, users.get(row.name, [])) for row in Segment.objects.order_by("name")]


def save_segment(*, name: str, segment: SegmentIn) -> SegmentCard:
    """Name a filter; places that name it follow within a moment. People are counted by a job.

    Raises:
        NotReady: no version is live that it could be checked against.
        OmakaseError: the filter cannot be read or does not fit; with the place and what is near.
        Invalid: it names a segment itself.
    """
    if "@" in segment.rule:
        raise Invalid("a segment's filter names no other segment")
    live = live_version.now().live
    count = item_matches(live, segment.rule) if segment.of == "items" else None
    if count is None:
        user_matches(live, segment.rule, ())  # it fits what is known of people, counted later
    Segment.objects.update_or_create(
        name=name,
        defaults={
            "of": segment.of,
            "rule": segment.rule,
            "count": count,
            "counted": None if count is None else timezone.now(),
        },
    )
    live_version.refresh()
    if segment.of == "users":
        queue.enqueue(kind=COUNT_JOB)
    return next(each for each in segments() if each.name == name)


def delete_segment(*, name: str) -> None:
    """Forget a segment.

    Raises:
        NotFound: no such segment.
        Conflict: places use it; they are named.
    """
    card = next((each for each in segments() if each.name == name), None)
    if card is None:
        raise NotFound(f"no segment {name!r}")
    if card.places:
        raise Conflict(f"@{name} is used at {', '.join(card.places)}; take it out of their rules")
    Segment.objects.filter(name=name).delete()


def count_segments(context: JobContext, parameters: NoParameters) -> Mapping[str, Any]:
    """The job: count anew who and what is in each segment."""
    rows = list(Segment.objects.order_by("name"))
    counts = {}
    for number, row in enumerate(rows):
        context.progress(number, len(rows), f"count {row.name}")
        counts[row.name] = _count(row)
        Segment.objects.filter(pk=row.pk).update(count=counts[row.name], counted=timezone.now())
    return counts


def _count(row: Segment) -> int:
    live = live_version.now().live
    if row.of == "items":
        return item_matches(live, row.rule)
    return user_matches(live, row.rule, facts_of_users())


def _card(row: Segment, places: list[str]) -> SegmentCard:
    return SegmentCard(
        name=row.name,
        of=row.of,  # type: ignore[arg-type]  # written by the service alone
        rule=row.rule,
        count=row.count,
        counted=row.counted,
        places=places,
    )
