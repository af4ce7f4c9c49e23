"""What a mail holds, in both languages, and what it must not let in."""

import pytest

from omakase_service.catalog.contracts import ItemCard
from omakase_service.digests.composing import compose
from omakase_service.digests.translations import WORDS
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
