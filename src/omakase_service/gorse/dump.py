"""Gorse's dump: messages of Protocol Buffers, each after its length; read and written by hand.

A length is a little-endian int64; below zero it opens a section (-1 users, -2 items, -3 feedback),
and 0 ends the file.
"""

import struct
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, BinaryIO

import orjson

from omakase_service.gorse.contracts import BadRequest, GorseFeedback, GorseItem, GorseUser

USERS, ITEMS, FEEDBACK, END = -1, -2, -3, 0
LONGEST = 64 * 2**20
"""Bytes of a message; a longer one is no message."""

VARINT, FIXED64, BYTES, FIXED32 = 0, 1, 2, 5
"""How a field is written."""

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
ZERO_SECONDS = -62_135_596_800
"""Unix seconds of the first day of the year 1, by which Go means no time."""

Row = GorseUser | GorseItem | GorseFeedback
Fields = list[tuple[int, int | bytes]]


def rows_of(file: BinaryIO) -> Iterator[Row]:
    """What a dump holds, row by row.

    Raises:
        BadRequest: it is no dump, or it ends before its end; the message says at which byte.
    """
    section, offset = END, 0
    while (length := _length(file, offset)) != END:
        offset += 8
        if length < 0:
            if length not in READERS:
                raise BadRequest(f"byte {offset - 8}: no section of a dump begins with {length}")
            section = length
            continue
        message = file.read(length) if length <= LONGEST else b""
        if len(message) != length or section not in READERS:
            raise BadRequest(f"byte {offset}: the dump is cut off or damaged here")
        try:
            yield READERS[section](_fields(message))
        except (ValueError, IndexError, OverflowError) as error:
            raise BadRequest(f"byte {offset}: this message cannot be read: {error}") from error
        offset += length


def written_section(section: int) -> bytes:
    """What opens a section; `END` is the end of the dump."""
    return struct.pack("<q", section)


def written_row(row: Row) -> bytes:
    """A row as it stands in a dump."""
    message = WRITERS[type(row)](row)
    return struct.pack("<q", len(message)) + message


def _length(file: BinaryIO, place: int) -> int:
    raw = file.read(8)
    if len(raw) != 8:
        raise BadRequest(f"byte {place}: the dump ends here, without its end mark")
    return int(struct.unpack("<q", raw)[0])


def _fields(message: bytes) -> Fields:
    """Numbers and values of a message's fields, in order."""
    fields: Fields = []
    offset = 0
    while offset < len(message):
        head, offset = _varint(message, offset)
        value, offset = _value(message, offset, head & 7)
        fields.append((head >> 3, value))
    return fields


def _value(message: bytes, place: int, form: int) -> tuple[int | bytes, int]:
    if form == VARINT:
        return _varint(message, place)
    if form == BYTES:
        length, place = _varint(message, place)
    elif form in (FIXED64, FIXED32):
        length = 8 if form == FIXED64 else 4
    else:
        raise ValueError(f"no field is written in the form {form}")
    if place + length > len(message):
        raise ValueError("a field is longer than its message")
    return message[place : place + length], place + length


