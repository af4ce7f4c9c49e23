"""What a mail holds, in both languages, and what it must not let in."""

from string import Formatter

import pytest

from omakase_service.catalog.contracts import ItemCard
from omakase_service.digests.composing import compose, sender_name
from omakase_service.digests.translations import WORDS, words
from omakase_service.serving.contracts import ItemReason, ResultItem


def item(n: int, title: str = "", why: str = "", **facts) -> ResultItem:
    fields = {
        "item_id": f"i{n}", "title": title or f"Item {n}", "type": "", "category": "", "brand": "",
        "price": None, "original_price": None, "image_url": "", "offered": True, **facts,
    }  # fmt: skip
    reason = ItemReason(why, "history", 1.0) if why else None
    return ResultItem(ItemCard(**fields), 1.0, n, reason)


def composed(*items: ResultItem, language="en", notice="", every_days=7):
    return compose(
        items,
        notice=notice,
        request_id="r",
        language=language,
        every_days=every_days,
        unsubscribe="http://x.example/leave",
    )


@pytest.mark.parametrize("language", ["en", "ko"])
def test_both_forms_hold_every_item_its_reason_and_the_way_out(settings_with, language):
    settings_with(digests={"site_url": "https://recs.example"})
    made = composed(item(1, why="because"), item(2), language=language)
    for form in (made.html, made.text):
        assert "Item 1" in form and "Item 2" in form and "because" in form
        assert "http://x.example/leave" in form
        assert "https://recs.example/digests/click/" in form
        assert WORDS[language]["head"] in form
    assert f'lang="{language}"' in made.html


def test_markup_of_a_title_is_text_in_html_and_no_line_of_its_own_in_text(settings_with):
    settings_with()
    made = composed(item(1, title='<img src=x onerror="1">\nBcc: all'))
    assert "<img src=x" not in made.html
    assert "\n" not in made.subject
    assert "\nBcc" not in made.text


def test_subject_is_cut_and_counts_the_others(settings_with):
    settings_with()
    assert composed(item(1), item(2), item(3)).subject == "Item 1, and 2 more for you"
    assert composed(item(1), language="ko").subject == "Item 1, 골라 봤어요"
    assert len(composed(item(1, title="x" * 400)).subject) < 80


def test_prices_are_shown_as_people_write_them_and_what_they_were(settings_with):
    settings_with()
    text = composed(item(1, price=12_000.0, original_price=15_000.0), item(2, price=9.5)).text
    assert "12,000 (instead of 15,000)" in text
    assert "9.50" in text
    settings_with(storefront={"currency": "KRW"})
    assert (
        "₩12,000 (instead of ₩15,000)"
        in composed(item(1, price=12_000.0, original_price=15_000.0)).text
    )


def test_only_pictures_with_an_address_of_their_own_are_shown(settings_with):
    settings_with()
    shown = composed(item(1, image_url="https://x.example/a.png")).html
    assert '<img src="https://x.example/a.png"' in shown
    for url in ("/a.png", "javascript:alert(1)", "data:image/png;base64,AA"):
        assert "<img" not in composed(item(1, image_url=url)).html


def test_a_list_for_everybody_does_not_claim_to_be_personal(settings_with):
    settings_with()
    assert WORDS["en"]["head_everybody"] in composed(item(1), notice="unknown").html


def test_languages_hold_the_same_sentences():
    assert WORDS["en"].keys() == WORDS["ko"].keys()


@pytest.mark.parametrize(
    ("sender", "name"),
    [
        ("Shop <news@shop.example>", "Shop"),
        ("news@shop.example", "shop.example"),
        ("<news@shop.example>", "shop.example"),
        ('"Shop, Inc." <news@shop.example>', "Shop, Inc."),
        ("가게 <news@shop.example>", "가게"),
        ("", "Omakase"),
    ],
)
def test_sender_is_named_as_people_read_it(settings_with, sender, name):
    settings_with(digests={"sender": sender} if sender else {})
    assert sender_name() == name


@pytest.mark.parametrize(
    ("language", "days", "words"),
    [
        ("en", 7, "You get this letter from Shop at most once in 7 days."),
        ("en", 1, "You get this letter from Shop at most once a day."),
        ("ko", 7, "Shop에서 7일에 한 번까지만 보내 드리는 편지입니다."),
        ("ko", 1, "Shop에서 하루에 한 번까지만 보내 드리는 편지입니다."),
    ],
)
def test_foot_says_how_often_a_letter_comes(settings_with, language, days, words):
    settings_with(digests={"sender": "Shop <news@shop.example>"})
    made = composed(item(1), language=language, every_days=days)
    assert words in made.text
    assert words in made.html


@pytest.mark.parametrize(
    ("titles", "subject"),
    [
        (["One"], "One, for you"),
        (["One", "Two"], "One, and 1 more for you"),
        (["{n} {first}"], "{n} {first}, for you"),
        (["x" * 60], f"{'x' * 60}, for you"),
        (["x" * 61], f"{'x' * 59}…, for you"),
        ([" a \n b\tc "], "a b c, for you"),
        (["a\u2028b"], "a b, for you"),
        (["골라 담은 한 끼"], "골라 담은 한 끼, for you"),
    ],
)
def test_subject_is_the_best_title_in_one_line(settings_with, titles, subject):
    settings_with()
    items = [item(n, title=title) for n, title in enumerate(titles)]
    assert composed(*items).subject == subject


