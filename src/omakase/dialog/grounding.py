"""Whether a text names only what it may: the check of everything that a language model writes."""

import re
from collections.abc import Collection, Sequence, Set
from typing import Final

from omakase.dialog.letters import squeezed, without_particles

LONGEST: Final = 3
"""A rewriting may be so many times as long as what it rewrites."""

_MARKED: Final = re.compile(r"[\"“”«»「」『』<>*`\[\]{}]|https?:|www\.|[\w.]+@[\w.]+")
_NUMBER: Final = re.compile(r"\d[\d,.]*\d|\d")
_CAPITAL: Final = re.compile(r"(?<![.!?:]\s)(?<!^)(?<!\d\.\s)\b[A-Z][\w'’]+")
_HANGUL_WORD: Final = re.compile(r"[가-힣]{2,}")
_VERBAL: Final = re.compile(
    r"(?:요|다|까|죠|네|고|며|서|면|지만|는데|은데|게|도록|해|어|아|든|듯|세요|니|는|은|을|"
    r"를|이|가|한|할|된|될|던|러)$"
)
_PLACES: Final = re.compile(
    r"(?:식당|가게|카페|레스토랑|반점|회관|횟집|분식|포차|주점|베이커리|다방|각|루|옥|관|"
    r"집|점|네|당)(?:에서|으로|은|는|이|가|을|를|도|과|와|의|에)?$"
)
_PLACE_AFTER: Final = re.compile(r"\s?(?:식당|가게|카페|레스토랑|맛집|음식점|포차|주점|베이커리)")
NAME_LETTERS: Final = 3
"""A Korean noun that the template has not may be a name from so many letters on."""

_EVERYDAY: Final = frozenset(
    "여러분 천천히 마음껏 가까이 편안히 든든히 특별히 정성껏 골고루 나들이 데이트 "
    "친구들 아이들 어른들 가족들 다음번 이번엔 아무튼 그러면 그리고 그런데 하지만 "
    "그래서 어쩌면 한가지 몇가지 두군데 이곳들 언제든 얼마든 분위기 이야기 즐거움 "
    "마무리 나머지 모두들 오늘밤 하루쯤".split()
)
"""Korean words of three letters and more that are nobody's name."""

_PLAIN: Final = frozenset(
    [
        "식당",
        "가게",
        "카페",
        "레스토랑",
        "맛집",
        "음식점",
        "집",
        "점",
        "I",
        "I'm",
        "I'll",
        "I've",
        "You",
        "Your",
        "We",
        "It",
        "If",
        "And",
        "But",
        "Or",
        "The",
        "A",
        "An",
        "This",
        "That",
        "These",
        "Here",
        "How",
        "What",
        "Sorry",
        "Hello",
        "Hi",
        "Great",
        "Sure",
        "Please",
        "Enjoy",
        "There",
        "Try",
        "Maybe",
        "Both",
        "Each",
        "They",
        "Also",
        "So",
        "For",
        "With",
    ]
)
_SYSTEM: Final = re.compile(
    r"system prompt|instruction|as an ai|language model|placeholder|ignore (?:all|"
    r"previous)|시스템\s?프롬프트|지시\s?사항|명령을\s?무시|언어\s?모델",
    re.IGNORECASE,
)


def ungrounded(
    text: str, *, template: str, titles: Sequence[str], catalog: Collection[str] = ()
) -> str:
    """Why a rewriting may not be shown; "" where it may.

    Every title of the list must be there, spelt as it is, and in the order of the list. Beside
    them the text may have no number, quotation, address or name that the template has not, and no
    title of the catalog that is not in the list.

    Args:
        text: the rewriting.
        template: what it rewrites; true by construction.
        titles: of the items that may be named, in order.
        catalog: titles of all items, as `squeezed` writes them.
    """
    if not text.strip() or len(text) > LONGEST * len(template) + 80:
        return "length"
    rest, at = text, 0
    for title in titles:
        position = text.find(title, at)
        if position < 0:
            return f"missing: {title}"
        at = position + len(title)
    for title in sorted(titles, key=len, reverse=True):
        rest = rest.replace(title, " , ")
    return _beside(rest, _without(template, titles), titles, catalog)


