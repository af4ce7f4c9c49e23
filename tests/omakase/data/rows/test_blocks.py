"""Whole lines."""

import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from omakase.data.rows import open_rows
from omakase.data.rows.blocks import LINE_LIMIT, blocks, encoding_of
from omakase.errors import UnreadableFile


def written(path, raw):
    file = path / "x.csv"
    file.write_bytes(raw)
    return file


def text(found):
    return b"".join(block.data for block in found)


@given(
    lines=st.lists(st.binary(max_size=6).filter(lambda b: b"\n" not in b), min_size=1),
    size=st.integers(1, 9),
    after=st.integers(0, 5),
)
def test_any_size_of_block_gives_the_same_lines(tmp_path_factory, lines, size, after):
    raw = b"x" + b"\n".join(lines) + b"\n"
    file = written(tmp_path_factory.mktemp("blocks"), raw)
    found = list(blocks(file, encoding="utf-8", size=size, after_line=after))
    assert text(found) == b"".join(line + b"\n" for line in raw[:-1].split(b"\n")[after:])
    expected = after + 1
    for block in found:
        assert block.first_line == expected
        expected += block.data.count(b"\n")


def test_the_last_line_needs_no_newline(tmp_path):
    assert text(blocks(written(tmp_path, b"a\nb"))) == b"a\nb\n"


def test_bytes_read_ends_at_the_size(tmp_path):
    file = written(tmp_path, b"ab\n" * 100)
    found = [block.bytes_read for block in blocks(file, size=64)]
    assert found == sorted(found)
    assert found[-1] == 300


def test_a_long_line_is_cut_but_stays_too_long(tmp_path):
    file = written(tmp_path, b"a\n" + b"x" * (LINE_LIMIT * 3) + b"\nb\n")
    found = text(blocks(file, size=4096)).split(b"\n")
    assert (found[0], found[2]) == (b"a", b"b")
    assert LINE_LIMIT < len(found[1]) <= LINE_LIMIT + 4097


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-32"])
def test_a_byte_order_mark_decides(tmp_path, encoding):
    file = written(tmp_path, "김치,찌개\n".encode(encoding))
    assert text(blocks(file, size=3)) == "김치,찌개\n".encode()


def test_another_encoding_is_recoded(tmp_path):
    file = written(tmp_path, "김치\n찌개\n".encode("cp949"))
    assert text(blocks(file, encoding="cp949", size=1)) == "김치\n찌개\n".encode()


def test_bytes_that_are_no_text_stay_no_text(tmp_path):
    file = written(tmp_path, "김치\n".encode("cp949") + b"\xff\xff\n")
    first, second, _ = text(blocks(file, encoding="cp949")).split(b"\n")
    assert first.decode() == "김치"
    with pytest.raises(UnicodeDecodeError):
        second.decode()


def test_the_mark_outweighs_what_is_said(tmp_path):
    assert encoding_of(written(tmp_path, codecs.BOM_UTF8 + b"a"), "cp949") == "utf-8"
    assert encoding_of(written(tmp_path, b"a"), "cp949") == "cp949"


@pytest.mark.parametrize("encoding", ["klingon", "hex", "rot13", ""])
def test_an_encoding_that_does_not_exist_is_one_clear_sentence(tmp_path, encoding):
    file = written(tmp_path, b"user,item\n")
    with pytest.raises(UnreadableFile, match=r"no encoding named .*; usual: utf-8"):
        encoding_of(file, encoding)
    with pytest.raises(UnreadableFile):
        open_rows(file, encoding=encoding)


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-32-le", "latin-1", "euc-kr"])
def test_wide_text_without_a_mark_is_read_where_it_is_told(tmp_path, encoding):
    text = "user,item\nu,caf\n" if encoding == "latin-1" else "user,item\n철수,김치\n"
    file = written(tmp_path, text.encode(encoding))
    assert text_of_all(file, encoding) == text.encode()


def text_of_all(file, encoding):
    return text(blocks(file, encoding=encoding, size=2))
