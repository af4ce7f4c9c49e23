"""A person is forgotten: from every table, from what is at hand, from what models may use."""

import time
from collections.abc import Collection

from omakase_service.events.services import erase_events
from omakase_service.online_store import services as online
from omakase_service.online_store.contracts import OnlineStoreDown, session_key, user_key
from omakase_service.platform.contracts import Person
from omakase_service.platform.database import transaction
from omakase_service.platform.exceptions import NotFound, NotReady
from omakase_service.platform.exports import delete_exports
from omakase_service.platform.registry import erasers
from omakase_service.platform.revocation import revoke_tokens
from omakase_service.privacy.contracts import ErasureReceipt
from omakase_service.privacy.pending import pending_places
from omakase_service.privacy.tidying import cut_log
from omakase_service.recommendation_log import writer
from omakase_service.serving.services import clear_cache


def erase_user(*, user_id: str) -> ErasureReceipt:
    """Leave nothing of a person; what was removed.

    With them go the sessions in which they were known, and all files that were exported, since they
    may stand in any. Training forgets them with its next
    export; until a version without them is live, theirs is no row of a model any more.

    Raises:
        NotFound: nothing is known of them.
        NotReady: something that holds them cannot be reached; nothing may be promised then, and it
            is to be tried again.
    """
    writer.flush()
    with transaction.atomic():
        erased = erase_events(user_id=user_id)
        rows = _erased_rows(user_id, erased.session_ids)
        if not (erased.events or any(rows.values())):
            raise NotFound(f"nothing is known of {user_id!r}")
        persons = [
            Person(user_id),
            *(Person(session_id=session_id) for session_id in erased.session_ids),
        ]
        revoke_tokens(persons=persons)
        keys = [user_key(user_id), *map(session_key, erased.session_ids)]
        _forget_at_hand(keys)  # where that fails the rows stay, so that a later try finds them
    _forget_at_hand(keys)  # again: others may have read the rows until they were gone
    clear_cache()
    rows = {"events": erased.events, **rows, "exports": delete_exports()}
    pending = pending_places(is_log_cut=cut_log())
    return ErasureReceipt(erased.number, user_id, int(time.time()), rows, len(keys), pending)


def _forget_at_hand(keys: Collection[str]) -> None:
    try:
        online.forget(keys)
    except OnlineStoreDown as error:
        raise NotReady(
            "what is at hand of them cannot be reached: they are not forgotten yet; try again"
        ) from error


def _erased_rows(user_id: str, session_ids: Collection[str]) -> dict[str, int]:
    """Rows that went, by app; those that were registered last go first, since they stand on others.

    So an app may still look at what lies below it, such as the days of a person's answers.
    """
    chosen = list(erasers.items())
    rows = {name: erase(user_id, session_ids) for name, erase in reversed(chosen)}
    return {name: rows[name] for name, _ in chosen}
