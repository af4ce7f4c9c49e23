"""Figures of the running minute, and the mark that changes with what pages show."""

import time

import pytest

from omakase_service.alerts.contracts import AlertFinding
from omakase_service.alerts.services import open_incident
from omakase_service.console.live import LiveFigures, live_figures
from omakase_service.events.services import record
from omakase_service.jobs.services import queue
from omakase_service.recommendation_log import writer
from omakase_service.serving.services import recommend
from omakase_service.training.services import train

pytestmark = pytest.mark.django_db


def come(*kinds: str, seconds: int = 5) -> None:
    moment = int(time.time()) - seconds
    record(
        events=[
            {"user_id": f"u{n}", "item_id": "i01", "kind": kind, "time": moment}
            for n, kind in enumerate(kinds)
        ]
    )


def test_figures_of_an_empty_house_are_none():
    figures = live_figures()
    assert (figures.answers, figures.milliseconds, figures.events) == (0, None, 0)
    assert (figures.clicks, figures.purchases) == (0, 0)


def test_figures_count_events_of_the_minute_by_what_they_are():
    come("view", "click", "click", "purchase")
    figures = live_figures()
    assert (figures.events, figures.clicks, figures.purchases) == (4, 2, 1)


def test_figures_leave_out_what_is_longer_ago():
    come("click", seconds=120)
    come("view")
    figures = live_figures()
    assert (figures.events, figures.clicks) == (1, 0)


def test_figures_count_answers_and_their_mean_time(trained):
    for _ in range(3):
        recommend(user_id="u01", n=3)
    writer.flush()
    figures = live_figures()
    assert figures.answers == 3
    assert figures.milliseconds is not None
    assert figures.milliseconds == round(figures.milliseconds, 1) >= 0


def test_body_is_what_a_page_is_told():
    figures = LiveFigures(1, 2.5, 3, 4, 5, "mark")
    assert figures.body() == {
        "type": "live", "answers": 1, "milliseconds": 2.5, "events": 3, "clicks": 4,
        "purchases": 5, "stamp": "mark",
    }  # fmt: skip


def test_stamp_stays_while_nothing_changes():
    come("view")
    first = live_figures().stamp
    come("click")
    assert live_figures().stamp == first


def test_stamp_changes_with_a_job():
    stamps = [live_figures().stamp]
    number = queue.enqueue(kind="roll_up")
    stamps.append(live_figures().stamp)
    queue.cancel(job_id=number)
    stamps.append(live_figures().stamp)
    assert len(set(stamps)) == 3


def test_stamp_changes_with_an_alert():
    before = live_figures().stamp
    open_incident(AlertFinding("clicks", "clicks fell by half", "look at the list"))
    assert live_figures().stamp != before


def test_stamp_changes_with_the_live_version(trained):
    before = live_figures().stamp
    train(models=["popular"], evaluate=False)
    assert live_figures().stamp != before


def test_figures_take_a_bounded_number_of_queries(trained, django_assert_max_num_queries):
    with django_assert_max_num_queries(6):
        live_figures()
