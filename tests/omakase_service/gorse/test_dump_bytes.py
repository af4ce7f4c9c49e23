"""Dumps byte by byte: against an encoder in plain words, and damaged in every way."""

import json
import struct
from datetime import UTC, datetime, timedelta
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from omakase_service.gorse import dump
from omakase_service.gorse.contracts import BadRequest, GorseFeedback, GorseItem, GorseUser

NOON = datetime(2024, 5, 1, 12, tzinfo=UTC)
LOW, HIGH = datetime(2, 1, 1), datetime(2200, 1, 1)  # noqa: DTZ001  hypothesis adds the zone
texts = st.text(max_size=12)
moments = st.none() | st.datetimes(LOW, HIGH, timezones=st.just(UTC))
plain_labels = st.dictionaries(
    texts, st.integers(-9, 9) | texts | st.lists(texts, max_size=3), max_size=3
)
labels = st.none() | plain_labels
items = st.builds(
    GorseItem,
    item_id=texts,
    is_hidden=st.booleans(),
    categories=st.lists(texts, min_size=1, max_size=4).map(tuple) | st.none(),
    timestamp=moments,
    labels=labels,
    comment=texts,
)
users = st.builds(GorseUser, user_id=st.text(min_size=1, max_size=12), labels=labels, comment=texts)


def varint(number):
    """A number in the base of 128, the lowest part first."""
    number %= 2**64
    out = b""
    while number > 127:
        out += bytes([number % 128 + 128])
        number //= 128
    return out + bytes([number])


def text_field(number, text):
    raw = text if isinstance(text, bytes) else text.encode()
    return varint(number * 8 + 2) + varint(len(raw)) + raw


def time_field(number, moment):
    seconds, nanos = -62_135_596_800, 0
    if moment is not None:
        since = moment - datetime(1970, 1, 1, tzinfo=UTC)
        seconds, nanos = since // timedelta(seconds=1), moment.microsecond * 1000
    body = varint(8) + varint(seconds)
    return text_field(number, body + (varint(16) + varint(nanos) if nanos else b""))


def framed(section, *messages):
    """A section of messages, and the end."""
    parts = [struct.pack("<q", section)]
    parts += [struct.pack("<q", len(message)) + message for message in messages]
    return b"".join([*parts, bytes(8)])


def read(raw):
    return list(dump.rows_of(BytesIO(raw)))


def written(section, *rows):
    return b"".join(
        [
            dump.written_section(section),
            *map(dump.written_row, rows),
            dump.written_section(dump.END),
        ]
    )


@given(items)
def test_item_any_fields_come_back_whole(item):
    assert read(written(dump.ITEMS, item)) == [item]


@given(users)
def test_user_any_fields_come_back_whole(user):
    assert read(written(dump.USERS, user)) == [user]


@given(st.lists(users, max_size=3), st.lists(items, max_size=3))
def test_rows_of_several_sections_come_back_in_order(people, things):
    raw = written(dump.USERS, *people)[:-8] + written(dump.ITEMS, *things)
    assert read(raw) == [*people, *things]


@given(texts, st.booleans(), st.lists(texts, max_size=3), moments, texts)
def test_item_of_a_plain_encoder_is_read(item_id, hidden, named, moment, comment):
    message = b"".join(
        [
            text_field(2, item_id),
            varint(3 * 8) + varint(int(hidden)),
            *(text_field(4, name) for name in named),
            time_field(5, moment),
            text_field(6, json.dumps({"a": [1, 2]})),
            text_field(7, comment),
        ]
    )
    [item] = read(framed(dump.ITEMS, message))
    expected = GorseItem(item_id, hidden, tuple(named) or None, moment, {"a": [1, 2]}, comment)
    assert item == expected


@given(texts, texts, texts, st.floats(allow_nan=False), moments)
def test_feedback_of_a_plain_encoder_is_read(kind, user, item, value, moment):
    message = b"".join(
        [
            text_field(2, kind),
            text_field(3, user),
            text_field(4, item),
            varint(5 * 8 + 1) + struct.pack("<d", value),
            time_field(6, moment),
        ]
    )
    [row] = read(framed(dump.FEEDBACK, message))
    assert row == GorseFeedback(kind, user, item, value, moment, moment)


def test_item_is_written_as_a_plain_encoder_writes_it():
    item = GorseItem("i1", True, ("드라마", ""), NOON, {"a": 1}, "A film")
    message = b"".join(
        [
            text_field(2, "i1"),
            b"\x18\x01",
            text_field(4, "드라마"),
            text_field(4, ""),
            time_field(5, NOON),
            text_field(6, '{"a":1}'),
            text_field(7, "A film"),
        ]
    )
    assert written(dump.ITEMS, item) == framed(dump.ITEMS, message)


def test_feedback_is_written_as_a_plain_encoder_writes_it():
    row = GorseFeedback("star", "u", "i", 2.5, NOON, NOON, "c", labels=["not in a dump"])
    message = b"".join(
        [
            text_field(2, "star"),
            text_field(3, "u"),
            text_field(4, "i"),
            b"\x29" + struct.pack("<d", 2.5),
            time_field(6, NOON),
            text_field(7, "c"),
        ]
    )
    assert written(dump.FEEDBACK, row) == framed(dump.FEEDBACK, message)


