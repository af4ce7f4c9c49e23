import logging

import orjson
import pytest

from omakase_service.platform.logs import (
    JsonFormatter,
    TextFormatter,
    logging_of,
    redact,
    request_id,
)
from omakase_settings import Settings


def record(message: str, *args: object, **more: object) -> logging.LogRecord:
    made = logging.LogRecord("omakase.test", logging.WARNING, "f.py", 1, message, args, None)
    made.__dict__.update(more)
    return made


@pytest.mark.parametrize(
    ("said", "written"),
    [
        ("key omk_0a1b_s3cret-Part shown", "key omk_0a1b_… shown"),
        ("Bearer eyJhbGci.eyJzdWIi.c2lnbmF0dXJl!", "Bearer eyJhbGci.…!"),
        ("postgresql://me:pass@word@host/db", "postgresql://me:…@host/db"),
        ("redis://:secret@host:6379/0", "redis://:…@host:6379/0"),
        ("nothing to hide: http://host:80/a", "nothing to hide: http://host:80/a"),
    ],
)
def test_no_secret_is_written(said, written):
    assert redact(said) == written
    for form in (TextFormatter(), JsonFormatter()):
        line = form.format(record("%s", said))
        assert "s3cret" not in line
        assert "pass@" not in line


def test_a_line_for_programs_has_everything_in_its_place():
    naming = request_id.set("r-1")
    try:
        line = orjson.loads(JsonFormatter().format(record("%s done", 3, fields={"route": "api/x"})))
    finally:
        request_id.reset(naming)
    assert line["message"] == "3 done"
    assert (line["level"], line["logger"]) == ("warning", "omakase.test")
    assert (line["request_id"], line["route"]) == ("r-1", "api/x")
    assert line["time"].endswith("+00:00")


def test_outside_of_a_request_there_is_no_id():
    assert "request_id" not in orjson.loads(JsonFormatter().format(record("x")))
    assert TextFormatter().format(record("x")) == "x"


def test_what_failed_is_told_with_its_traceback():
    try:
        raise ValueError("omk_ab_secret is wrong")
    except ValueError as error:
        failed = record("failed", exc_info=(ValueError, error, error.__traceback__))
    line = orjson.loads(JsonFormatter().format(failed))
    assert "ValueError: omk_ab_… is wrong" in line["exception"]


def test_settings_say_how_much_and_in_which_form():
    made = logging_of(Settings(logs={"level": "info", "json_lines": True, "requests": True}))
    assert made["root"]["level"] == "INFO"
    assert made["formatters"]["ours"]["()"] is JsonFormatter
    assert made["loggers"]["omakase.requests"]["level"] == "INFO"
    quiet = logging_of(Settings())
    assert quiet["loggers"]["omakase.requests"]["level"] == "WARNING"
    assert quiet["formatters"]["ours"]["()"] is TextFormatter


@pytest.mark.django_db
def test_a_request_is_told_by_its_route_with_its_id_and_its_caller(api, caplog):
    with caplog.at_level(logging.INFO, logger="omakase.requests"):
        answer = api.get("/api/items/secret-item")
    line = next(each for each in caplog.records if each.name == "omakase.requests")
    assert line.fields["status"] == 404
    assert line.fields["caller"] == "test"
    assert "secret-item" not in line.getMessage()
    assert request_id.get() == ""
    assert answer.headers["x-request-id"]
