"""The parsers that strangers, files and old releases reach, and what each may refuse with.

Those of the service need Django ready (`omakase_cli.boot.open_service`), in a data folder of its
own; nothing is stored.
"""

import json
import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from io import BytesIO
from pathlib import Path
from typing import Any

import polars as pl

from benchmarks.fuzz_inputs import MOST, Grammar

Read = Callable[[str], object]
Make = Callable[[random.Random], str]


@dataclass(frozen=True)
class Parser:
    """One that is attacked.

    Attributes:
        name: also of its corpus.
        read: takes one input, or where `many` is more than 1, as many with line feeds between.
        refusals: exceptions by which it says that an input is bad; any other is a crash.
        many: inputs that are read at once, where a parser reads columns or files.
        grammar, make: of inputs that are made from nothing.
        most: characters of an input; longer ones never reach it.
    """

    name: str
    read: Read
    refusals: tuple[type[Exception], ...] = ()
    many: int = 1
    grammar: Grammar | None = None
    make: Make | None = None
    most: int = MOST


def parsers(folder: Path) -> Iterator[Parser]:
    """All of them.

    Args:
        folder: for what is read from files; in memory, by preference.
    """
    yield from of_texts()
    yield from of_files(folder)
    yield from of_bodies()
    yield from of_gorse()
    yield from of_names()


def of_texts() -> Iterator[Parser]:
    """Rules, opening hours, what people write, times."""
    from omakase.errors import RuleError
    from omakase_service.catalog.hours import by_day

    yield Parser("rules", _rules(), (RuleError,), grammar=RULES)
    yield Parser("opening_hours", lambda text: _weeks(by_day(text)), (ValueError,), grammar=HOURS)
    yield Parser("messages_of_people", _spoken(), grammar=SPOKEN, most=2000)
    yield Parser("times_of_files", _times, many=200, grammar=TIMES, most=500)


def of_files(folder: Path) -> Iterator[Parser]:
    """Rows of events and of items, manifests, journals."""
    from omakase.artifacts.manifest import FILE, read_manifest
    from omakase.errors import ArtifactError, DataError
    from omakase_service.gorse.contracts import BadRequest
    from omakase_service.gorse.dump import rows_of

    def manifest(text: str) -> object:
        (folder / FILE).write_bytes(raw(text))
        return read_manifest(folder, "version")

    yield Parser("rows_of_events", partial(_events_of, folder), (DataError,), many=50, most=2000)
    yield Parser("rows_of_items", partial(_items_of, folder), (DataError,), many=50, most=2000)
    yield Parser("manifests", manifest, (ArtifactError,))
    yield Parser("journals", partial(_journal, folder), make=_made_journal)
    yield Parser(
        "gorse_dumps",
        lambda text: list(rows_of(BytesIO(raw(text)))),
        (BadRequest,),
        make=_made_dump,
    )


def of_bodies() -> Iterator[Parser]:
    """JSON of requests, of WebSockets and of streams."""
    from pydantic import ValidationError

    from omakase_service.catalog.contracts import ItemIn, UserIn
    from omakase_service.events.contracts import KindIn
    from omakase_service.serving.schemas.requests import RecommendationRequest
    from omakase_service.streams.contracts import IncomingMessage
    from omakase_service.streams.inbound import dead_letter, open_messages
    from omakase_settings import Placement

    refusals = (ValidationError, json.JSONDecodeError)

    def stream(text: str) -> object:
        events, places, _ = open_messages([IncomingMessage("s:1", raw(text), None)])
        return [dead_letter(place, event, []) for place, event in zip(places, events, strict=True)]

    yield Parser("events", _event, refusals)
    yield Parser("items", _validated(ItemIn), refusals)
    yield Parser("users", _validated(UserIn), refusals)
    yield Parser("kinds", _validated(KindIn), refusals)
    yield Parser("placements", _validated(Placement), refusals)
    yield Parser("questions", _question(RecommendationRequest), refusals)
    yield Parser("messages_of_pages", _page_message)
    yield Parser("messages_of_streams", stream)


def of_gorse() -> Iterator[Parser]:
    """What Gorse's clients send: times, cursors, users, items, feedback."""
    from omakase_service.gorse import cursors, times, wire
    from omakase_service.gorse.contracts import BadRequest, UnaskableId

    def row(text: str) -> object:
        content = wire.parse_body(raw(text))
        for read in (wire.user_of, wire.item_of, wire.feedback_of, wire.item_patch_of):
            with_refusal(read, content, (BadRequest, UnaskableId))
        return content

    yield Parser("gorse_rows", row, (BadRequest,))
    yield Parser("gorse_times", times.moment_of, (BadRequest,), grammar=TIMES)
    yield Parser("gorse_cursors", cursors.key_of, (BadRequest,), make=_made_cursor)


