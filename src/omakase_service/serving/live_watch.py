"""The live version is watched; where people take surely less from it, the one before comes back."""

import logging
import time
from collections.abc import Mapping
from typing import Any

from omakase_service.jobs.contracts import JobContext, JobSkipped, NoParameters
from omakase_service.recommendation_log.selectors import engagement_by_hour
from omakase_service.serving.engine import is_surely_worse, shared_counts
from omakase_service.training.selectors import live_card, version_before
from omakase_service.training.versions import note_verdict, roll_back
from omakase_settings import settings

log = logging.getLogger("omakase.serving")
WEEK_SECONDS = 7 * 86_400
SETTLING_SECONDS = 900
"""An answer counts once people had this long to click: younger ones would look ignored."""


def watch_live(context: JobContext, parameters: NoParameters) -> Mapping[str, Any]:
    """Compare clicks on the live version with those on the one before, and roll back if sure."""
    rules, live, previous = settings().training, live_card(), version_before()
    if not rules.roll_back:
        raise JobSkipped("training.roll_back is off")
    if live is None or previous is None or live.promoted is None:
        raise JobSkipped("no version answered before the live one")
    promoted, until = int(live.promoted.timestamp()), int(time.time()) - SETTLING_SECONDS
    hours = (
        engagement_by_hour(version=previous.name, since=promoted - WEEK_SECONDS, until=promoted),
        engagement_by_hour(version=live.name, since=promoted, until=until),
    )
    earlier, now = shared_counts(*hours)
    figures = {"live": live.name, "answers": now[0], "clicked": now[1], "before": list(earlier)}
    if not is_surely_worse(*hours, rules.roll_back_tolerance):
        return {**figures, "rolled_back": False}
    context.assert_lease()
    roll_back(live=live.name)
    note_verdict(
        name=live.name, verdict=rolled_back_verdict(live.name, previous.name, earlier, now)
    )
    log.error("version %s was rolled back to %s: %s", live.name, previous.name, figures)
    return {**figures, "rolled_back": True, "to": previous.name}


def rolled_back_verdict(
    live: str, before: str, earlier: tuple[int, int], now: tuple[int, int]
) -> dict[str, Any]:
    """The verdict kept with a version that was rolled back, in English and Korean."""
    rates = [clicked / answers if answers else 0.0 for answers, clicked in (earlier, now)]
    return {
        "promoted": False,
        "basis": "live",
        "live": rates[0],
        "new": rates[1],
        "words": {
            "en": [
                f"Rolled back: {rates[1]:.1%} of {now[0]:,} answers led to a click, "
                f"beside {rates[0]:.1%} of {earlier[0]:,} before; {before} answers again."
            ],
            "ko": [
                f"되돌렸습니다: 답 {now[0]:,}개 가운데 {rates[1]:.1%}가 클릭으로 이어졌고, "
                f"이전에는 {earlier[0]:,}개 가운데 {rates[0]:.1%}였습니다. "
                f"이제 {before} 버전이 다시 답합니다."
            ],
        },
    }
