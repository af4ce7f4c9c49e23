"""Encodings of files that do not say theirs."""

import pytest

from omakase.data.rows.encoding import detect, encoding_of

KOREAN = "회원번호,상호\n00018,할매순대국 가점\n00024,대동집\n" * 20
GERMAN = "Käufer,Artikel\nMüller,Brötchen süß\nSchäfer,Öl\n" * 20
RUSSIAN = "клиент,товар\nИванов,чай\nПетрова,пирог\n" * 20


def written(path, raw):
    file = path / "x.csv"
    file.write_bytes(raw)
    return file


@pytest.mark.parametrize(
    ("text", "encoding", "expected"),
    [
        (KOREAN, "utf-8", "utf-8"),
        (KOREAN, "cp949", "cp949"),
        (KOREAN, "euc-kr", "cp949"),
        (KOREAN, "utf-16-le", "utf-16-le"),
        (GERMAN, "latin-1", "cp1252"),
        (GERMAN, "cp1252", "cp1252"),
        (RUSSIAN, "cp1251", "cp1251"),
        ("顧客,商品\nたなか,おちゃ\nさとう,ケーキ\n" * 20, "cp932", "cp932"),
        ("user,item\nu,i\n" * 20, "utf-16-be", "utf-16-be"),
        ("user,item\nu,i\n", "ascii", "utf-8"),
    ],
)
def test_detect_reads_what_was_written(tmp_path, text, encoding, expected):
    if encoding.startswith("utf-16"):
        text = "user,item,shop\n" + text.replace("회원번호", "user")
        text = text.encode("ascii", "ignore").decode()
    file = written(tmp_path, text.encode(encoding))
    assert detect(file) == expected
    assert file.read_bytes().decode(expected) == text


def test_detect_korean_names_of_columns_alone(tmp_path):
    raw = "회원번호,상품코드\n".encode("cp949") + b"1,2\n" * 500
    assert detect(written(tmp_path, raw)) == "cp949"


def test_detect_a_few_spoiled_lines_of_utf8(tmp_path):
    lines = ["사용자,상품\n"] + [f"u{n},김치\n" for n in range(200)]
    raw = "".join(lines).encode() + b"u,\xff\xfe\n"
    assert detect(written(tmp_path, raw)) == "utf-8"


def test_encoding_of_declared_goes_before_detected(tmp_path):
    assert encoding_of(written(tmp_path, KOREAN.encode("cp949")), "latin-1") == "latin-1"