def test_message_of_length_zero_is_the_end_mark():
    assert read(framed(dump.USERS, b"", text_field(1, "behind the end"))) == []


def test_fields_that_nobody_knows_are_passed_over():
    message = b"".join(
        [
            varint(99 * 8) + varint(2**63),
            varint(98 * 8 + 1) + bytes(8),
            varint(97 * 8 + 5) + bytes(4),
            text_field(96, b"\xff\xfe"),
            text_field(1, "u"),
        ]
    )
    assert read(framed(dump.USERS, message)) == [GorseUser("u")]


def test_field_that_comes_twice_counts_as_its_last():
    message = text_field(1, "first") + text_field(3, "a") + text_field(1, "last")
    assert read(framed(dump.USERS, message)) == [GorseUser("last", None, "a")]


def test_field_of_another_form_than_is_due_is_as_if_it_were_not_there():
    assert read(framed(dump.USERS, varint(8) + varint(7))) == [GorseUser("")]


def test_dump_may_open_a_section_again():
    raw = written(dump.USERS, GorseUser("a"))[:-8] + written(dump.ITEMS, GorseItem("i"))[:-8]
    raw += written(dump.USERS, GorseUser("b"))
    assert read(raw) == [GorseUser("a"), GorseItem("i"), GorseUser("b")]


def test_dump_of_the_end_mark_alone_holds_nothing():
    assert read(bytes(8)) == []


def test_dump_is_read_no_further_than_its_end_mark():
    assert read(written(dump.USERS, GorseUser("a")) + b"rubbish") == [GorseUser("a")]


@pytest.mark.parametrize(
    "moment",
    [
        datetime(1970, 1, 1, tzinfo=UTC),
        datetime(1969, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC),
        datetime(1, 1, 2, tzinfo=UTC),
        datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC),
        NOON.replace(microsecond=1),
    ],
)
def test_time_before_and_after_1970_comes_back(moment):
    item = GorseItem("i", timestamp=moment)
    assert read(written(dump.ITEMS, item)) == [item]


def test_time_of_a_message_without_fields_is_1970():
    assert read(framed(dump.ITEMS, text_field(2, "i") + text_field(5, b""))) == [
        GorseItem("i", timestamp=datetime(1970, 1, 1, tzinfo=UTC))
    ]


@given(st.data())
def test_dump_cut_off_anywhere_is_refused(data):
    rows = [GorseUser("홍 길동", {"a": 1}, "c"), GorseUser("u2")]
    raw = written(dump.USERS, *rows)
    cut = data.draw(st.integers(0, len(raw) - 1))
    with pytest.raises(BadRequest, match=r"^byte \d+: the dump (ends here|is cut off)"):
        read(raw[:cut])


@given(st.binary(max_size=60))
def test_message_of_any_bytes_is_a_row_or_refused(message):
    for section in (dump.USERS, dump.ITEMS, dump.FEEDBACK):
        try:
            rows = read(framed(section, message))
        except BadRequest as error:
            assert str(error).startswith("byte 16: this message cannot be read: ")
        else:
            assert len(rows) == (1 if message else 0)


@given(st.binary(max_size=60))
def test_file_of_any_bytes_is_a_dump_or_refused(raw):
    try:
        rows = read(raw)
    except BadRequest as error:
        assert str(error).startswith("byte ")
    else:
        assert isinstance(rows, list)


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (b"\x01", "byte 0: the dump ends here, without its end mark"),
        (struct.pack("<q", -4), "byte 0: no section of a dump begins with -4"),
        (struct.pack("<qq", -1, -7), "byte 8: no section of a dump begins with -7"),
        (struct.pack("<q", 2**62), "byte 8: the dump is cut off or damaged here"),
        (struct.pack("<qq", -1, 64 * 2**20 + 1), "byte 16: the dump is cut off or damaged here"),
        (
            framed(dump.USERS, b"\xff" * 11),
            "byte 16: this message cannot be read: a number has more than 64 bits",
        ),
        (
            framed(dump.USERS, b"\x0a\x05abc"),
            "byte 16: this message cannot be read: a field is longer than its message",
        ),
        (
            framed(dump.USERS, b"\x0e"),
            "byte 16: this message cannot be read: no field is written in the form 6",
        ),
    ],
)
def test_damaged_dump_says_at_which_byte_and_why(raw, words):
    with pytest.raises(BadRequest) as caught:
        read(raw)
    assert str(caught.value) == words


def test_damaged_message_comes_after_the_rows_before_it():
    rows = dump.rows_of(BytesIO(framed(dump.USERS, text_field(1, "a"), b"\x0a\x09")))
    assert next(rows) == GorseUser("a")
    with pytest.raises(BadRequest, match=r"^byte 27: this message cannot be read: "):
        next(rows)


@pytest.mark.parametrize("labels", ["{", b"\xff", "nope"])
def test_labels_that_are_no_json_are_refused(labels):
    with pytest.raises(BadRequest, match=r"^byte 16: this message cannot be read: "):
        read(framed(dump.USERS, text_field(2, labels)))


def test_labels_that_are_empty_are_none():
    assert read(framed(dump.USERS, text_field(1, "u") + text_field(2, ""))) == [GorseUser("u")]
