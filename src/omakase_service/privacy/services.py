"""A person is forgotten: from every table, from what is at hand, from what models may use."""

import time

from django.db import transaction

from omakase_service.catalog.services import delete_user
from omakase_service.events.services import erase_events
from omakase_service.online_store import services as online
from omakase_service.online_store.contracts import OnlineStoreDown, session_key, user_key
from omakase_service.platform.exceptions import NotFound, NotReady
from omakase_service.privacy.contracts import ErasureReceipt
from omakase_service.recommendation_log import writer
from omakase_service.recommendation_log.services import erase_answers
from omakase_service.serving.services import clear_cache


def erase(*, user_id: str) -> ErasureReceipt:
    """Leave nothing of a person; what was removed.

    With them go the sessions in which they were known. Training forgets them with its next
    export; until a version without them is live, theirs is no row of a model any more.

    Raises:
        NotFound: nothing is known of them.
        NotReady: something that holds them cannot be reached; nothing may be promised then.
    """
    writer.flush()
    with transaction.atomic():
        erased = erase_events(user_id=user_id)
        answers = erase_answers(user_id=user_id, session_ids=erased.session_ids)
        users = _deleted(user_id)
        if not (erased.events or answers or users):
            raise NotFound(f"nothing is known of {user_id!r}")
    keys = [user_key(user_id), *map(session_key, erased.session_ids)]
    try:
        online.forget(keys)
    except OnlineStoreDown as error:
        raise NotReady("the rows are gone; what is at hand cannot be reached yet") from error
    clear_cache()
    rows = {"users": users, "events": erased.events, "answers": answers}
    return ErasureReceipt(erased.number, user_id, int(time.time()), rows, at_hand=len(keys))


def _deleted(user_id: str) -> int:
    try:
        delete_user(user_id=user_id)
    except NotFound:
        return 0
    return 1
