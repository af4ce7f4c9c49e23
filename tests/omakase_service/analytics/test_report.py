"""Reports of figures: what stands in the table, and that no name of an owner's breaks it."""

import csv
import io
import re
from datetime import date, timedelta
from html.parser import HTMLParser

import pytest

from omakase_service.analytics.contracts import Figures, Row, plain
from omakase_service.analytics.report import (
    COLUMNS,
    SECTIONS,
    chart,
    to_csv,
    to_html,
    to_markdown,
)

DAY = date(2026, 3, 4)
AWKWARD = ("a|b", "a,b", 'a"b', "<b>&amp;", "두 줄", "שלום", "🍣", "back\\slash", "two\nlines")


def row(group: str = "ease", at: int = 0, **numbers: float) -> Row:
    return Row(DAY + timedelta(days=at), group, Figures(**numbers))


def markdown_tables(text: str) -> dict[str, list[dict[str, str]]]:
    """Rows of each table, by the heading above it; a bar behind a backslash is none."""
    tables: dict[str, list[dict[str, str]]] = {}
    heading, names = "", []
    for line in text.splitlines():
        if line.startswith("## "):
            heading, names = line[3:], []
            tables[heading] = []
        elif line.startswith("| "):
            cells = [each.strip() for each in re.split(r"(?<!\\)\|", line)[1:-1]]
            if not names:
                names = cells
            else:
                tables[heading].append(dict(zip(names, cells, strict=True)))
    return tables


class Cells(HTMLParser):
    """Texts of the cells of a page, and its elements."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.texts: list[str] = []
        self.elements: list[str] = []
        self.is_inside = False
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.elements.append(tag)
        self.is_inside = tag == "td"
        if self.is_inside:
            self.texts.append("")

    def handle_endtag(self, tag):
        self.is_inside = self.is_inside and tag != "td"

    def handle_data(self, data):
        if self.is_inside:
            self.texts[-1] += data


def test_csv_of_nothing_names_its_columns():
    assert to_csv([]) == ",".join(COLUMNS) + "\r\n"


def test_csv_holds_all_figures_of_each_row():
    rows = [row(requests=3), row("popular", requests=4, revenue=1.5)]
    read = list(csv.DictReader(io.StringIO(to_csv(rows))))
    assert len(read) == 2
    for line, source in zip(read, rows, strict=True):
        expected = {name: "" if each is None else str(each) for name, each in plain(source).items()}
        assert line == expected


@pytest.mark.parametrize("group", AWKWARD)
def test_csv_group_comes_back_as_it_was_named(group):
    (line,) = csv.DictReader(io.StringIO(to_csv([row(group)]), newline=""))
    assert line["group"] == group


def test_markdown_has_a_title_and_a_table_for_each_section():
    text = to_markdown([row(requests=3, shown=6, clicks=2)], "Figures")
    tables = markdown_tables(text)
    assert text.startswith("# Figures\n")
    assert text.endswith("\n")
    assert list(tables) == list(SECTIONS)
    for name, names in SECTIONS.items():
        (line,) = tables[name]
        assert tuple(line) == ("start", "group", *names)
        assert (line["start"], line["group"]) == ("2026-03-04", "ease")
    earned = tables["What lists earned"][0]
    assert (earned["requests"], earned["clicks"], earned["click_rate"]) == ("3", "2", "0.3333")
    assert earned["requests_trend"] == "–"


def test_markdown_of_nothing_has_empty_tables():
    assert markdown_tables(to_markdown([], "Nothing")) == {name: [] for name in SECTIONS}


@pytest.mark.parametrize("group", AWKWARD)
def test_markdown_name_of_a_group_leaves_the_table_whole(group):
    for lines in markdown_tables(to_markdown([row(group), row("z")], "Figures")).values():
        assert [line["group"] for line in lines][1] == "z"
        assert len(lines) == 2


def test_html_loads_nothing_and_holds_each_section():
    page = to_html([row(requests=3)], "Figures")
    assert "http" not in page
    assert "<script" not in page
    for name in SECTIONS:
        assert f"<h2>{name}</h2>" in page


@pytest.mark.parametrize("group", AWKWARD)
def test_html_name_of_a_group_is_text(group):
    cells = Cells(to_html([row(group)], "Figures"))
    assert cells.texts.count(group) == len(SECTIONS)
    assert "b" not in cells.elements


def test_html_title_is_text_in_both_places():
    page = to_html([], "<i>1 & 2</i>")
    assert "<i>" not in page
    assert page.count("&lt;i&gt;1 &amp; 2&lt;/i&gt;") == 2


def test_chart_of_nothing_is_nothing():
    assert chart([]) == ""


def test_chart_has_a_bar_a_day_with_its_sums():
    drawn = chart([row(requests=3, clicks=1), row("b", requests=1), row(at=1, requests=8)])
    assert re.findall(r"<title>(.*?)</title>", drawn) == [
        "2026-03-04: 4 requests, 1 clicks",
        "2026-03-05: 8 requests, 0 clicks",
    ]
    tall = [float(each) for each in re.findall(r'height="([\d.]+)"', drawn)]
    assert tall == [80.0, 160.0]


def test_chart_bars_and_points_stay_inside_the_picture():
    drawn = chart([row(at=at, requests=at * 7, clicks=at) for at in range(40)], 400, 100)
    boxes = re.findall(r'<rect x="([\d.]+)" y="([\d.]+)" width="([\d.]+)" height="([\d.]+)"', drawn)
    assert len(boxes) == 40
    for x, y, width, height in (map(float, box) for box in boxes):
        assert 0 <= x <= x + width <= 400.1
        assert 0 <= y <= y + height <= 100.1
    points = re.search(r'points="([^"]+)"', drawn)[1].split()
    places = [tuple(map(float, each.split(","))) for each in points]
    assert places == sorted(places, key=lambda place: place[0])
    assert all(0 < x < 400 and 0 <= y <= 100 for x, y in places)


def test_chart_of_days_without_requests_lies_on_the_ground():
    drawn = chart([row(), row(at=1)])
    assert re.findall(r'height="([\d.]+)"', drawn) == ["0.0", "0.0"]
    assert 'points="180.0,180.0 540.0,180.0"' in drawn
