"""Figures, moments and sentences as the pages write them."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from django.template import Context, Template
from django.utils import timezone as django_timezone
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from omakase_service.console.templatetags.console import (
    ago,
    english_or_korean,
    figure,
    lookup,
    moment,
    percent,
    plain,
    size,
    word,
)
from omakase_service.console.translations import KOREAN

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


@pytest.fixture
def noon(monkeypatch):
    """It is noon of the first of March."""
    monkeypatch.setattr(django_timezone, "now", lambda: NOW)


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (None, "–"),
        (0, "0"),
        (0.0, "0"),
        (1, "1"),
        (-1, "-1"),
        (1234, "1,234"),
        (1_234_567.0, "1,234,567"),
        (0.123456, "0.123"),
        (0.5, "0.5"),
        (9.5, "9.5"),
        (9.876, "9.88"),
        (12.345, "12.3"),
        (-12.345, "-12.3"),
        (1234.56, "1,234.6"),
        (-0.25, "-0.25"),
    ],
)
def test_figure_is_written_as_people_read_it(number, text):
    assert figure(number) == text


@given(st.integers(-(10**12), 10**12))
def test_figure_of_a_whole_number_loses_no_digit(number):
    assert int(figure(number).replace(",", "")) == number


@given(st.floats(10, 1e9))
def test_figure_of_a_large_number_is_right_to_a_tenth(number):
    assert abs(float(figure(number).replace(",", "")) - number) <= 0.0501


@pytest.mark.parametrize(
    ("share", "text"),
    [
        (None, "–"),
        (0, "0.00 %"),
        (0.0123, "1.23 %"),
        (0.09999, "10.00 %"),
        (0.1, "10.0 %"),
        (0.5, "50.0 %"),
        (1, "100.0 %"),
        (12.5, "1250.0 %"),
        (-0.05, "-5.00 %"),
        (-0.5, "-50.0 %"),
    ],
)
def test_percent_of_a_small_share_has_a_decimal_more(share, text):
    assert percent(share) == text


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (None, "–"),
        (0, "0 B"),
        (1, "1 B"),
        (1023, "1023 B"),
        (1024, "1.0 KB"),
        (1536, "1.5 KB"),
        (1024**2, "1.0 MB"),
        (5 * 1024**3, "5.0 GB"),
        (1024**4, "1.0 TB"),
        (2048 * 1024**4, "2048.0 TB"),
    ],
)
def test_size_is_in_the_unit_that_fits(number, text):
    assert size(number) == text


@given(st.integers(1, 10**15))
def test_size_says_about_the_number_of_bytes(number):
    amount, unit = size(number).split()
    bytes_said = float(amount) * 1024 ** ["B", "KB", "MB", "GB", "TB"].index(unit)
    assert abs(bytes_said - number) <= 0.051 * number


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (1.0, "1"),
        (2.5, "2.5"),
        (0.05, "0.05"),
        (1e-7, "1e-07"),
        (1000.0, "1000"),
        (0.1 + 0.2, "0.3"),
    ],
)
def test_plain_is_a_number_as_a_field_holds_it(number, text):
    assert plain(number) == text


@given(st.integers(0, 10**7).map(lambda n: n / 1000))
def test_plain_comes_back_as_the_same_number(number):
    assert float(plain(number)) == number


@pytest.mark.parametrize(
    ("time", "text"),
    [
        (None, "–"),
        (0, "–"),
        (1_700_000_000, "2023-11-14 22:13"),
        (1_700_000_000.9, "2023-11-14 22:13"),
        (-86_400, "1969-12-31 00:00"),
        (datetime(2026, 1, 2, 3, 4, 59, tzinfo=UTC), "2026-01-02 03:04"),
        (datetime(2026, 1, 2, 3, 4, tzinfo=timezone(timedelta(hours=9))), "2026-01-01 18:04"),
    ],
)
def test_moment_is_to_the_minute_and_in_utc(time, text):
    assert moment(time) == text


@pytest.mark.parametrize(
    ("passed", "text"),
    [
        (timedelta(0), "just now"),
        (timedelta(seconds=59), "just now"),
        (timedelta(minutes=1), "1 min ago"),
        (timedelta(minutes=59, seconds=59), "59 min ago"),
        (timedelta(hours=1), "1 h ago"),
        (timedelta(hours=23, minutes=59), "23 h ago"),
        (timedelta(days=1), "1 d ago"),
        (timedelta(days=400, hours=5), "400 d ago"),
        (timedelta(seconds=-1), "in a moment"),
        (timedelta(seconds=-59), "in a moment"),
        (timedelta(minutes=-1), "in 1 min"),
        (timedelta(hours=-5, minutes=-30), "in 5 h"),
        (timedelta(days=-2), "in 2 d"),
    ],
)
def test_ago_counts_in_the_largest_unit_that_is_full(noon, passed, text):
    assert ago(NOW - passed) == text
    assert ago((NOW - passed).timestamp()) == text


@pytest.mark.parametrize("time", [None, 0])
def test_ago_of_no_time_is_a_dash(time):
    assert ago(time) == "–"


@pytest.mark.parametrize(
    ("passed", "text"),
    [
        (timedelta(0), "just now"),
        (timedelta(minutes=3), "{n} min ago"),
        (timedelta(hours=3), "{n} h ago"),
        (timedelta(days=3), "{n} d ago"),
        (timedelta(minutes=-3), "in {n} min"),
        (timedelta(days=-3), "in {n} d"),
    ],
)
def test_ago_in_korean_says_the_same(noon, passed, text):
    with override("ko"):
        assert ago(NOW - passed) == KOREAN[text].format(n=3)


BOTH = {"en": ["one", "two"], "ko": ["하나"]}


@pytest.mark.parametrize(
    ("language", "words", "lines"),
    [
        ("en", BOTH, ["one", "two"]),
        ("ko", BOTH, ["하나"]),
        ("ko", {"en": ["one"]}, ["one"]),
        ("ko", {"en": ["one"], "ko": []}, ["one"]),
        ("fr", BOTH, ["one", "two"]),
        ("en", {"ko": ["하나"]}, []),
        ("en", {}, []),
        ("en", None, []),
        ("en", "", []),
        ("en", ["one"], []),
    ],
)
def test_english_or_korean_is_the_pages_language_where_it_is_said(language, words, lines):
    with override(language):
        assert english_or_korean(words) == lines


@pytest.mark.parametrize(
    ("mapping", "key", "expected"),
    [
        ({"a": 1}, "a", 1),
        ({"a": 1}, "b", None),
        ({}, "a", None),
        (None, "a", None),
        ("", "a", None),
    ],
)
def test_lookup_is_the_value_of_a_key_or_none(mapping, key, expected):
    assert lookup(mapping, key) == expected


def test_word_is_said_in_the_pages_language():
    with override("ko"):
        assert word("queued") == KOREAN["queued"]
        assert word("a word that nobody knows {n}") == "a word that nobody knows {n}"
    with override("en"):
        assert word("queued") == "queued"


def test_sentence_of_a_template_escapes_its_values():
    page = Template('{% load console %}{% t "{n} events" n=name %}')
    with override("en"):
        assert page.render(Context({"name": "<b>"})) == "&lt;b&gt; events"


def test_sentence_of_a_template_keeps_braces_of_its_values():
    page = Template('{% load console %}{% t "{n} events" n=name %}')
    with override("en"):
        assert page.render(Context({"name": "{0} {x}"})) == "{0} {x} events"


@pytest.mark.parametrize("mapping", [{}, {"a": 1, "b": 2}, {"items": 3, "keys": 4, "": None}])
def test_pairs_are_the_names_and_values_whatever_the_names_are(mapping):
    page = Template("{% load console %}{% for k, v in m|pairs %}[{{ k }}={{ v }}]{% endfor %}")
    expected = "".join(f"[{name}={value}]" for name, value in mapping.items())
    assert page.render(Context({"m": mapping})) == expected
