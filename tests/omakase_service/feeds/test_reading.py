"""Feeds of every format give the same rows; a row is an item by our names or by Google's."""

from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from pydantic import ValidationError

from omakase_service.feeds.mapping import item_of
from omakase_service.feeds.reading import rows_of
from omakase_service.platform.exceptions import Invalid

ROWS = [{"id": "1", "title": "Tea, green"}, {"id": "2", "title": "커피"}]
CSV = 'id,title\n1,"Tea, green"\n2,커피\n'
RSS = """<?xml version="1.0"?><rss xmlns:g="http://base.google.com/ns/1.0"><channel>
<title>Shop</title><item><g:id>1</g:id><title>Tea, green</title></item>
<item><g:id>2</g:id><title><![CDATA[커피]]></title></item></channel></rss>"""
ATOM = """<feed xmlns="http://www.w3.org/2005/Atom" xmlns:g="http://base.google.com/ns/1.0">
<entry><g:id>1</g:id><title>Tea, green</title></entry>
<entry><g:id>2</g:id><title>커피</title></entry></feed>"""
FORMS = {
    "csv": CSV,
    "csv with a mark": "\ufeff" + CSV,
    "tabs": "id\ttitle\n1\tTea, green\n2\t커피\n",
    "lines": '{"id": "1", "title": "Tea, green"}\n\n{"id": "2", "title": "커피"}\n',
    "list": '[{"id": "1", "title": "Tea, green"}, {"id": "2", "title": "커피"}]',
    "document": '{"shop": "x", "products": [\n{"id": "1", "title": "Tea, green"},'
    ' {"id": "2", "title": "커피"}\n]}',
    "document in a line": '{"data": {"items": [{"id": "1", "title": "Tea, green"},'
    ' {"id": "2", "title": "커피"}]}}',
    "rss": RSS,
    "atom": ATOM,
}


def read(text: str | bytes, form="auto") -> list:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "feed"
        path.write_bytes(text.encode() if isinstance(text, str) else text)
        return list(rows_of(path, form))


@pytest.mark.parametrize("form", FORMS)
def test_rows_of_each_format_are_the_same(form):
    assert read(FORMS[form]) == ROWS


ENCODINGS = ["cp949", "utf-8-sig", "utf-16", "utf-16-le"]
PRODUCT = "녹차 한 상자, 보성에서"
XML = '<?xml version="1.0" encoding="{}"?><rss><item><id>1</id><title>{}</title></item></rss>'


@pytest.mark.parametrize("encoding", [*ENCODINGS, "cp1252"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_rows_of_csv_in_any_encoding_are_the_same(encoding, delimiter):
    title = "Thé vert à la menthe" if encoding == "cp1252" else PRODUCT
    lines = ["id", "title"], *([str(n), f'"{title}"'] for n in range(60))
    text = "\n".join(map(delimiter.join, lines))
    rows = read(text.encode(encoding), "csv")
    assert rows == [{"id": str(n), "title": title} for n in range(60)]


@pytest.mark.parametrize("encoding", ["euc-kr", "cp949", "utf-8", "Shift_JIS", "utf-16"])
def test_rows_of_xml_follow_the_encoding_that_it_declares(encoding):
    title = "緑茶" if encoding == "Shift_JIS" else PRODUCT
    raw = XML.format(encoding, title).encode(encoding)
    assert read(raw) == read(raw, "xml") == [{"id": "1", "title": title}]


@pytest.mark.parametrize("encoding", ["no-such", "base64", "ascii"])
def test_rows_of_xml_that_is_not_in_its_encoding_are_refused(encoding):
    with pytest.raises(Invalid, match="the feed is no XML"):
        read(XML.format(encoding, PRODUCT), "xml")


def test_rows_of_xml_that_come_in_parts_are_whole():
    many = "".join(f"<item><id>{n}</id><title>{'x' * 99}</title></item>" for n in range(5000))
    rows = read(f"<rss>{many}</rss>")
    assert [row["id"] for row in rows] == [str(n) for n in range(5000)]
    assert {len(row["title"]) for row in rows} == {99}


@pytest.mark.parametrize(
    "text", ["", "<rss><item>", '{"id": ', "[1, 2]", "<html><p>error</html>", "[{]"]
)
def test_rows_of_a_damaged_feed_are_refused(text):
    with pytest.raises(Invalid):
        read(text)


def test_rows_of_xml_with_entities_are_refused():
    bomb = '<!DOCTYPE x [<!ENTITY a "aa"><!ENTITY b "&a;&a;">]><rss><item><id>&b;</id></item></rss>'
    with pytest.raises(Invalid, match="DOCTYPE"):
        read(bomb)


def test_item_of_a_row_of_google_has_our_fields():
    item = item_of(
        {
            "g:id": "7", "title": "Tea", "image_link": "https://a.example/1.png",
            "price": "1,299.50 USD", "sale_price": "999,00 USD", "availability": "out_of_stock",
            "product_type": "Drinks > Tea", "google_product_category": "123", "gtin": "0123",
            "link": "https://a.example/7",
        }
    )  # fmt: skip
    assert (item.item_id, item.price, item.original_price) == ("7", 999.0, 1299.5)
    assert (item.category, item.stock) == ("Drinks > Tea", 0)
    assert item.image_url == "https://a.example/1.png"
    assert item.attributes == {
        "gtin": "0123", "link": "https://a.example/7", "currency": "USD",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("text", "price"),
    [
        ("1.299,00 EUR", 1299.0), ("9,50 €", 9.5), ("12,000 KRW", 12_000.0), ("₩12,000", 12_000.0),
        ("1 299,00 SEK", 1299.0), ("15.00", 15.0), ("Free", 0.0), ("1.299.000 VND", 1_299_000.0),
    ],
)  # fmt: skip
def test_item_of_a_row_has_the_price_as_it_is_written_there(text, price):
    assert item_of({"id": "7", "price": text}).price == price


def test_item_of_a_row_that_is_there_again_is_not_counted_any_more():
    item = item_of({"id": "7", "availability": "in_stock"})
    assert item.model_dump(exclude_unset=True) == {"item_id": "7", "stock": None}


def test_item_of_a_row_of_our_own_names_keeps_them():
    item = item_of({"item_id": "7", "tags": "a, b", "price": 3, "colour": "red"})
    assert (item.tags, item.price, item.attributes) == (["a", "b"], 3.0, {"colour": "red"})


@pytest.mark.parametrize("row", [{"title": "no id"}, {"id": "7", "price": "cheap"}, {"id": " "}])
def test_item_of_a_row_that_is_none_is_refused(row):
    with pytest.raises(ValidationError):
        item_of(row)
