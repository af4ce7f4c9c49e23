"""Reads of the app."""

from urllib.parse import urlsplit

from omakase_service.feeds.contracts import FeedCard, RefusedLine
from omakase_service.feeds.models import Feed
from omakase_service.jobs.selectors import crons
from omakase_service.platform.exceptions import NotFound


def schedule_of(name: str) -> str:
    """Name of the schedule by which a feed is read."""
    return f"feed:{name}"


def feeds() -> list[FeedCard]:
    """Every feed, by name. Two queries."""
    rows = list(Feed.objects.order_by("name"))
    names = [schedule_of(row.name) for row in rows]
    due = crons(names=names)
    return [_card(row, due.get(schedule_of(row.name), "")) for row in rows]


def feed_by_name(*, name: str) -> FeedCard:
    """One feed.

    Raises:
        NotFound: no such feed.
    """
    card = next((each for each in feeds() if each.name == name), None)
    if card is None:
        raise NotFound(f"no feed {name!r}")
    return card


def _card(row: Feed, cron: str) -> FeedCard:
    return FeedCard(
        name=row.name,
        url=row.url,
        host=urlsplit(row.url).hostname or "",
        format=row.format,  # type: ignore[arg-type]  # written by the service alone
        missing=row.missing,  # type: ignore[arg-type]  # likewise
        cron=cron,
        read=row.read,
        stored=row.stored,
        refused=row.refused,
        deactivated=row.deactivated,
        rows=[RefusedLine(**each) for each in row.rows],
        note=row.note,
        fetched=row.fetched,
        changed=row.changed,
    )
