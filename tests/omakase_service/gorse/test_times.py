"""Times in nearly any way of writing them."""

from datetime import UTC, datetime

import pytest

from omakase_service.gorse.contracts import BadRequest, rfc3339
from omakase_service.gorse.times import moment_of, strict_moment_of


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2022-02-24", "2022-02-24T00:00:00Z"),
        ("2022-02-24 10:20:30", "2022-02-24T10:20:30Z"),
        ("2022-02-24T10:20:30+09:00", "2022-02-24T01:20:30Z"),
        ("2022-02-24T10:20:30.123456789Z", "2022-02-24T10:20:30.123456Z"),
        ("24 Feb 2022", "2022-02-24T00:00:00Z"),
        ("02/24/2022", "2022-02-24T00:00:00Z"),
        ("1645693230", "2022-02-24T09:00:30Z"),
        ("1645693230000", "2022-02-24T09:00:30Z"),
        ("Feb 24, 2022 10:20 am", "2022-02-24T10:20:00Z"),
        ("Thu, 24 Feb 2022 10:20:30 +0900", "2022-02-24T01:20:30Z"),
        ("2022-02", "2022-02-01T00:00:00Z"),
        ("2022", "2022-01-01T00:00:00Z"),
        ("20220224", "2022-02-24T00:00:00Z"),
        ("", "0001-01-01T00:00:00Z"),
        (None, "0001-01-01T00:00:00Z"),
        ("0001-01-01T00:00:00Z", "0001-01-01T00:00:00Z"),
    ],
)
def test_moment_of_a_text_is_what_gorse_reads(text, expected):
    assert rfc3339(moment_of(text)) == expected


@pytest.mark.parametrize("text", ["tomorrow", "no time at all", "2022-13-01", "9" * 30])
def test_moment_of_no_time_says_how_to_write_one(text):
    with pytest.raises(BadRequest, match="write it as 2022-02-24T10:20:30Z"):
        moment_of(text)


def test_strict_moment_of_a_date_is_refused():
    assert strict_moment_of("2022-02-24T10:20:30Z") == datetime(2022, 2, 24, 10, 20, 30, tzinfo=UTC)
    with pytest.raises(BadRequest, match="must be RFC 3339"):
        strict_moment_of("2022-02-24")
