"""What lists are worth, day by day: by what was taken, by labels, by variant and by channel."""

from datetime import UTC, date, datetime

import pytest

from omakase_service.analytics.inputs import count_inputs_job
from omakase_service.analytics.item_popularity import count_taken_items
from omakase_service.analytics.models import TakenItem
from omakase_service.analytics.selectors import figures
from omakase_service.catalog.contracts import ItemIn
from omakase_service.catalog.services import upsert_items
from omakase_service.events.services import record
from omakase_service.jobs.services.worker import run_now
from omakase_service.recommendation_log.models import Answer, Outcome

pytestmark = pytest.mark.django_db
DAY = date(2026, 3, 4)
NOON = int(datetime(2026, 3, 4, 12, tzinfo=UTC).timestamp())


@pytest.fixture(autouse=True)
def shop(settings_with) -> None:
    """Four items, of which one is taken by most."""
    settings_with()
    tags = {"tea": ["hot", "leaf"], "mate": ["hot"], "milk": ["cold"], "salt": []}
    upsert_items(items=[ItemIn(item_id=key, tags=each) for key, each in tags.items()])
    take(tea=6, mate=2)


def take(kind: str = "purchase", **times: int) -> None:
    record(
        events=[
            {"user_id": f"u{n}", "item_id": item_id, "kind": kind, "time": NOON + n}
            for item_id, number in times.items()
            for n in range(number)
        ]
    )


def answer(*items: str, clicked: str = "", **more: object) -> None:
    row = Answer.objects.create(
        request_id="r", time=NOON, user_id="ada", algorithm="ease", version="v1", latency_ms=1.0,
        items=[[each, 0.5, 1.0] for each in items], **more,
    )  # fmt: skip
    if clicked:
        Outcome.objects.create(
            answer=row, event_id=f"e{row.pk}", item_id=clicked, kind="click", rank=1, time=NOON
        )


def rows(group: str = "none"):
    run_now(kind="count_inputs")
    run_now(kind="roll_up")
    return figures(start=DAY, end=DAY, group=group)


def test_worth_of_lists_of_a_day_is_their_mean():
    answer("tea", "mate", clicked="mate")
    answer("tea", "milk")
    (row,) = rows()
    one = row.figures
    alike = 1 / 2**0.5
    assert one.list_diversity == pytest.approx((1 - alike + 1) / 2)
    # of eight events: tea 6, mate 2, milk half a one
    bits = [0.415037, 2.0, 0.415037, 4.0]
    assert one.novelty == pytest.approx(sum(bits) / 4, abs=1e-5)
    assert one.tail_share == 2 / 4
    assert one.serendipity == pytest.approx(1 / 4 / 4)  # one of four items is taken more than mate
    assert (one.engagement_rate, one.engaged) == (0.5, 1)


def test_worth_is_unknown_where_nothing_was_taken_and_nothing_is_labelled():
    TakenItem.objects.all().delete()
    answer("salt", "milk")
    run_now(kind="roll_up")
    (row,) = figures(start=DAY, end=DAY, group="none")
    assert (row.figures.novelty, row.figures.tail_share, row.figures.list_diversity) == (None,) * 3


def test_taken_items_are_counted_once_by_kinds_that_speak_for_them():
    assert count_taken_items() == 2
    take("dislike", milk=3)
    take("view", mate=1)
    assert count_taken_items() == 1
    assert count_taken_items() == 0
    assert dict(TakenItem.objects.values_list("item_id", "events")) == {"tea": 6, "mate": 3}


def test_figures_are_counted_apart_by_variant_and_channel():
    answer("tea", context={"experiment": "shelf", "variant": "b", "channel": "email"})
    answer("tea", context={"device": "mobile"})
    answer("tea", context={"attributes": {"channel": "kiosk"}, "device": "tablet"})
    answer("tea", clicked="tea")
    by_variant = {row.group: row.figures.requests for row in rows("variant")}
    assert by_variant == {"": 3, "shelf: b": 1}
    by_channel = {row.group: (row.figures.requests, row.figures.clicks) for row in rows("channel")}
    assert by_channel == {"": (1, 1), "email": (1, 0), "kiosk": (1, 0), "mobile": (1, 0)}


def test_trend_is_the_change_since_the_period_before():
    answer("tea", clicked="tea")
    answer("tea")
    Answer.objects.create(
        request_id="r", time=NOON - 86_400, algorithm="ease", version="v1", latency_ms=1.0,
        items=[["tea", 0.5, 1.0]],
    )  # fmt: skip
    (row,) = rows("algorithm")
    assert row.trend("requests") == 1.0
    assert row.trend("click_rate") is None  # nothing was clicked before
    (first, _) = figures(start=date(2026, 3, 3), end=DAY)
    assert first.before is None


def test_job_of_inputs_tells_what_it_counted(rf):
    said = count_inputs_job(None, None)
    assert said == {"events": 8, "items": 2}
