"""Tables of random layout, and the rows that are in them: one function writes both.

What an owner may have is drawn part by part: names of columns in two languages, their order,
columns that nobody needs, ids of many looks, dates of many forms, scales, decimal signs,
separators, quotation marks, line ends, encodings, lines before the header, packing.
"""

import bz2
import csv
import gzip
import io
import json
import lzma
import zipfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import polars as pl
import zstandard

Row = tuple[str, str, str, float, int]
"""User, item, kind, value and Unix seconds."""

NAMES: Mapping[str, tuple[str, ...]] = {
    "user": ("user_id", "userId", "Customer ID", "reviewerID", "MEMBER_NO", "회원번호", "고객번호"),
    "item": (
        "item_id",
        "itemId",
        "SKU",
        "StockCode",
        "product_id",
        "movieId",
        "상품코드",
        "업소명",
    ),
    "time": ("timestamp", "Date", "created_at", "event_time", "InvoiceDate", "주문일시", "작성일"),
    "kind": ("event_type", "behavior", "action", "kind", "행동"),
    "rating": ("rating", "score", "stars", "Overall", "평점", "별점"),
    "quantity": ("quantity", "Qty", "수량"),
}
ASIDE = ("comment", "Country", "memo", "비고", "promo_code", "warehouse")
TEXTS = (
    *("good, really", 'she said "fine"', "two; parts", "a\ttab", "", "맛있어요, 또 갈게요", "x"),
    *("over\ntwo lines", "100%", "it's", "a|b", "NULL"),
)
KINDS = ("view", "cart", "purchase", "click", "like")
MARKERS = ("", "NULL", "NA", "<NA>", "nan", "None", "-", "(null)")
START = datetime(2021, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Form:
    """One way to write times: its name, the whole seconds that it keeps, and how."""

    name: str
    precision: int
    write: Callable[[datetime], str]


def _korean(time: datetime) -> str:
    half, hour = ("오전", "오후")[time.hour >= 12], time.hour % 12 or 12
    return f"{time.year}. {time.month}. {time.day}. {half} {hour}:{time:%M:%S}"


def _american(time: datetime) -> str:
    return f"{time.month}/{time.day}/{time.year} {time.hour % 12 or 12}:{time:%M:%S %p}"


def _excel(time: datetime) -> str:
    return f"{25_569 + time.timestamp() / 86_400:.6f}"


FORMS = (
    Form("seconds", 1, lambda t: str(int(t.timestamp()))),
    Form("milliseconds", 1, lambda t: str(int(t.timestamp() * 1000))),
    Form("microseconds", 1, lambda t: str(int(t.timestamp() * 1_000_000))),
    Form("iso", 1, lambda t: t.strftime("%Y-%m-%d %H:%M:%S")),
    Form("iso zulu", 1, lambda t: t.strftime("%Y-%m-%dT%H:%M:%SZ")),
    Form("iso offset", 1, lambda t: (t + timedelta(hours=9)).strftime("%Y-%m-%dT%H:%M:%S+09:00")),
    Form("postgres", 1, lambda t: t.strftime("%Y-%m-%d %H:%M:%S+00")),
    Form("slashes, year first", 60, lambda t: t.strftime("%Y/%m/%d %H:%M")),
    Form("day first", 60, lambda t: t.strftime("%d/%m/%Y %H:%M")),
    Form("day first, dashes", 1, lambda t: t.strftime("%d-%m-%Y %H:%M:%S")),
    Form("month first", 60, lambda t: t.strftime("%m/%d/%Y %H:%M")),
    Form("american", 1, _american),
    Form("german", 60, lambda t: t.strftime("%d.%m.%Y %H:%M")),
    Form("korean", 1, _korean),
    Form("korean words", 60, lambda t: t.strftime("%Y년 %m월 %d일 %H시 %M분")),
    Form("compact", 1, lambda t: t.strftime("%Y%m%d%H%M%S")),
    Form("day alone", 86_400, lambda t: t.strftime("%Y-%m-%d")),
    Form("day together", 86_400, lambda t: t.strftime("%Y%m%d")),
    Form("spreadsheet", 1, _excel),
    Form("mail", 1, lambda t: t.strftime("%a, %d %b %Y %H:%M:%S GMT")),
    Form("months in words", 60, lambda t: t.strftime("%b %d, %Y %I:%M %p")),
    Form("unix date", 1, lambda t: t.strftime("%a %b %d %H:%M:%S +0000 %Y")),
    Form(
        "zone in letters", 1, lambda t: (t - timedelta(hours=5)).strftime("%Y-%m-%d %H:%M:%S EST")
    ),
)


@dataclass(frozen=True)
class Written:
    """A file, what is in it, and how it was written.

    Attributes:
        path: the file.
        rows: what a reader must find, in order; times are None where the file has none.
        dropped: how many rows hold nobody or nothing, and must be refused.
        how: everything that was drawn, for a report.
    """

    path: Path
    rows: tuple[tuple[str, str, str, float, int | None], ...]
    dropped: int
    how: Mapping[str, str]


def write_table(folder: Path, rng: np.random.Generator) -> Written:
    """One random file in a folder."""
    facts, columns = _facts(rng)
    rows, dropped, table = _rows(rng, facts, columns)
    format = _one(rng, ("csv", "csv", "csv", "tsv", "txt", "jsonl", "json", "parquet"))
    raw, how = _encoded(rng, format, columns, table, facts)
    name, packed = _packed(rng, f"events.{format}", raw)
    path = folder / name
    path.write_bytes(packed)
    drawn = {**facts, **how, "file": name, "columns": ", ".join(columns.values())}
    return Written(path, tuple(rows), dropped, drawn)


def _one(rng: np.random.Generator, choices: Sequence[str]) -> str:
    return choices[int(rng.integers(len(choices)))]


def _facts(rng: np.random.Generator) -> tuple[dict[str, str], dict[str, str]]:
    """What the table holds, and our parts of it to the names of its columns, in its order."""
    value = _one(rng, ("none", "rating", "rating", "quantity"))
    kind = value != "rating" and rng.random() < 0.5
    parts = ["user", "item", *(["time"] if rng.random() < 0.9 else [])]
    parts += [*(["kind"] if kind else []), *([value] if value != "none" else [])]
    columns = {part: _one(rng, NAMES[part]) for part in parts}
    for name in rng.permutation(np.asarray(ASIDE))[: int(rng.integers(0, 4))].tolist():
        columns[name] = name
    order = rng.permutation(len(columns)).tolist()
    shuffled = [list(columns.items())[place] for place in order]
    facts = {
        "ids": _one(rng, ("numbers", "zeros", "letters", "hangul", "floats", "formulas")),
        "time": _one(rng, [form.name for form in FORMS]) if "time" in columns else "none",
        "value": value,
        "scale": _one(rng, ("5", "halves", "10", "100")),
        "decimal": _one(rng, (".", ",")),
    }
    return facts, dict(shuffled)


def _ids(rng: np.random.Generator, look: str, count: int, letter: str) -> list[tuple[str, str]]:
    """So many different ids as they are written and as they are meant."""
    numbers = (rng.choice(90_000, count, replace=False) + 10_000).tolist()
    looks: Mapping[str, Callable[[int], tuple[str, str]]] = {
        "numbers": lambda n: (str(n), str(n)),
        "zeros": lambda n: (f"{n:08}", f"{n:08}"),
        "letters": lambda n: (f"{letter}{n}-x", f"{letter}{n}-x"),
        "hangul": lambda n: (f"가게 {n}호", f"가게 {n}호"),
        "floats": lambda n: (f"{n}.0", str(n)),
        "formulas": lambda n: (f'="{n:07}"', f"{n:07}"),
    }
    return [looks[look](n) for n in numbers]


def _rows(
    rng: np.random.Generator, facts: Mapping[str, str], columns: Mapping[str, str]
) -> tuple[list[tuple[str, str, str, float, int | None]], int, list[list[str]]]:
    """The events, how many are none, and the cells."""
    count = int(rng.integers(25, 60))
    users = _ids(rng, facts["ids"], 12, "u")
    items = _ids(rng, facts["ids"] if facts["ids"] != "floats" else "numbers", 15, "i")
    form = next((each for each in FORMS if each.name == facts["time"]), None)
    spoiled = rng.random() < 0.3
    rows, dropped, table = [], 0, []
    for step in np.sort(rng.integers(0, 3 * 365 * 86_400, count)).tolist():
        moment = START + timedelta(seconds=int(step))
        user, item = users[int(rng.integers(12))], items[int(rng.integers(15))]
        nobody = spoiled and rng.random() < 0.1
        written, value = _value(rng, facts)
        kind = _one(rng, KINDS)
        cells = {
            "user": _one(rng, MARKERS) if nobody else user[0],
            "item": item[0],
            "time": form.write(moment) if form else "",
            "kind": kind,
            facts["value"]: written,
        }
        table.append([cells.get(part) or _aside(rng, part, cells) for part in columns])
        if nobody:
            dropped += 1
            continue
        seconds = int(moment.timestamp())
        time = seconds - seconds % form.precision if form else None
        rows.append((user[1], item[1], _kind(kind, columns), value, time))
    return rows, dropped, table


def _aside(rng: np.random.Generator, part: str, cells: Mapping[str, str]) -> str:
    return "" if part in cells else _one(rng, TEXTS)


def _kind(drawn: str, columns: Mapping[str, str]) -> str:
    if "kind" in columns:
        return drawn
    if "rating" in columns:
        return "rating"
    return "purchase" if "quantity" in columns else "view"


def _value(rng: np.random.Generator, facts: Mapping[str, str]) -> tuple[str, float]:
    if facts["value"] == "none":
        return "", 1.0
    if facts["value"] == "quantity":
        number = float(rng.integers(1, 20))
        return f"{number:.0f}", number
    steps = {"5": (1, 5, 1), "halves": (1, 10, 2), "10": (1, 10, 1), "100": (1, 100, 1)}
    low, high, parts = steps[facts["scale"]]
    number = float(rng.integers(low, high + 1)) / parts
    text = f"{number:.1f}" if parts > 1 else f"{number:.0f}"
    return text, number


def _encoded(
    rng: np.random.Generator,
    format: str,
    columns: Mapping[str, str],
    table: list[list[str]],
    facts: Mapping[str, str],
) -> tuple[bytes, dict[str, str]]:
    names = list(columns.values())
    if format == "parquet":
        raw = io.BytesIO()
        pl.DataFrame(table, schema=dict.fromkeys(names, pl.String), orient="row").write_parquet(raw)
        return raw.getvalue(), {}
    if format in ("json", "jsonl"):
        objects = [dict(zip(names, cells, strict=True)) for cells in table]
        lines = "\n".join(json.dumps(each, ensure_ascii=False) for each in objects) + "\n"
        whole = json.dumps(objects, ensure_ascii=False, indent=1)
        return (whole if format == "json" and rng.random() < 0.5 else lines).encode(), {}
    return _delimited(rng, format, columns, table, facts)


def _delimited(
    rng: np.random.Generator,
    format: str,
    columns: Mapping[str, str],
    table: list[list[str]],
    facts: Mapping[str, str],
) -> tuple[bytes, dict[str, str]]:
    separator = "\t" if format == "tsv" else _one(rng, (",", ",", ";", "\t", "|"))
    if separator != "," and facts["decimal"] == "," and "rating" in columns:
        place = list(columns).index("rating")
        for cells in table:
            cells[place] = cells[place].replace(".", ",")
    text = io.StringIO()
    quoting = csv.QUOTE_ALL if rng.random() < 0.3 else csv.QUOTE_MINIMAL
    end = _one(rng, ("\n", "\n", "\r\n"))
    before = _one(rng, ("", "", "", "", "hint", "preamble", "trailing"))
    if before == "hint":
        text.write(f"sep={separator}{end}")
    if before == "preamble":
        text.write(f"# Export of the shop{end}# made on 2024-01-01{end}{end}")
    writer = csv.writer(text, delimiter=separator, quoting=quoting, lineterminator=end)
    writer.writerow(columns.values())
    writer.writerows([*cells, ""] if before == "trailing" else cells for cells in table)
    whole = text.getvalue()
    encoding = _encoding(rng, whole)
    how = {"separator": separator, "encoding": encoding, "before": before, "quoted": str(quoting)}
    return whole.encode(encoding), how


def _encoding(rng: np.random.Generator, text: str) -> str:
    """One that can write the text; where it is all ASCII, nobody could tell one from another."""
    encoding = _one(rng, ("utf-8", "utf-8", "utf-8-sig", "utf-16", "cp949"))
    return encoding if encoding != "cp949" or not text.isascii() else "utf-8"


def _packed(rng: np.random.Generator, name: str, raw: bytes) -> tuple[str, bytes]:
    packing = _one(rng, ("", "", "", "gz", "zip", "xz", "bz2", "zst"))
    if packing == "zip":
        file = io.BytesIO()
        with zipfile.ZipFile(file, "w") as archive:
            archive.writestr(name, raw)
        return "events.zip", file.getvalue()
    packers: Mapping[str, Callable[[bytes], bytes]] = {
        "gz": gzip.compress,
        "xz": lzma.compress,
        "bz2": bz2.compress,
        "zst": zstandard.ZstdCompressor().compress,
    }
    return (f"{name}.{packing}", packers[packing](raw)) if packing else (name, raw)
