"""Events that no people make: one who does too much, one item that few people lift, a flood."""

from omakase_service.alerts.contracts import AlertFinding, NamedVisitor
from omakase_service.alerts.drift import USUAL_DAYS, today
from omakase_service.analytics.selectors import inputs
from omakase_service.events.anomalies import busy_items, busy_people, events_of_last_hour
from omakase_settings import settings

NAMED = 50
"""Most ids in one message."""

FEWEST_DAYS = 5
"""Days before, without which nothing is usual."""


def busy_visitors() -> AlertFinding | None:
    """Users or sessions with more events within a day than people make."""
    most = settings().alerts.person_events
    if not most:
        return None
    people = busy_people(most=most)
    if not people:
        return None
    names = ", ".join(f"{visitor.id} ({visitor.events:,})" for visitor in people[:NAMED])
    ellipsis = f" and {len(people) - NAMED} more" if len(people) > NAMED else ""
    return AlertFinding(
        "visitors",
        f"{len(people)} users or sessions did more than {most:,} events within a day, which people "
        f"do not: {names}{ellipsis}",
        "omakase events suspects lists them; omakase events quarantine --user ID, or --since TIME "
        f"--more-than {most}, takes back what they did",
        is_personal=True,
        visitors=[
            NamedVisitor(visitor.id, visitor.is_session, visitor.events)
            for visitor in people[:NAMED]
        ],
    )


def lifted_items() -> AlertFinding | None:
    """Items that took far more events than before, by few people."""
    share = settings().alerts.item_share
    if not share:
        return None
    items = busy_items(least_share=share)
    if not items:
        return None
    names = ", ".join(
        f"{item.id} ({item.share:.0%} of the events, {item.before:.1%} before, {item.people:,} "
        "known people)"
        for item in items
    )
    return AlertFinding(
        "items",
        f"few people do much with {names}",
        "omakase events suspects; omakase events quarantine --item ID --since TIME takes it back",
    )


def flood() -> AlertFinding | None:
    """More events within an hour than on a whole day otherwise."""
    last = today()
    rows = inputs(start=last.fromordinal(last.toordinal() - USUAL_DAYS), end=last)
    days = [sum(day.events.values()) for day in rows if day.events and day.day < last]
    if len(days) < FEWEST_DAYS:
        return None
    usual = sorted(days)[len(days) // 2]
    number = events_of_last_hour()
    if number <= max(usual, settings().alerts.fewest_answers):
        return None
    return AlertFinding(
        "flood",
        f"{number:,} events came within an hour; {usual:,} are usual on a whole day",
        "omakase events suspects; limits.events_per_minute bounds what a visitor may bring; "
        "omakase events quarantine --since TIME takes it back",
    )


ANOMALIES = (busy_visitors, lifted_items, flood)