def shown_beginning(
    text: str, *, template: str, titles: Sequence[str], catalog: Collection[str] = ()
) -> tuple[str, str]:
    """How much of a rewriting that is being written may be shown, and why no more will be.

    Whole words, and no title in part: a title is shown when all of it is there. What is missing
    is not looked for; `ungrounded` does so at the end.

    Returns:
        The beginning, and "" or the reason for which the rewriting is to be given up.
    """
    if len(text) > LONGEST * len(template) + 80:
        return "", "length"
    end = max((at + 1 for at, letter in enumerate(text) if letter.isspace()), default=0)
    beginning = text[:end]
    for title in titles:
        parts = (title[:size].rstrip() for size in range(len(title) - 1, 0, -1))
        part = next((p for p in parts if p and beginning.rstrip().endswith(p)), "")
        if part and not beginning.rstrip().endswith(title):
            beginning = beginning.rstrip()[: -len(part)]
    rest = beginning
    for title in sorted(titles, key=len, reverse=True):
        rest = rest.replace(title, " , ")
    return beginning, _beside(rest, _without(template, titles), titles, catalog)


def _beside(rest: str, template: str, titles: Sequence[str], catalog: Collection[str]) -> str:
    """What is wrong with a text from which the titles of the list are gone."""
    if match := _SYSTEM.search(rest):
        return f"system text: {match.group()}"
    if any(mark.group() not in template for mark in _MARKED.finditer(rest)):
        return "marked or quoted text"
    allowed = {_plain_number(number) for number in _NUMBER.findall(template)}
    for number in _NUMBER.findall(rest):
        if _plain_number(number) not in allowed:
            return f"number: {number}"
    if name := _strange_name(rest, template):
        return f"name: {name}"
    listed = {squeezed(title) for title in titles}
    return _other_title(rest, template, {title for title in catalog if title not in listed})


def _strange_name(rest: str, template: str) -> str:
    """A word that looks like a name and that the template has not."""
    for match in _CAPITAL.finditer(rest):
        if match.group() not in _PLAIN and match.group() not in template:
            return match.group()
    for match in re.finditer(r"\b[A-Z][\w'’]+ (?:[A-Z]|&)[\w'’]*", rest):
        if match.group() not in template:
            return match.group()
    forms = {form for word in _HANGUL_WORD.findall(template) for form in without_particles(word)}
    return _strange_hangul(rest, forms)


def _strange_hangul(rest: str, known: Set[str]) -> str:
    """A Korean word that may be a name: a long one, or one that stands before a kind of place."""
    for match in _HANGUL_WORD.finditer(rest):
        word, forms = match.group(), without_particles(match.group())
        if not known.isdisjoint(forms) or not _EVERYDAY.isdisjoint(forms):
            continue
        if _PLACES.search(word) and _PLAIN.isdisjoint(forms):
            return word
        if _VERBAL.search(word) or not _PLAIN.isdisjoint(forms):
            continue
        if len(forms[-1]) >= NAME_LETTERS or _PLACE_AFTER.match(rest, match.end()):
            return word
    return ""


def _other_title(rest: str, template: str, titles: Collection[str]) -> str:
    """A title of the catalog that is not in the list; of one short word, none is looked for."""
    flat, base = squeezed(rest), squeezed(template)
    for title in titles:
        if len(title) >= 4 and title in flat and title not in base:
            return f"other title: {title}"
    return ""


def _without(template: str, titles: Sequence[str]) -> str:
    for title in sorted(titles, key=len, reverse=True):
        template = template.replace(title, " , ")
    return template


def _plain_number(number: str) -> str:
    return number.replace(",", "").rstrip(".")
