"""How content people are with their talks, week on week."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime, timedelta

from django.utils import timezone

from omakase_service.chat.contracts import TalkWeek
from omakase_service.chat.engine import RatedTalk, mean_change
from omakase_service.chat.selectors import talks_begun_since


def talk_weeks(weeks: int = 8) -> list[TalkWeek]:
    """The last weeks, the oldest first, each against the one before; weeks without talks too."""
    this_monday = _monday(timezone.localtime())
    first = this_monday - timedelta(weeks=weeks - 1)
    by_week: dict[date, list[RatedTalk]] = defaultdict(list)
    for started, talk in talks_begun_since(first):
        by_week[_monday(timezone.localtime(started))].append(talk)
    mondays = [first + timedelta(weeks=number) for number in range(weeks)]
    earlier: list[float] = []
    found = []
    for monday in mondays:
        talks = by_week[monday]
        ratings = [talk.rating for talk in talks if talk.rating is not None]
        found.append(_week(monday, talks, ratings, earlier))
        earlier = ratings
    return found


def _week(
    monday: date, talks: Sequence[RatedTalk], ratings: Sequence[float], before: Sequence[float]
) -> TalkWeek:
    rated, number = len(ratings), max(1, len(talks))
    good = sum(talk.rating is not None and talk.is_good for talk in talks)
    return TalkWeek(
        monday=monday.isoformat(),
        talks=len(talks),
        rated=rated,
        mean=sum(ratings) / rated if rated else None,
        good=good / rated if rated else None,
        chosen=sum(bool(talk.chosen) for talk in talks) / number,
        messages=sum(len(talk.messages) for talk in talks) / number,
        change=mean_change(before, ratings),
    )


def _monday(moment: datetime) -> date:
    return moment.date() - timedelta(days=moment.weekday())
