"""A list as a mail: HTML for a telephone and a desk, and the same as plain text."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from email.utils import parseaddr
from typing import Any

from django.template.loader import render_to_string

from omakase_service.catalog.contracts import ItemCard
from omakase_service.digests.contracts import Digest
from omakase_service.digests.links import click_url
from omakase_service.digests.translations import words
from omakase_service.platform.money import money
from omakase_service.serving.contracts import Language, ResultItem
from omakase_settings import settings

EVERYBODYS = ("unknown", "recommendations_off")
"""Notices of lists that are the same for everybody."""

LONGEST_TITLE = 60
"""Letters of a title in the subject."""


@dataclass(frozen=True, slots=True)
class MailedItem:
    """One item as a mail shows it.

    Attributes:
        image: absolute; "" where there is none that a mail could show.
        price, original: as people read them; "" where unknown, or not reduced.
    """

    url: str
    title: str
    category: str
    image: str
    price: str
    original: str
    why: str


def compose(
    items: Sequence[ResultItem],
    *,
    notice: str,
    request_id: str,
    language: Language,
    every_days: int,
    unsubscribe: str,
) -> Digest:
    """A list as a mail.

    Args:
        items: at least one, best first.
        request_id: under which a click counts.
        unsubscribe: the address for that.
    """
    text = words(language)
    mail_items = [_mail(item, request_id, language) for item in items]
    context = {
        "language": language,
        "text": text,
        "subject": _subject(mail_items, text),
        "items": mail_items,
        "unsubscribe": unsubscribe,
        **_frame(text, notice, every_days),
    }
    return Digest(
        subject=context["subject"],
        html=render_to_string("digests/mail.html", context),
        text=render_to_string("digests/mail.txt", context),
    )


def _frame(text: Mapping[str, str], notice: str, every_days: int) -> dict[str, Any]:
    """Sentences around the items."""
    everybodys = "_everybody" if notice in EVERYBODYS else ""
    foot = "foot" if every_days > 1 else "foot_daily"
    return {
        "head": text[f"head{everybodys}"],
        "lead": text[f"lead{everybodys}"],
        "sender": sender_name(),
        "foot": text[foot].format(sender=sender_name(), days=every_days),
    }


def sender_name() -> str:
    """Who writes, as people read it."""
    name, address = parseaddr(settings().digests.sender)
    return name or address.rpartition("@")[2] or "Omakase"


def _mail(item: ResultItem, request_id: str, language: Language) -> MailedItem:
    card = item.card
    price, original = _prices(card, words(language))
    return MailedItem(
        url=click_url(request_id, card.item_id),
        title=_one_line(card.title),
        category=card.category.rpartition(" > ")[2],
        image=card.image_url if card.image_url.startswith(("https://", "http://")) else "",
        price=price,
        original=original,
        why=_one_line(item.why.text) if item.why else "",
    )


def _prices(card: ItemCard, text: Mapping[str, str]) -> tuple[str, str]:
    if card.price is None:
        return "", ""
    price_before = card.original_price
    if price_before is None or price_before <= card.price:
        return _price(card.price), ""
    return _price(card.price), text["instead_of"].format(price=_price(price_before))


def _price(amount: float) -> str:
    """In the currency of the site, where one is named."""
    return money(amount, settings().storefront.currency)


def _subject(items: Sequence[MailedItem], text: Mapping[str, str]) -> str:
    """The best one's title, cut, and how many more there are."""
    first = items[0].title
    short = first if len(first) <= LONGEST_TITLE else f"{first[: LONGEST_TITLE - 1]}…"
    form = text["subject"] if len(items) > 1 else text["subject_alone"]
    return form.format(first=short, n=len(items) - 1)


def _one_line(text: str) -> str:
    """Without what could begin a line, or a header, of its own."""
    return " ".join(text.split())
