"""Sends JSON to the address that the settings name."""

import logging
from collections.abc import Mapping
from http.client import HTTPException
from typing import Any
from urllib.error import URLError
from urllib.request import Request

import orjson

from omakase_service.platform.direct import open_direct
from omakase_settings import settings

log = logging.getLogger("omakase.alerts")
TIMEOUT_SECONDS = 10.0


def send(payload: Mapping[str, Any]) -> bool:
    """Whether the other side took it. The address, which may hold a secret, is never logged."""
    address = settings().alerts.webhook_url
    if address is None:
        return False
    body, headers = orjson.dumps(payload), {"Content-Type": "application/json"}
    request = Request(address.get_secret_value(), body, headers, method="POST")  # noqa: S310
    try:
        with open_direct(request, TIMEOUT_SECONDS) as answer:
            return 200 <= answer.status < 300
    except (OSError, URLError, HTTPException) as error:
        log.warning("the alert could not be sent: %s", type(error).__name__)
        return False
