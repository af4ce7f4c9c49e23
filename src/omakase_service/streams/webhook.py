"""Batches by POST to an address of the owner's, signed so that they know who sent them."""

import hashlib
import hmac
import time
from collections.abc import Callable, Sequence
from http.client import HTTPException
from urllib.error import HTTPError
from urllib.parse import quote
from urllib.request import Request

import orjson

from omakase_service.platform.direct import open_direct
from omakase_service.platform.exceptions import Invalid
from omakase_service.streams.contracts import BrokerDown, OutgoingRecord, Topic
from omakase_settings import settings

TIMEOUT_SECONDS = 30.0
SAFE = "".join(chr(code) for code in range(0x20, 0x7F) if chr(code) != "%")
SIGNATURE, DELIVERY = "Omakase-Signature", "Omakase-Delivery"


class WebhookSink:
    """An address that takes `{"topic": …, "records": […]}`, and answers 2xx when it has them.

    Raises:
        Invalid: no address, or no secret to sign with.
    """

    name = "webhook"

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        config = settings().streams
        if config.webhook_url is None or config.webhook_secret is None:
            raise Invalid("name streams.webhook_url, and streams.webhook_secret to sign with")
        self._address = config.webhook_url.get_secret_value()
        self._secret = config.webhook_secret.get_secret_value()
        self._clock = clock

    def send(self, topic: Topic, records: Sequence[OutgoingRecord]) -> None:
        """POST one batch; the address, which may hold a secret, is never logged."""
        fields = [{"key": record.key, **record.fields} for record in records]
        body = orjson.dumps({"topic": topic, "records": fields})
        headers = {
            "Content-Type": "application/json",
            SIGNATURE: signature(self._secret, body, int(self._clock())),
            DELIVERY: ":".join((topic, _ascii(records[0].key), _ascii(records[-1].key))),
        }
        request = Request(self._address, data=body, headers=headers, method="POST")  # noqa: S310
        try:
            with open_direct(request, TIMEOUT_SECONDS):
                return
        except HTTPError as error:
            raise BrokerDown(f"the webhook answered {error.code}") from error
        except (OSError, HTTPException) as error:
            raise BrokerDown(f"the webhook cannot be reached: {type(error).__name__}") from error

    def close(self) -> None:
        """Nothing is open."""


def _ascii(key: str) -> str:
    """A key as a header can hold it: what is not ASCII is encoded as in an address."""
    return quote(key, safe=SAFE)


def signature(secret: str, body: bytes, moment: int) -> str:
    """What goes with a body: the time (Unix seconds), and HMAC-SHA256 of "time.body".

    The time is signed too, so that an old delivery cannot be sent once more by somebody else.
    """
    digest = hmac.new(secret.encode(), f"{moment}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={moment},v1={digest}"