def of_names() -> Iterator[Parser]:
    """Tokens, links, cursors, paths."""
    from omakase_service.digests import links
    from omakase_service.platform.exceptions import NotFound
    from omakase_service.platform.path_ids import path_of, readable_path, segmented
    from omakase_service.platform.tokens import person_of
    from omakase_service.serving.pagination import place_of

    def path(text: str) -> object:
        part = raw(text)
        return segmented(part), path_of("/", part), readable_path(part.decode("utf-8", "replace"))

    yield Parser("tokens", person_of, make=_made_token)
    yield Parser("links", lambda text: (links.read_click(text), links.recipient_key(text)))
    yield Parser("cursors", place_of, (NotFound,))
    yield Parser("paths", path)


def raw(text: str) -> bytes:
    """An input as bytes: characters below 256 are bytes as they stand, where all are."""
    try:
        return text.encode("latin-1")
    except UnicodeEncodeError:
        return text.encode("utf-8", "surrogatepass")


def with_refusal(
    read: Callable[[Any], object], value: object, refusals: tuple[type[Exception], ...]
) -> object:
    """What is read, or the refusal."""
    try:
        return read(value)
    except refusals as error:
        return error


def _rules() -> Read:
    from omakase.rules.columns import columns_of, schema_of
    from omakase.rules.rule import Rule

    items = columns_of(
        pl.DataFrame(
            {
                "price": [1.0, None, 30_000.0],
                "tags": [["vegan"], [], None],
                "brand": ["a", None, "매운"],
                "on_sale": [True, False, None],
            }
        )
    )
    facts = {"age": 30.0, "city": "서울", "liked": ("a", "b")}

    def read(text: str) -> object:
        rule = Rule.of(
            text,
            items,
            3,
            item_schema=schema_of(items),
            user_schema={"age": KINDS["number"], "city": KINDS["text"], "liked": KINDS["texts"]},
            context_schema={"hour": KINDS["number"]},
        )
        held = rule.kind == KINDS["flag"]
        asked = rule.holds if held else rule.amounts
        return asked(None, user=facts, context={"hour": 9.0})

    from omakase.rules.columns import AttributeType

    KINDS = {
        "number": AttributeType.NUMBER,
        "text": AttributeType.TEXT,
        "texts": AttributeType.TEXTS,
        "flag": AttributeType.FLAG,
    }
    return read


def _weeks(days: Mapping[str, Any]) -> object:
    from omakase.features.opening import week
    from omakase_service.catalog.hours import line_of

    line = line_of(days)
    return week(line or "")


def _spoken() -> Read:
    from omakase.dialog import budgets, grammar, years

    return lambda text: (budgets.read_budget(text), years.read_years(text), grammar.read(text))


def _times(text: str) -> object:
    from omakase.data.rows.day_order import evidence_of
    from omakase.data.rows.times import TimeForm, unix_seconds

    values = pl.Series(text.split("\n"))
    seoul = TimeForm(day_first=False, zone="Asia/Seoul")
    return unix_seconds(values), unix_seconds(values, form=seoul), evidence_of(values)


def _events_of(folder: Path, text: str) -> object:
    from omakase.data.rows import open_rows

    path = folder / ("events.jsonl" if text[:1] == "{" else "events.csv")
    path.write_bytes(raw(text))
    return [len(batch.events) for batch in open_rows(path).batches()]


def _items_of(folder: Path, text: str) -> object:
    from omakase.data.rows import read_records
    from omakase.data.rows.columns import ITEM_NAMES

    path = folder / ("items.jsonl" if text[:1] == "{" else "items.csv")
    path.write_bytes(raw(text))
    return read_records(path, ITEM_NAMES)


def _journal(folder: Path, text: str) -> object:
    from omakase_service.platform.journal import content_of

    return content_of(raw(text)).payloads


def _validated(schema: Any) -> Read:
    import orjson

    return lambda text: schema.model_validate(orjson.loads(raw(text))).model_dump()


def _question(schema: Any) -> Read:
    import orjson

    return lambda text: orjson.dumps(schema.model_validate(orjson.loads(raw(text))).question)


def _event(text: str) -> object:
    import orjson

    from omakase_service.events.services import validate

    content = orjson.loads(raw(text))
    taken, rejected = validate(content if isinstance(content, list) else [content], 1_700_000_000)
    return orjson.dumps([[*map(tuple, taken.values())], rejected])


def _page_message(text: str) -> object:
    import orjson

    from omakase_service.realtime.reading import problem_of, read_message

    ref, message = read_message(raw(text))
    told = problem_of(message) if isinstance(message, Exception) else message.model_dump()
    return orjson.dumps(told | {"ref": ref})


def _made_journal(dice: random.Random) -> str:
    """Frames, some of them with a head or a body that is wrong."""
    import struct
    import zlib

    parts = []
    for _ in range(dice.randint(0, 5)):
        body = json.dumps([dice.random(), True, [["e", "u"]]]).encode()
        head = struct.pack("<II", len(body), zlib.crc32(body))
        if dice.random() < 0.4:
            head = bytes(dice.randrange(256) if dice.random() < 0.3 else b for b in head)
        if dice.random() < 0.3:
            body = body[: dice.randrange(len(body))]
        parts.append(head + body)
    return b"".join(parts).decode("latin-1")


