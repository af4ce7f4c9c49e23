"""What is stored of one person."""

from collections import Counter

from omakase_service.catalog.selectors import categories_of, user_facts
from omakase_service.events.selectors import lines_of, summary_of
from omakase_service.platform.exceptions import NotFound
from omakase_service.platform.registry import exporters
from omakase_service.privacy.contracts import PersonalData, UserStats
from omakase_service.recommendation_log.selectors import answer_count

LATEST = 200
"""Items whose categories are counted."""


def stats_of(*, user_id: str) -> UserStats:
    """A person in numbers. Six queries.

    Raises:
        NotFound: nothing is known of them.
    """
    summary = summary_of(user_id=user_id, latest=LATEST)
    if not summary.kinds and user_facts(user_id=user_id) is None:
        raise NotFound(f"nothing is known of {user_id!r}")
    paths = categories_of(item_ids=summary.latest)
    counted = Counter(paths[item] for item in summary.latest if paths.get(item))
    return UserStats(
        events=sum(summary.kinds.values()),
        kinds=summary.kinds,
        first=summary.first,
        last=summary.last,
        items=summary.items,
        rating=summary.rating,
        categories=counted.most_common(10),
        answers=answer_count(user_id=user_id),
    )


def everything_of(*, user_id: str) -> PersonalData:
    """All that every app stores of a person, in the order in which it came.

    Raises:
        NotFound: nothing is.
    """
    user = user_facts(user_id=user_id)
    events = lines_of(user_id=user_id)
    stored = {name: export(user_id) for name, export in exporters.items()}
    if user is None and not events and not any(stored.values()):
        raise NotFound(f"nothing is known of {user_id!r}")
    return PersonalData(user, events, stored.pop("answers", ()), stored)
