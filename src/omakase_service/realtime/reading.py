"""A page's message read, and what is wrong with it in words."""

from typing import Any

import orjson
from pydantic import ValidationError

from omakase_service.platform.errors import code_of
from omakase_service.platform.exceptions import Invalid, ServiceError
from omakase_service.platform.validation import messages
from omakase_service.realtime.contracts import INCOMING, Incoming
from omakase_settings import settings

LONGEST_REF = 255
"""Characters of the page's own name for a message."""


def read_message(raw: str | bytes) -> tuple[str | None, Incoming | Exception]:
    """The page's own name for a message, and the message, or why it is none."""
    ref = None
    try:
        if len(raw) > settings().realtime.max_message_bytes:
            raise Invalid("the message is longer than allowed")
        content = orjson.loads(raw)
        ref = _ref_of(content)
        return ref, INCOMING.validate_python(content)
    except (ValidationError, orjson.JSONDecodeError, ServiceError) as error:
        return ref, error


def problem_of(error: Exception) -> dict[str, Any]:
    """An error as a page is told it: a code that never changes, and words."""
    match error:
        case orjson.JSONDecodeError():
            return {"code": "malformed_json", "title": f"the message is not JSON: {error}"}
        case ValidationError():
            return _misshapen(error)
        case _:
            code, title, errors = code_of(error)
            return {"code": code, "title": title, "errors": errors}


def _ref_of(content: Any) -> str | None:
    """What the answer may repeat, whatever else is wrong: a short text, and nothing nested."""
    ref = content.get("ref") if isinstance(content, dict) else None
    return ref if isinstance(ref, str) and len(ref) <= LONGEST_REF else None


def _misshapen(error: ValidationError) -> dict[str, Any]:
    found = error.errors(include_url=False, include_input=False)
    unknown = any(e["type"].startswith("union_tag") for e in found)
    errors = [
        {"place": ".".join(map(str, e["loc"][1:])), "message": message}
        for e, message in zip(found, messages(error, Incoming), strict=True)
    ]
    code = "unknown_type" if unknown else "invalid"
    return {"code": code, "title": "the message is not valid", "errors": errors}
