"""Keep feeds, and read them: what changed is fetched, each row is an item or is refused."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.utils import timezone
from pydantic import ValidationError

from omakase_service.catalog.contracts import ItemIn
from omakase_service.catalog.services import upsert_items
from omakase_service.feeds.contracts import (
    JOB,
    MOST_REFUSED,
    FeedCard,
    FeedIn,
    FeedParameters,
    RefusedLine,
    Row,
)
from omakase_service.feeds.fetching import fetched, require_address
from omakase_service.feeds.mapping import id_of, item_of
from omakase_service.feeds.missing import deactivate_missing, record_items, with_reactivation
from omakase_service.feeds.models import Feed
from omakase_service.feeds.reading import rows_of
from omakase_service.feeds.selectors import feed_by_name, schedule_of
from omakase_service.jobs.contracts import JobContext, JobSkipped
from omakase_service.jobs.services.scheduling import delete_schedule, save_schedule
from omakase_service.platform.batches import batches
from omakase_service.platform.database import transaction
from omakase_service.platform.exceptions import Invalid, NotFound
from omakase_service.platform.validation import reason_of
from omakase_settings import settings

NEVER = "0 0 1 1 *"
"""Cron of a schedule that is switched off."""


@transaction.atomic
def save_feed(*, name: str, feed: FeedIn) -> FeedCard:
    """Keep a feed and when it is read; a changed one is read from its beginning.

    Raises:
        Invalid: the address may not be fetched, or the cron expression cannot be read.
    """
    require_address(feed.url)
    row = Feed.objects.filter(name=name).first() or Feed(name=name)
    if (row.url, row.format, row.missing) != (feed.url, feed.format, feed.missing):
        row.etag = row.modified = ""
    row.url, row.format, row.missing = feed.url, feed.format, feed.missing
    row.save()
    save_schedule(
        name=schedule_of(name),
        kind=JOB,
        cron=feed.cron or NEVER,
        parameters={"feed": name},
        enabled=bool(feed.cron),
    )
    return feed_by_name(name=name)


@transaction.atomic
def delete_feed(*, name: str) -> None:
    """Read a feed no more; the items that it brought stay.

    Raises:
        NotFound: no such feed.
    """
    feed_by_name(name=name)
    Feed.objects.filter(name=name).delete()
    with suppress(NotFound):  # somebody deleted it by itself
        delete_schedule(name=schedule_of(name))


def import_feed_job(context: JobContext, parameters: FeedParameters) -> Mapping[str, Any]:
    """The job: fetch a feed, and store what it describes.

    Raises:
        JobSkipped: it has not changed since the last time.
    """
    row = Feed.objects.filter(name=parameters.feed).first()
    if row is None:
        raise NotFound(f"no feed {parameters.feed!r}")
    own = Feed.objects.filter(name=row.name)
    known = {} if parameters.again else {"etag": row.etag, "modified": row.modified}
    own.update(fetched=timezone.now())
    try:
        with fetched(row.url, **known) as answer:
            if answer.body is None:
                own.update(note="")
                raise JobSkipped("the feed has not changed since it was read")
            outcome = _store(context, row, answer.body)
        deactivated = 0
        if row.missing == "deactivate":
            confirmed = parameters.confirm_missing
            deactivated = deactivate_missing(row.name, context.job_id, confirmed=confirmed)
    except Invalid as error:
        own.update(note=str(error))
        raise
    marks = {"etag": answer.etag, "modified": answer.modified}
    own.update(note="", changed=timezone.now(), deactivated=deactivated, **marks)
    return outcome | {"deactivated": deactivated}


def _store(context: JobContext, feed: Feed, body: Path) -> dict[str, int]:
    """Store rows in parts; how many were read, stored and refused, which the feed keeps, too."""
    read = stored = refused = 0
    first: list[RefusedLine] = []
    rows = rows_of(body, feed.format)  # type: ignore[arg-type]  # written here alone
    for part in batches(rows, settings().feeds.batch):
        good, bad = _items(part, read)
        lost = _upsert(dict(zip(good, with_reactivation(feed.name, good.values()), strict=True)))
        if feed.missing == "deactivate":
            present = [item.item_id for item in good.values()] + [row.item_id for row in bad]
            record_items(feed.name, context.job_id, filter(None, present))
        read += len(part)
        stored += len(good) - len(lost)
        refused += len(bad) + len(lost)
        first += (bad + lost)[: MOST_REFUSED - len(first)]
        context.progress(read, read, f"{read:,} rows read, {refused:,} refused")
    outcome = {"read": read, "stored": stored, "refused": refused}
    Feed.objects.filter(pk=feed.pk).update(rows=[asdict(each) for each in first], **outcome)
    return outcome


def _items(part: list[Row], before: int) -> tuple[dict[int, ItemIn], list[RefusedLine]]:
    """Items by the number of their row, and the rows that are none."""
    good: dict[int, ItemIn] = {}
    bad = []
    for number, row in enumerate(part, start=before + 1):
        try:
            good[number] = item_of(row)
        except ValidationError as error:
            bad.append(RefusedLine(number, id_of(row), reason_of(error, ItemIn)))
    return good, bad


def _upsert(items: Mapping[int, ItemIn]) -> list[RefusedLine]:
    """Store items together; one by one where one of them is refused. Those that were."""
    try:
        if items:
            upsert_items(items=list(items.values()))
    except Invalid:
        return [lost for number, item in items.items() for lost in _upsert_one(number, item)]
    return []


def _upsert_one(number: int, item: ItemIn) -> list[RefusedLine]:
    try:
        upsert_items(items=[item])
    except Invalid as error:
        return [RefusedLine(number, item.item_id, str(error))]
    return []
