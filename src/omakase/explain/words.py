"""Reasons as sentences for people, in Korean and English."""

from collections.abc import Callable, Mapping, Sequence
from typing import Final, Literal

from omakase.explain.reasons import Reason

Language = Literal["en", "ko"]

BECAUSE: Final[Mapping[Language, str]] = {
    "en": "Because of your interest in {titles}",
    "ko": "관심을 보이신 항목과 닮았어요: {titles}",
}
PLAIN: Final[Mapping[Language, Mapping[str, str]]] = {
    "en": {
        "taste": "Picked from what people with a taste like yours enjoy",
        "list": "Many people choose this now",
        "fill": "Many people choose this now",
    },
    "ko": {
        "taste": "취향이 비슷한 분들이 좋아해요",
        "list": "요즘 많은 분들이 찾고 있어요",
        "fill": "요즘 많은 분들이 찾고 있어요",
    },
}


def sentence(reason: Reason, title: Callable[[int], str], language: Language) -> str:
    """One sentence; `title` gives the name of an item row. People alike are never named."""
    if reason.primary != "history":
        return PLAIN[language][reason.primary]
    titles = [title(row) for row, _ in reason.because]
    return BECAUSE[language].format(titles=_listed(titles, language))


def _listed(titles: Sequence[str], language: Language) -> str:
    quoted = [f"‘{title}’" if language == "ko" else f"“{title}”" for title in titles]
    if language == "ko" or len(quoted) == 1:
        return ", ".join(quoted)
    return f"{', '.join(quoted[:-1])} and {quoted[-1]}"