def _varint(message: bytes, place: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = message[place]
        place += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, place
        shift += 7
        if shift > 63:
            raise ValueError("a number has more than 64 bits")


def _text(fields: Fields, number: int) -> str:
    texts = [value for key, value in fields if key == number and isinstance(value, bytes)]
    return texts[-1].decode() if texts else ""


def _json(fields: Fields, number: int) -> object:
    text = _text(fields, number)
    return orjson.loads(text) if text else None


def _moment(fields: Fields, number: int) -> datetime | None:
    """The time in a field; none where there is none, or the zero time."""
    moments = [value for key, value in fields if key == number and isinstance(value, bytes)]
    if not moments:
        return None
    parts = {key: value for key, value in _fields(moments[-1]) if isinstance(value, int)}
    seconds = parts.get(1, 0)
    seconds -= 2**64 if seconds >= 2**63 else 0
    if seconds == ZERO_SECONDS:
        return None
    return EPOCH + timedelta(seconds=seconds, microseconds=parts.get(2, 0) // 1000)


def _user(fields: Fields) -> GorseUser:
    return GorseUser(_text(fields, 1), _json(fields, 2), _text(fields, 3))


def _item(fields: Fields) -> GorseItem:
    named = [v.decode() for key, v in fields if key == 4 and isinstance(v, bytes)]
    hidden = any(value for key, value in fields if key == 3)
    return GorseItem(
        item_id=_text(fields, 2),
        is_hidden=hidden,
        categories=tuple(named) or None,
        timestamp=_moment(fields, 5),
        labels=_json(fields, 6),
        comment=_text(fields, 7),
    )


def _feedback(fields: Fields) -> GorseFeedback:
    """Feedback; before values there were dumps with the time in their place."""
    fifth = [value for key, value in fields if key == 5 and isinstance(value, bytes)]
    is_old = bool(fifth) and len(fifth[-1]) != 8
    value = struct.unpack("<d", fifth[-1])[0] if fifth and not is_old else 0.0
    moment = _moment(fields, 5 if is_old else 6)
    return GorseFeedback(
        kind=_text(fields, 2),
        user_id=_text(fields, 3),
        item_id=_text(fields, 4),
        value=value,
        timestamp=moment,
        updated=moment,
        comment=_text(fields, 6 if is_old else 7),
    )


def _tag(number: int, form: int, body: bytes) -> bytes:
    return _number(number << 3 | form) + body


def _number(value: int) -> bytes:
    value &= 2**64 - 1
    parts = bytearray()
    while value >= 0x80:
        parts.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes((*parts, value))


def _written_bytes(number: int, body: bytes) -> bytes:
    return _tag(number, BYTES, _number(len(body)) + body) if body else b""


def _written_text(number: int, text: str) -> bytes:
    return _written_bytes(number, text.encode())


def _written_json(number: int, value: object) -> bytes:
    return b"" if value is None else _written_bytes(number, orjson.dumps(value))


def _written_moment(number: int, moment: datetime | None) -> bytes:
    if moment is None:
        seconds, nanoseconds = ZERO_SECONDS, 0
    else:
        since = moment - EPOCH
        seconds, nanoseconds = since.days * 86_400 + since.seconds, since.microseconds * 1000
    parts = _tag(1, VARINT, _number(seconds))
    if nanoseconds:
        parts += _tag(2, VARINT, _number(nanoseconds))
    return _written_bytes(number, parts)


def _written_user(row: GorseUser) -> bytes:
    return (
        _written_text(1, row.user_id) + _written_json(2, row.labels) + _written_text(3, row.comment)
    )


def _written_item(row: GorseItem) -> bytes:
    named = (_tag(4, BYTES, _number(len(n.encode())) + n.encode()) for n in row.categories or ())
    return b"".join(
        (
            _written_text(2, row.item_id),
            _tag(3, VARINT, _number(1)) if row.is_hidden else b"",
            *named,
            _written_moment(5, row.timestamp),
            _written_json(6, row.labels),
            _written_text(7, row.comment),
        )
    )


def _written_feedback(row: GorseFeedback) -> bytes:
    return b"".join(
        (
            _written_text(2, row.kind),
            _written_text(3, row.user_id),
            _written_text(4, row.item_id),
            _tag(5, FIXED64, struct.pack("<d", row.value)) if row.value else b"",
            _written_moment(6, row.timestamp),
            _written_text(7, row.comment),
        )
    )


READERS: dict[int, Callable[[Fields], Row]] = {USERS: _user, ITEMS: _item, FEEDBACK: _feedback}
WRITERS: dict[type[Row], Callable[[Any], bytes]] = {
    GorseUser: _written_user,
    GorseItem: _written_item,
    GorseFeedback: _written_feedback,
}
