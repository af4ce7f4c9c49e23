"""Totals of a day: talks that went well, and requests over HTTP that failed."""

from datetime import date

import pytest
from django.utils import timezone

from omakase_service.analytics.contracts import FiguresKey, day_of
from omakase_service.analytics.models import DailyFigures, DailyTotals
from omakase_service.analytics.selectors import figures, targets
from omakase_service.analytics.totals import count_totals, note_calls
from omakase_service.chat.models import Conversation
from omakase_service.chat.selectors import conversation_counts

pytestmark = pytest.mark.django_db
DAY = date(2026, 3, 4)


def talk(key: str, satisfaction: int | None = None, *chosen: str) -> None:
    Conversation.objects.create(conversation_id=key, satisfaction=satisfaction, chosen=list(chosen))


def test_talk_went_well_where_somebody_was_content_or_chose_and_said_nothing():
    talk("content", 4)
    talk("chose", None, "tea")
    talk("angry", 2, "tea")
    talk("silent")
    now = int(timezone.now().timestamp())
    assert conversation_counts(now - 60, now + 60) == {"conversations": 4, "successes": 2}
    assert conversation_counts(now + 60, now + 120) == {"conversations": 0, "successes": 0}


def test_totals_of_talks_follow_what_people_say_afterwards(settings_with):
    settings_with()
    talk("one", None)
    count_totals()
    Conversation.objects.update(satisfaction=5)
    count_totals()
    (row,) = DailyTotals.objects.all()
    assert row.day == day_of(int(timezone.now().timestamp()), "UTC")
    assert (row.counts["conversations"], row.counts["successes"]) == (1, 1)


def test_calls_are_added_since_the_last_look_also_of_a_server_that_began_anew():
    note_calls(DAY, {"a": (100, 1)})
    note_calls(DAY, {"a": (150, 1), "b": (10, 0)})
    note_calls(DAY, {"a": (20, 2), "b": (10, 0)})
    assert DailyTotals.objects.get(day=DAY).counts == {"calls": 180, "failures": 3}


def test_totals_are_told_with_the_answers_of_all_and_reach_the_targets(settings_with):
    settings_with(analytics={"target_availability": 0.99})
    note_calls(DAY, {"a": (1_000, 5)})
    key = FiguresKey("ease", "v1", "home")
    DailyFigures.objects.create(
        day=DAY, algorithm=key.algorithm, version=key.version, figures={"requests": 3}
    )
    (row,) = figures(start=DAY, end=DAY, group="none")
    assert (row.figures.requests, row.figures.availability) == (3, 0.995)
    (alone,) = figures(start=DAY, end=DAY, group="algorithm")
    assert alone.figures.availability is None
    stands = {each.name: each for each in targets(last=DAY, days=1)}
    assert (stands["availability"].value, stands["availability"].met) == (0.995, True)
    assert targets(last=date(2026, 1, 1), days=1)[2].met is None
