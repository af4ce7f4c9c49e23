"""Digests that may be sent, and somebody who gets one now."""

from datetime import timedelta

import pytest
from django.utils import timezone

from omakase_service.digests.contracts import RecipientIn
from omakase_service.digests.models import Recipient
from omakase_service.digests.services import upsert_recipients

DIGESTS = {
    "sender": "Two Tribes <news@tribes.example>",
    "site_url": "http://testserver",
    "item_url": "https://tribes.example/i/{item_id}?from={request_id}",
}


@pytest.fixture
def digests_with(trained, settings_with):
    """Settings of digests with which they are sent, and others beside."""

    def change(**more):
        return settings_with(serving={"refresh_seconds": 0}, digests={**DIGESTS, **more})

    change()
    return change


@pytest.fixture
def due():
    """Give people an address, and let their digest be due since so many hours."""

    def make(*user_ids: str, hours: float = 0.1, **fields) -> None:
        upsert_recipients(
            recipients=[
                RecipientIn(user_id=each, address=f"{each}@people.example", **fields)
                for each in user_ids
            ]
        )
        since = timezone.now() - timedelta(hours=hours)
        Recipient.objects.filter(user_id__in=user_ids).update(next_at=since)

    return make