def _made_dump(dice: random.Random) -> str:
    """Sections and messages of Protocol Buffers, of fields that are sometimes none."""
    import struct

    parts = [struct.pack("<q", dice.choice((-1, -2, -3, -3, dice.randint(-9, 9))))]
    for _ in range(dice.randint(0, 4)):
        fields = b""
        for _ in range(dice.randint(0, 6)):
            value = json.dumps(dice.choice(({}, "a", 1, [1]))).encode() * dice.choice((1, 1, 9))
            head = bytes([dice.randint(1, 9) << 3 | dice.choice((0, 1, 2, 2, 2, 5, 3))])
            fields += head + (bytes([len(value)]) + value if dice.random() < 0.8 else b"\xff" * 9)
        parts.append(struct.pack("<q", len(fields)) + fields)
    return b"".join([*parts, struct.pack("<q", 0)]).decode("latin-1")


def _made_cursor(dice: random.Random) -> str:
    import base64

    names = ("FeedbackType", "UserId", "ItemId", "other")
    value = {n: dice.choice(("a", 1, None, [], "가")) for n in names if dice.random() < 0.8}
    text = json.dumps(dice.choice((value, [value], value, "x", None)))
    return base64.b64encode(text.encode()).decode()


def _made_token(dice: random.Random) -> str:
    """One that this service signed, whatever it says."""
    import jwt

    from omakase_service.platform.tokens import signing_keys

    odd: Sequence[Any] = (
        None,
        1,
        -1,
        "",
        "ada",
        "a\0",
        [],
        {},
        [[]],
        1e308,
        True,
        "9" * 300,
        2**63,
    )
    claims = {"sub": "ada", "aud": "omakase", "iat": 1, "exp": 4_102_444_800}
    for name in ("sub", "sid", "aud", "iat", "exp", "nbf", "iss", "jti", "crit"):
        if dice.random() < 0.3:
            claims[name] = dice.choice(odd)
    headers = {"kid": dice.choice(odd)} if dice.random() < 0.2 else None
    try:
        return jwt.encode(claims, signing_keys()[0], "HS256", headers=headers)
    except (TypeError, ValueError, jwt.PyJWTError):
        return "not to be signed"


RULES: Grammar = {
    "start": ("<flag>", "<number>", "<flag> and <flag>", "not <flag>", "(<flag>) or <flag>"),
    "flag": (
        "item.on_sale",
        "true",
        "<number> < <number>",
        "<text> == <text>",
        "<text> in <texts>",
        "<text> not in <texts>",
        "<texts> overlaps <texts>",
        "item.brand != null",
        "(<flag>)",
        "not <flag>",
        "<flag> or <flag>",
    ),
    "number": (
        "1",
        "item.price",
        "user.age",
        "context.hour",
        "<number> * <number>",
        "<number> / <number>",
        "-<number>",
        "(<number> - 2.5)",
    ),
    "text": ('"vegan"', "item.brand", "user.city", "'매운'", '"\\""'),
    "texts": ("item.tags", "user.liked", '["a", "b"]', "[1, -2]", "[]", "item.brand"),
}
HOURS: Grammar = {
    "start": ("<part>", "<part>; <part>", "<part>;<start>", "24/7"),
    "part": ("<days> <times>", "<days>", "<times>"),
    "days": ("<day>", "<day>-<day>", "<day>,<days>"),
    "day": ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su", "mo", "월", "PH"),
    "times": ("<time>-<time>", "<time>-<time>,<times>"),
    "time": ("09:00", "24:00", "00:00", "7:30", "25:00", "12:60", "24:59"),
}
SPOKEN: Grammar = {
    "start": ("<amount>", "<word> <amount> <end>", "<word> <start>", "<amount>~<amount>"),
    "amount": (
        "<n>원",
        "<n>만원",
        "$<n>",
        "<n>k won",
        "<n>만 <n>천원",
        "<n> dollars",
        "twenty <amount>",
    ),
    "n": ("1", "2.5", "십", "만", "15,000", "천오백", "1990", "<n><n>", "<n>,<n>"),
    "word": (
        "매운",
        "not",
        "say",
        "films of the",
        "말고",
        "under",
        "between",
        "최대",
        "가까운",
        "이거보다",
    ),
    "end": ("이하", "대", "or less", "정도", "빼고", "없이", "and up", "years"),
}
TIMES: Grammar = {
    "start": (
        "<date>",
        "<date> <clock>",
        "<date>T<clock><zone>",
        "<clock> <date>",
        "<n><n><n><n><n>",
    ),
    "date": (
        "<y>-<m>-<d>",
        "<d>/<m>/<y>",
        "<y>년 <m>월 <d>일",
        "<d> Mar <y>",
        "Feb <d>, <y>",
        "<y><m><d>",
    ),
    "y": ("2026", "1", "0001", "9999", "99", "1969"),
    "m": ("1", "02", "13", "00", "12"),
    "d": ("1", "31", "29", "00", "32"),
    "clock": ("12:00", "오후 3:05", "23:59:59.999999", "24:00", "3 pm", "00:00:60"),
    "zone": ("", "Z", "+09:00", "-23:59", "+2400", " Asia/Seoul", " KST", "[Europe/Nowhere]"),
    "n": ("0", "1", "99", "123"),
}
