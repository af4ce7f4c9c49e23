"""Dumps are read and written as Gorse writes them."""

from datetime import UTC, datetime
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from omakase_service.gorse import dump
from omakase_service.gorse.contracts import BadRequest, GorseFeedback, GorseItem, GorseUser

MOMENT = datetime(2022, 2, 24, 10, 20, 30, 250_000, tzinfo=UTC)
ROWS = [
    (dump.USERS, GorseUser("홍 길동", {"age": "24", "langs": ["ko"]}, "first")),
    (dump.ITEMS, GorseItem("i1", True, ("드라마", "war"), MOMENT, {"vector": [0.5]}, "A film")),
    (dump.ITEMS, GorseItem("i2", timestamp=datetime(1900, 1, 1, tzinfo=UTC))),
    (dump.FEEDBACK, GorseFeedback("rating", "홍 길동", "i1", -2.5, MOMENT, MOMENT, "c")),
    (dump.FEEDBACK, GorseFeedback("star", "홍 길동", "i2")),
]
LOW, HIGH = datetime(2, 1, 1), datetime(2200, 1, 1)  # noqa: DTZ001  hypothesis adds the zone
texts = st.text(max_size=20)
moments = st.none() | st.datetimes(LOW, HIGH, timezones=st.just(UTC))


def written(rows) -> bytes:
    return b"".join(
        dump.written_section(section) + dump.written_row(row) for section, row in rows
    ) + dump.written_section(dump.END)


def test_dump_written_and_read_gives_the_same_rows():
    assert list(dump.rows_of(BytesIO(written(ROWS)))) == [row for _, row in ROWS]


@given(texts, texts, texts, st.floats(allow_nan=False), moments)
def test_dump_any_feedback_comes_back_whole(kind, user, comment, value, moment):
    row = GorseFeedback(kind, user, "i", value, moment, moment, comment)
    assert list(dump.rows_of(BytesIO(written([(dump.FEEDBACK, row)])))) == [row]


def test_dump_bytes_are_those_of_gorse():
    message = b"\x0a\x01\x31\x12\x0c" + b'{"age":"24"}'
    raw = b"\xff" * 8 + len(message).to_bytes(8, "little") + message + bytes(8)
    user = GorseUser("1", {"age": "24"})
    assert list(dump.rows_of(BytesIO(raw))) == [user]
    assert written([(dump.USERS, user)]) == raw


def test_dump_of_before_values_has_the_time_in_their_place():
    body = b"\x12\x04star\x1a\x01u\x22\x01i\x2a\x06\x08\x80\xe1\x97\xf8\x02\x32\x02hi"
    raw = dump.written_section(dump.FEEDBACK) + len(body).to_bytes(8, "little") + body + bytes(8)
    moment = datetime(1995, 1, 1, tzinfo=UTC)
    assert list(dump.rows_of(BytesIO(raw))) == [
        GorseFeedback("star", "u", "i", 0.0, moment, moment, "hi")
    ]


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (b"", "byte 0: the dump ends here"),
        (written(ROWS)[:-8], "without its end mark"),
        (written(ROWS)[:60], "cut off or damaged"),
        ((5).to_bytes(8, "little") + b"hello", "cut off or damaged"),
        ((-9).to_bytes(8, "little", signed=True), "no section of a dump begins with -9"),
        (b"\xff" * 8 + (2).to_bytes(8, "little") + b"\x0a\x09" + bytes(8), "longer than its"),
        (b"\xff" * 8 + (2).to_bytes(8, "little") + b"\x0b\x09" + bytes(8), "in the form 3"),
        (b"\xff" * 8 + (1).to_bytes(8, "little") + b"\xff" + bytes(8), "cannot be read"),
    ],
)
def test_dump_damaged_says_at_which_byte(raw, words):
    with pytest.raises(BadRequest, match=words):
        list(dump.rows_of(BytesIO(raw)))
