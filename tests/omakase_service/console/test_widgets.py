"""The HTML of a list for a page of the owner's."""

from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.omakase_service.console.markup import messages_of, tree_of, values_of

from omakase_service.console.widgets import Widget, snippet, widget_of
from omakase_service.platform.selectors import living_keys

LETTERS = st.characters(exclude_categories=["Cs", "Cc"])
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


@given(
    st.builds(
        Widget,
        placement=st.text(LETTERS, max_size=20),
        n=st.integers(1, 50),
        heading=st.text(LETTERS, max_size=40),
        layout=st.sampled_from(["row", "grid", "list"]),
        language=st.sampled_from(["en", "ko"]),
        link=st.text(LETTERS, max_size=40),
        reasons=st.booleans(),
        key=st.text(LETTERS, max_size=20),
    )
)
def test_snippet_of_any_texts_is_two_elements_with_those_texts(widget):
    read = attributes_of(snippet(widget, script=SCRIPT, url=URL))
    for name in ("placement", "heading", "link"):
        assert (read.get(name) or "") == getattr(widget, name)
    assert ("reasons" in read) is widget.reasons
    assert read["n"] == str(widget.n)


def test_snippet_without_a_key_shows_where_it_goes():
    assert attributes_of(snippet(Widget(), script=SCRIPT, url=URL))["key"] == "omk_…"


def test_snippet_says_nothing_of_what_was_left_empty():
    assert set(attributes_of(snippet(Widget(), script=SCRIPT, url=URL))) == {
        "url", "key", "n", "layout", "language",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("text", "n"),
    [("1", 1), ("6", 6), ("50", 50), ("51", 50), ("999", 50), ("1000", 6), ("", 6), ("x", 6),
     ("2.5", 6), ("+3", 6), (" 3", 6), ("٣", 3), ("²", 6)],
)  # fmt: skip
def test_length_of_a_widget_is_between_one_and_fifty(text, n):
    assert widget_of({"n": text}, "en").n == n


@pytest.mark.parametrize(
    ("values", "page", "language"),
    [({}, "en", "en"), ({}, "ko", "ko"), ({"language": "ko"}, "en", "ko"),
     ({"language": "en"}, "ko", "en"), ({"language": "fr"}, "en", "en")],
)  # fmt: skip
def test_language_of_a_widget_is_chosen_or_else_the_pages(values, page, language):
    assert widget_of(values, page).language == language


@pytest.mark.parametrize(
    ("text", "said"), [("yes", True), ("no", False), ("", False), ("1", False)]
)
def test_widget_gives_reasons_where_the_box_is_ticked(text, said):
    assert widget_of({"reasons": text}, "en").reasons is said


def test_widget_of_a_form_keeps_its_texts():
    values = {"placement": "home", "heading": "골라 봤어요", "link": "/i/{item_id}", "key": "omk_1"}
    made = widget_of(values, "en")
    assert (made.placement, made.heading, made.link, made.key) == tuple(values.values())


@pytest.mark.django_db
def test_page_fills_the_form_with_what_was_chosen(owner):
    query = {
        "placement": "", "heading": "a < b", "n": "9", "layout": "list", "language": "ko",
        "link": "https://shop.example/{item_id}", "reasons": "yes", "key": "omk_1_x",
    }  # fmt: skip
    assert (
        values_of(tree_of(owner.get("/console/widgets/", query)).one("form", id="widget")) == query
    )


@pytest.mark.django_db
def test_page_names_the_address_of_this_server(owner):
    page = tree_of(owner.get("/console/widgets/"))
    read = attributes_of(page.one("textarea", id="snippet").text.replace(
        "http://testserver/static/omakase/widget.js", SCRIPT
    ))  # fmt: skip
    assert read["url"] == "http://testserver"


@pytest.mark.django_db
def test_page_names_the_origins_that_may_show_it(owner, settings_with):
    settings_with(web={"cors_origins": ["https://shop.example"]})
    assert "Now: https://shop.example" in tree_of(owner.get("/console/widgets/")).text
    settings_with()
    assert "Now: none" in tree_of(owner.get("/console/widgets/")).text


@pytest.mark.django_db
@pytest.mark.parametrize(("role", "offered"), [("see", 0), ("edit", 0), ("administer", 1)])
def test_key_is_made_by_administrators_alone(member, role, offered):
    page = tree_of(member(role).get("/console/widgets/"))
    assert len(page.every("form", id="new-key")) == offered


@pytest.mark.django_db
def test_key_is_offered_where_there_is_none_yet_alone(owner):
    page = tree_of(owner.get("/console/widgets/", {"key": "omk_1_x"}))
    assert page.every("form", id="new-key") == []


@pytest.mark.django_db
def test_form_of_the_key_carries_what_was_chosen(owner):
    query = {"placement": "", "heading": "For you", "n": "9", "layout": "grid", "language": "ko",
             "link": "/i/{item_id}", "reasons": "yes"}  # fmt: skip
    page = tree_of(owner.get("/console/widgets/", query))
    form = values_of(page.one("form", id="new-key"))
    assert form == query
    made = owner.post("/console/widgets/key", form, follow=True)
    filled = values_of(tree_of(made).one("form", id="widget"))
    assert {name: filled[name] for name in query} == query
    assert filled["key"].startswith("omk_")
    assert messages_of(made)[0][0] == "success"