def test_items_stand_in_their_order_in_both_forms(settings_with):
    settings_with()
    made = composed(*(item(n, title=f"Title {n}") for n in (3, 1, 2)))
    for form in (made.html, made.text):
        places = [form.index(f"Title {n}") for n in (3, 1, 2)]
        assert places == sorted(places)
    assert "1. Title 3" in made.text
    assert "3. Title 2" in made.text


@pytest.mark.parametrize(
    ("category", "shown"),
    [("", ""), ("Tea", "Tea"), ("Home > Tea > Green", "Green"), ("A>B", "A>B")],
)
def test_category_is_the_last_of_its_path(settings_with, category, shown):
    settings_with()
    text = composed(item(1, category=category)).text
    assert f"1. Item 1{f' · {shown}' if shown else ''}\n" in text


@pytest.mark.parametrize(
    ("price", "original", "line"),
    [
        (None, None, "1. Item 1\n"),
        (None, 5.0, "1. Item 1\n"),
        (3.0, None, "1. Item 1 · 3\n"),
        (3.0, 3.0, "1. Item 1 · 3\n"),
        (3.0, 2.0, "1. Item 1 · 3\n"),
        (3.0, 5.5, "1. Item 1 · 3 (instead of 5.50)\n"),
        (0.0, 5.0, "1. Item 1 · 0 (instead of 5)\n"),
    ],
)
def test_price_names_what_it_was_where_it_was_more_alone(settings_with, price, original, line):
    settings_with()
    assert line in composed(item(1, price=price, original_price=original)).text


@pytest.mark.parametrize(("language", "words"), [("en", "(instead of 5)"), ("ko", "(정가 5)")])
def test_price_before_is_named_in_the_language_of_the_letter(settings_with, language, words):
    settings_with()
    assert words in composed(item(1, price=3.0, original_price=5.0), language=language).text


@pytest.mark.parametrize("notice", ["unknown", "recommendations_off"])
@pytest.mark.parametrize("language", ["en", "ko"])
def test_letter_of_what_is_everybodys_says_so_in_both_forms(settings_with, notice, language):
    settings_with()
    made, words = composed(item(1), notice=notice, language=language), WORDS[language]
    for form in (made.html, made.text):
        assert words["head_everybody"] in form
        assert words["lead_everybody"] in form
        assert words["lead"] not in form


@pytest.mark.parametrize("notice", ["", "degraded", "filtered"])
def test_letter_of_ones_own_list_is_personal_whatever_else_is_noted(settings_with, notice):
    settings_with()
    assert WORDS["en"]["head"] in composed(item(1), notice=notice).text


@pytest.mark.parametrize("url", ["http://x.example/a.png", "https://x.example/a.png?b=1&c=2"])
def test_picture_with_an_address_leads_to_its_item(settings_with, url):
    settings_with(digests={"site_url": "https://recs.example"})
    html = composed(item(1, image_url=url)).html
    assert f'<img src="{url.replace("&", "&amp;")}"' in html
    assert html.count('href="https://recs.example/digests/click/') == 3


def test_text_holds_titles_as_they_are_and_html_escapes_them(settings_with):
    settings_with()
    made = composed(item(1, title="Tom & Jerry <3", why="because of “A & B”"))
    assert "Tom & Jerry <3" in made.text
    assert "because of “A & B”" in made.text
    assert "Tom &amp; Jerry &lt;3" in made.html
    assert "Tom & Jerry" not in made.html


def test_reason_of_several_lines_is_one_line(settings_with):
    settings_with()
    assert "   because of a b\n" in composed(item(1, why="because\nof  a\r\nb")).text


def test_item_without_a_reason_has_no_line_of_one(settings_with):
    settings_with()
    first, second = composed(item(1)).text.split("1. Item 1")[1].strip().splitlines()[:2]
    assert first.startswith("/digests/click/") or "/digests/click/" in first
    assert second.strip() in ("", "--")


def test_html_is_sound_whatever_an_item_says(settings_with):
    settings_with()
    odd = "\"><b>&'</td>"
    html = composed(item(1, title=odd, category=odd, why=odd, brand=odd)).html
    assert "</td>&" not in html
    assert "<b>&" not in html


def test_sentences_hold_the_same_values_in_both_languages():
    for name, english in WORDS["en"].items():
        fields = {each for _, each, _, _ in Formatter().parse(english) if each}
        korean = {each for _, each, _, _ in Formatter().parse(WORDS["ko"][name]) if each}
        assert fields == korean, name


@pytest.mark.parametrize(
    ("language", "head"),
    [("en", "Chosen for you"), ("ko", "당신을 위해 골랐어요"), ("ko-kr", "당신을 위해 골랐어요"),
     ("fr", "Chosen for you"), ("", "Chosen for you")],
)  # fmt: skip
def test_words_are_english_where_a_language_is_neither(language, head):
    assert words(language)["head"] == head
