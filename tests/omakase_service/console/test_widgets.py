"""The HTML of a list for a page of the owner's."""

from html.parser import HTMLParser

import pytest

from omakase_service.console.widgets import Widget, snippet, widget_of
from omakase_service.platform.selectors import living_keys

SCRIPT, URL = "https://rec.example/static/omakase/widget.js", "https://rec.example"


def attributes_of(html: str) -> dict[str, str | None]:
    found: dict[str, dict[str, str | None]] = {}

    class Reader(HTMLParser):
        def handle_starttag(self, tag, attrs):
            found[tag] = dict(attrs)

    Reader().feed(html)
    assert set(found) == {"script", "omakase-list"}
    assert found["script"] == {"type": "module", "src": SCRIPT}
    return found["omakase-list"]


def test_snippet_holds_what_was_chosen_and_nothing_that_breaks_out():
    heading = '"><script>alert(1)</script>'
    html = snippet(
        Widget(placement="home", heading=heading, key="omk_1", reasons=True), script=SCRIPT, url=URL
    )
    assert attributes_of(html) == {
        "url": URL, "key": "omk_1", "placement": "home", "n": "6", "heading": heading,
        "layout": "row", "language": "en", "reasons": None,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("values", "n", "layout"),
    [({"n": "99", "layout": "x"}, 50, "row"), ({"n": "0", "layout": "grid"}, 1, "grid"),
     ({"n": "-3"}, 6, "row"), ({"n": "9" * 99}, 6, "row"), ({}, 6, "row")],
)  # fmt: skip
def test_widget_of_values_that_make_no_sense_is_as_usual(values, n, layout):
    made = widget_of(values, "ko")
    assert (made.n, made.layout, made.language) == (n, layout, "ko")


@pytest.mark.django_db
def test_page_shows_the_html_and_the_list_once_there_is_a_key(owner):
    empty = owner.get("/console/widgets/").content.decode()
    assert "With a public key it is shown here." in empty
    page = owner.get("/console/widgets/?key=omk_1_x&heading=%22%3E%3Cb%3E").content.decode()
    assert "&lt;omakase-list" in page
    assert "<omakase-list" in page
    assert '"><b>' not in page


@pytest.mark.django_db
def test_public_key_is_made_and_fills_the_form(owner):
    response = owner.post("/console/widgets/key", {"placement": "home", "n": "4"})
    (key,) = living_keys()
    assert [str(scope) for scope in key.caller.scopes] == ["public"]
    assert f"key=omk_{key.prefix}" in response["Location"]
    assert "n=4" in response["Location"]
