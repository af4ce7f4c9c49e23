"""Spelling: normal forms, Korean particles, English stems, likeness of misspelt words."""

import re
import unicodedata
from typing import Final, Literal

Language = Literal["ko", "en"]

_HANGUL: Final = re.compile("[가-힣]")
_SIGNS: Final = re.compile(r"[^\w]+", re.UNICODE)
_PARTICLES: Final = tuple(
    sorted(
        (
            "이라도 라도 에서는 에서 에는 으로는 으로 이랑 랑 하고 까지 부터 보다 처럼 "
            "같은 한테 에게 "
            "이나 나 만 도 은 는 이 가 을 를 와 과 의 에 로 요 이요 쪽에 쪽 집 점"
        ).split(),
        key=len,
        reverse=True,
    )
)
_ENDINGS: Final = (
    ("iness", "i"), ("ies", "i"), ("ied", "i"), ("sses", "ss"), ("ing", ""), ("edly", ""),
    ("ed", ""), ("ly", ""), ("es", ""), ("s", ""), ("e", ""), ("y", "i"),
)  # fmt: skip


def language_of(text: str) -> Language:
    """Korean where any Hangul is in the text, else English."""
    return "ko" if _HANGUL.search(composed(text)) else "en"


def composed(text: str) -> str:
    """The text with each Hangul syllable as one sign (NFC), as all that reads it expects.

    Some keyboards and file systems write the letters of a syllable apart (NFD): it looks alike.
    """
    return unicodedata.normalize("NFC", text)


def squeezed(text: str) -> str:
    """Lower case, NFKC, without spaces and signs: one form for spacing mistakes."""
    return _SIGNS.sub("", unicodedata.normalize("NFKC", text).lower()).replace("_", "")


def without_particles(word: str) -> tuple[str, ...]:
    """The word, and shorter forms of it without Korean endings; two letters at least remain."""
    forms = [word]
    for _ in range(2):
        last = forms[-1]
        cut = next((p for p in _PARTICLES if last.endswith(p) and len(last) - len(p) >= 2), None)
        if cut is None or not _HANGUL.match(last[-1]):
            break
        forms.append(last[: -len(cut)])
    return tuple(forms)


def stem(word: str) -> str:
    """An English word without its ending (a light form of Porter's rules); Korean stays as it is.

    Paper: Porter, "An algorithm for suffix stripping", 1980. Differs: one pass over twelve endings.
    """
    if _HANGUL.search(word) or len(word) < 4:
        return word
    for ending, instead in _ENDINGS:
        is_whole = word.endswith("ss") and ending != "iness"  # glass is no plural
        if word.endswith(ending) and len(word) - len(ending) >= 3 and not is_whole:
            cut = word[: -len(ending)] + instead
            doubled = len(cut) > 3 and cut[-1] == cut[-2] and cut[-1] not in "aeiouls"
            return cut[:-1] if doubled else cut
    return word


def trigrams(word: str) -> frozenset[str]:
    """Runs of three letters, ends marked; Hangul by its jamo, so that 떡복이 is near 떡볶이."""
    jamo = unicodedata.normalize("NFD", word)
    marked = f"^{jamo}$"
    return frozenset(marked[at : at + 3] for at in range(len(marked) - 2))


def likeness(first: frozenset[str], second: frozenset[str]) -> float:
    """Dice's coefficient of two sets of trigrams, 0..1."""
    return 2 * len(first & second) / max(1, len(first) + len(second))
