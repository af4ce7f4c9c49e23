"""Functions for the project's own views: lists, events and erasure of whoever is logged in.

No HTTP lies between: the project calls what the API calls.
"""

from typing import Any

from omakase_service.events.contracts import IngestReport
from omakase_service.events.services import record
from omakase_service.platform.project_user import project_user_id
from omakase_service.privacy.contracts import ErasureReceipt
from omakase_service.privacy.services import erase_user
from omakase_service.serving.contracts import Recommendation
from omakase_service.serving.services import recommend


def recommend_to(user: Any, *, session_id: str | None = None, **wish: Any) -> Recommendation:
    """A list for a user of the project, or for the session of somebody who is not logged in.

    Args:
        user: `request.user`.
        session_id: of a visitor; `request.session.session_key` does.
        wish: `n`, `placement`, `model`, `explain`, … as `POST /api/recommendations` takes them.

    Returns:
        `items`, each with its `card` (item_id, title, …), `score`, `rank` and `why`; `request_id`,
        `algorithm`, `notice`.

    Raises:
        NotReady: no version is live.
    """
    return recommend(user_id=project_user_id(user), session_id=session_id, **wish)


def record_event(
    user: Any, *, item_id: str, type: str, session_id: str | None = None, **more: Any
) -> IngestReport:
    """What a user of the project did.

    Args:
        type: of the event: view, click, purchase, …
        more: `value`, `request_id`, `position`, `time`, … as `POST /api/events` takes them.
    """
    named = {"user_id": project_user_id(user), "session_id": session_id}
    event = {**{key: value for key, value in named.items() if value}, **more}
    return record(events=[{**event, "item_id": item_id, "type": type}])


def forget(user: Any) -> ErasureReceipt:
    """Erase a user of the project: call it when their account is deleted.

    Raises:
        NotFound: nothing is known of them.
    """
    return erase_user(user_id=project_user_id(user) or "")
