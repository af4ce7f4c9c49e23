"""Lines of the log: plain or JSON, each with the id of its request, none with a secret."""

import logging
import re
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any

import orjson

from omakase_service.platform import tracing
from omakase_settings import Settings

request_id: ContextVar[str] = ContextVar("request_id", default="")
"""Of the request that is being answered; nothing outside of one."""

SECRETS = re.compile(
    r"(omk_[0-9a-z]+_)[\w-]+"  # a server key: its public part stays
    r"|(eyJ[\w-]*\.)[\w-]+\.[\w-]*"  # a token
    r"|(://[^:/@\s]*:)[^\s/]+(?=@)"  # the password in an address
)


def redact(text: str) -> str:
    """The text without secrets."""
    return SECRETS.sub(lambda found: f"{found[1] or found[2] or found[3]}…", text)


class TextFormatter(logging.Formatter):
    """For people."""

    def format(self, record: logging.LogRecord) -> str:
        """One line, more where something failed."""
        current_id = request_id.get()
        return redact(f"{super().format(record)}{f' [{current_id}]' if current_id else ''}")


class JsonFormatter(logging.Formatter):
    """For programs: one JSON object a line."""

    def format(self, record: logging.LogRecord) -> str:
        """The object; what a line was given as `extra={"fields": …}` stands beside the rest."""
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            **getattr(record, "fields", {}),
        }
        if own := request_id.get():
            line["request_id"] = own
        line |= tracing.ids()
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return redact(orjson.dumps(line, default=str).decode())


def logging_of(settings: Settings) -> dict[str, Any]:
    """Django's LOGGING: everything to standard error, in one form."""
    rules = settings.logs
    form = JsonFormatter if rules.json_lines else TextFormatter
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"ours": {"()": form}},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "ours"}},
        "root": {"handlers": ["stderr"], "level": rules.level.upper()},
        "loggers": {
            "omakase.requests": {"level": "INFO" if rules.requests else "WARNING"},
            "django": {"handlers": [], "level": rules.level.upper(), "propagate": True},
            # Each refusal is told to who asked, and counted.
            "django.request": {"level": "ERROR"},
        },
    }
