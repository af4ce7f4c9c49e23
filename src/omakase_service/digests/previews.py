"""A person's digest as it would be now: neither sent nor logged."""

from omakase_service.digests.composing import compose
from omakase_service.digests.contracts import Digest
from omakase_service.platform.exceptions import Invalid
from omakase_service.serving.contracts import Language, ListRequest
from omakase_service.serving.previews import preview_list
from omakase_settings import settings

NOBODYS = "preview"
"""The request of links that count as nobody's click."""


def preview_digest(*, user_id: str, language: Language) -> Digest:
    """A person's digest as it would be now.

    Raises:
        Invalid: there is nothing to put into one.
        NotReady: no version is live.
    """
    rules = settings().digests
    question = ListRequest(
        user_id=user_id or None,
        n=rules.items,
        placement=rules.placement,
        explain=True,
        language=language,
    )
    listed = preview_list(question)
    if not listed.items:
        raise Invalid("the list is empty; there would be no digest")
    return compose(
        listed.items,
        notice=listed.notice,
        request_id=NOBODYS,
        language=language,
        every_days=rules.every_days,
        unsubscribe="#",
    )
