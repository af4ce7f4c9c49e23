"""Which encoding a file of text is in: by its mark, by its bytes, by the letters that come out."""

import codecs
import re
import unicodedata
from itertools import pairwise
from pathlib import Path

from omakase.errors import UnreadableFile

SAMPLE_BYTES = 1 << 20
SAMPLES = 24
BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
SINGLE_BYTE = ("cp1251", "cp1252")
RUNS = re.compile(rb"[\x80-\xff]+")
KANA = ("HIRAGANA", "KATAKANA")
MOSTLY, OFTEN = 0.9, 0.3
HEADER = 8
"""Lines among which the names of the columns stand: there nothing is taken for a fault."""

FEW, MANY = 3, 50
"""So few lines that are no UTF-8 among so many others are faults of a file in UTF-8."""


def encoding_of(path: Path, encoding: str | None = None) -> str:
    """Name of the encoding: by the byte order mark, else as declared, else detected.

    Raises:
        UnreadableFile: there is no such encoding of text.
    """
    with path.open("rb") as file:
        head = file.read(4)
    marked = next((name for mark, name in BOMS if head.startswith(mark)), None)
    name = marked or (detect(path) if encoding is None else encoding)
    try:
        "".encode(name)
    except LookupError as error:
        usual = "utf-8, utf-16, cp949, latin-1"
        raise UnreadableFile(f"{path}: no encoding named {name!r}; usual: {usual}") from error
    return name


def detect(path: Path) -> str:
    """The likeliest encoding of a file without a mark, from samples all over it."""
    raw = _samples(path)
    if wide := _wide(raw[:4096]):
        return wide
    if _is_mostly_utf8(raw):
        return "utf-8"
    if name := _double(raw):
        return name
    return max(SINGLE_BYTE, key=lambda name: _letters(raw, name))


def _samples(path: Path) -> bytes:
    """Whole lines: the beginning of the file, and pieces from all over a long one."""
    size = path.stat().st_size
    step = max(SAMPLE_BYTES, size // SAMPLES)
    pieces = []
    with path.open("rb") as file:
        for start in range(0, size, step):
            file.seek(start)
            piece = file.read(SAMPLE_BYTES)
            if start:
                piece = piece[piece.find(b"\n") + 1 :]
            pieces.append(piece[: piece.rfind(b"\n") + 1] or (b"" if start else piece))
    return b"".join(pieces)


def _wide(head: bytes) -> str | None:
    """UTF-16 without a mark: every other byte of Latin letters, digits and signs is zero."""
    if len(head) < 8 or head.count(0) < len(head) // 4:
        return None
    even, odd = head[::2].count(0), head[1::2].count(0)
    if odd > 4 * even:
        return "utf-16-le"
    return "utf-16-be" if even > 4 * odd else None


def _is_mostly_utf8(raw: bytes) -> bool:
    try:
        raw.decode()
    except UnicodeDecodeError:
        lines = raw.split(b"\n")
        high = [line for line in lines if not line.isascii()]
        spoiled = sum(not _is_utf8(line) for line in high)
        few = spoiled < FEW and len(lines) > MANY and all(map(_is_utf8, lines[:HEADER]))
        return few or 2 * spoiled < len(high)
    return True


def _is_utf8(line: bytes) -> bool:
    try:
        line.decode()
    except UnicodeDecodeError:
        return False
    return True


def _double(raw: bytes) -> str | None:
    """An encoding of two bytes a letter, by which bytes come in pairs."""
    if _share(raw, "cp932", KANA) >= OFTEN:
        return "cp932"
    runs = RUNS.findall(raw)
    even = sum(len(run) % 2 == 0 for run in runs)
    if even < MOSTLY * len(runs):
        return "cp949" if _share(raw, "cp949", ("HANGUL",)) >= MOSTLY else None
    leads = [byte for run in runs for byte in run[::2]]
    if sum(byte in (0xA4, 0xA5) for byte in leads) >= OFTEN * len(leads):
        return "euc_jp"
    hangul = sum(0xB0 <= byte <= 0xC8 for byte in leads)
    if hangul >= MOSTLY * len(leads):
        return "cp949"
    return "gb18030" if _share(raw, "gb18030", ("CJK",)) >= MOSTLY else None


def _share(raw: bytes, encoding: str, names: tuple[str, ...]) -> float:
    """Share of the letters beyond ASCII that are called so; 0 where the bytes are no text."""
    lines = [line for line in raw.split(b"\n") if not line.isascii()][:5000]
    try:
        decoded = [line.decode(encoding) for line in lines]
    except UnicodeDecodeError:
        return 0.0
    letters = [c for line in decoded for c in line if ord(c) > 127]
    if not letters:
        return 0.0
    return sum(unicodedata.name(c, "").startswith(names) for c in letters) / len(letters)


def _letters(raw: bytes, encoding: str) -> float:
    """How much like words the letters beyond ASCII are: lower case beside lower case."""
    text = raw.decode(encoding, "replace")
    pairs = [(a, b) for a, b in pairwise(text) if ord(b) > 127]
    if not pairs:
        return 0.0
    fitting = sum(b.isalpha() and (a.islower() == b.islower() or a.isspace()) for a, b in pairs)
    strange = sum(not b.isprintable() or b == "\ufffd" for _, b in pairs)
    runs = sum(ord(a) > 127 and a.isalpha() and b.isalpha() for a, b in pairs)
    cyrillic = encoding == "cp1251"
    likely = runs / len(pairs) > 0.5
    return (fitting - 5 * strange) / len(pairs) + (0.5 if likely == cyrillic else 0.0)
