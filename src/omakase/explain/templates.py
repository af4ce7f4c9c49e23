"""Reasons as sentences for people, in Korean and English."""

from collections.abc import Callable, Mapping, Sequence
from typing import Final, Literal

from omakase.explain.reasons import Reason
from omakase.explain.why_not import Fate

Language = Literal["en", "ko"]

BECAUSE: Final[Mapping[Language, str]] = {
    "en": "Because of your interest in {titles}",
    "ko": "{titles}에 관심을 보이셔서 골랐어요",
}
SAID: Final[Mapping[Language, str]] = {
    "en": "Because you said you like {words}",
    "ko": "좋아한다고 하셔서 골랐어요: {words}",
}
PLAIN: Final[Mapping[Language, Mapping[str, str]]] = {
    "en": {
        "taste": "Picked from what people with a taste like yours enjoy",
        "near": "Popular near you",
        "budget": "Many people choose this, and it is within your budget",
        "diet": "Many people choose this, and it suits your diet",
        "open": "Many people choose this, and it is open then",
        "new": "One of the newest here",
        "list": "Many people choose this now",
        "fill": "Many people choose this now",
    },
    "ko": {
        "taste": "취향이 비슷한 분들이 좋아해요",
        "near": "가까운 곳에서 인기 있어요",
        "budget": "예산에 맞고 많은 분들이 찾고 있어요",
        "diet": "드시는 것에 맞고 많은 분들이 찾고 있어요",
        "open": "그 시간에 문을 열고 많은 분들이 찾고 있어요",
        "new": "가장 최근에 들어온 것 가운데 하나예요",
        "list": "요즘 많은 분들이 찾고 있어요",
        "fill": "요즘 많은 분들이 찾고 있어요",
    },
}
SHOWN: Final[Mapping[Language, str]] = {
    "en": "“{title}” is shown, at place {place}.",
    "ko": "‘{title}’: {place}번째 자리에 보여요.",
}
LOST: Final[Mapping[Language, str]] = {
    "en": "“{title}” is not shown: {why} (lost at: {stage}).",
    "ko": "‘{title}’: 보이지 않아요. {why} (탈락 단계: {stage})",
}
WHY_NOT: Final[Mapping[Language, Mapping[str, str]]] = {
    "en": {
        "unknown": "the models have not learnt of it",
        "unavailable": "it is hidden, out of stock or expired",
        "excluded": "it was excluded, or seen long ago",
        "disliked": "this person does not like it",
        "seen": "this person has had it",
        "ruled_out": "a rule or a wish of the person does not let it pass",
        "not_proposed": "no source proposed it",
        "ranked_out": "others were placed before it",
        "beyond_k": "it came after the last place",
    },
    "ko": {
        "unknown": "모델이 아직 배우지 않은 항목이에요.",
        "unavailable": "숨겨져 있거나 재고가 없거나 판매가 끝났어요.",
        "excluded": "제외되었거나 오래전에 본 항목이에요.",
        "disliked": "이 사용자가 좋아하지 않는 항목이에요.",
        "seen": "이 사용자가 이미 본 항목이에요.",
        "ruled_out": "규칙이나 사용자의 설정에 맞지 않아요.",
        "not_proposed": "어떤 후보 생성기도 제안하지 않았어요.",
        "ranked_out": "다른 항목들이 앞에 놓였어요.",
        "beyond_k": "마지막 자리 뒤에 있었어요.",
    },
}


def fate_sentence(fate: Fate, title: str, language: Language) -> str:
    """What became of an item, in a sentence."""
    if fate.shown:
        rank = 1 + (fate.steps[-1].place or 0)
        return SHOWN[language].format(title=title, place=rank)
    why = WHY_NOT[language][fate.reason]
    return LOST[language].format(title=title, why=why, stage=fate.lost_at)


def sentence(reason: Reason, title: Callable[[int], str], language: Language) -> str:
    """One sentence; `title` gives the name of an item row. People alike are never named."""
    if reason.primary == "profile":
        return SAID[language].format(words=_title_list(reason.said, language))
    if reason.primary != "history":
        return PLAIN[language][reason.primary]
    titles = [title(row) for row, _ in reason.because]
    return BECAUSE[language].format(titles=_title_list(titles, language))


def _title_list(titles: Sequence[str], language: Language) -> str:
    quoted = [f"‘{title}’" if language == "ko" else f"“{title}”" for title in titles]
    if language == "ko" or len(quoted) == 1:
        return ", ".join(quoted)
    return f"{', '.join(quoted[:-1])} and {quoted[-1]}"
