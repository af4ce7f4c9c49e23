"""The job that deletes all items, all people or all events; nothing brings them back."""

import logging
from collections.abc import Iterator, Mapping
from typing import Any

from omakase_service.catalog.purging import purge_items
from omakase_service.catalog.selectors import users_after
from omakase_service.events.purging import people_with_events, purge_events
from omakase_service.jobs.contracts import JobContext
from omakase_service.platform.exceptions import NotFound
from omakase_service.privacy.contracts import PurgeParameters
from omakase_service.privacy.services import erase_user
from omakase_service.serving.services import clear_cache

log = logging.getLogger("omakase.privacy")
PAGE = 500
"""People that are looked up at once."""


def purge_job(context: JobContext, parameters: PurgeParameters) -> Mapping[str, Any]:
    """Delete all that there is of a kind as the job begins; how many rows went.

    Who asked stands in the job's parameters and in the log.
    """
    who = parameters.author or "somebody with a key or a command line"
    log.warning("%s deletes all %s (job %s)", who, parameters.of, context.job_id)
    done = 0
    for gone in PURGES[parameters.of]():
        done += gone
        context.progress(done, done, f"{done:,} {parameters.of} deleted for {who}")
    clear_cache()
    log.warning("all %s are deleted: %s (job %s)", parameters.of, done, context.job_id)
    return {"deleted": done}


def _purge_people() -> Iterator[int]:
    """Forget everybody, one after another, as each would be forgotten alone."""
    for user_id in _people():
        try:
            erase_user(user_id=user_id)
        except NotFound:
            continue
        yield 1


def _people() -> Iterator[str]:
    after = ""
    while users := users_after(after=after, limit=PAGE):
        after = users[-1].user_id
        yield from (user.user_id for user in users)
    after = ""
    while ids := people_with_events(after=after, limit=PAGE):
        after = ids[-1]
        yield from ids


PURGES = {"items": purge_items, "users": _purge_people, "events": purge_events}
