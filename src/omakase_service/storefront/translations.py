"""What the pages say, in English and Korean. No Django."""

from collections.abc import Mapping
from typing import Final

WORDS: Final[Mapping[str, Mapping[str, str]]] = {
    "en": {
        "title": "Omakase",
        "tagline": "Leave it to the house. Every click changes what comes next.",
        "skip": "Skip to the recommendations",
        "language": "Language",
        "who": "You are",
        "somebody": "somebody new",
        "change": "Change person",
        "person": "A person from the data",
        "any": "or any user id",
        "go": "Come as this person",
        "nobody": "Start over as somebody new",
        "for_you": "For you",
        "for_new": "Popular to begin with. Click what you like.",
        "for_known": "Chosen from what you did, each with its reason.",
        "because_film": "Because you watched {title}",
        "because": "Because you looked at {title}",
        "popular": "Many people choose these",
        "trending": "Rising now",
        "past": "What you did lately",
        "past_empty": "Nothing yet. Click something you like.",
        "click_film": "Watch",
        "click": "View",
        "did_click_film": "Watched",
        "did_click": "Viewed",
        "did_view": "Viewed",
        "did_like": "Liked",
        "did_dislike": "Not for me",
        "did_rating": "Rated",
        "did_purchase": "Bought",
        "did_cart": "In the cart",
        "like": "Like",
        "dislike": "Not for me",
        "new": "new",
        "live": "Live",
        "connecting": "Connecting…",
        "offline": "Connection lost; trying again",
        "changed": "The list has changed: {count} new, because of {title}.",
        "unchanged": "Noted. The list stays as it is.",
        "waiting": "Not connected; this is sent as soon as the line is back.",
        "refused": "That did not work: {title}",
        "none": "Nothing to show yet",
        "none_why": "No model has learnt from the data yet. In a terminal: omakase train",
        "away": "The recommendations are away for a moment",
        "away_why": "Try again in a few seconds. Nothing that you did is lost.",
        "no_script": "The list changes on the page by JavaScript, which is switched off here.",
        "unknown_person": "There is nobody of that id.",
        "foot": "A demo of Omakase, a self-hosted recommendation engine. The covers are drawn.",
        "api": "The API behind this page",
    },
    "ko": {
        "title": "오마카세",
        "tagline": "맡겨만 주세요. 누를 때마다 다음 추천이 달라집니다.",
        "skip": "추천으로 바로 가기",
        "language": "언어",
        "who": "지금은",
        "somebody": "처음 오신 분",
        "change": "사람 바꾸기",
        "person": "데이터에 있는 사람",
        "any": "또는 사용자 아이디",
        "go": "이 사람으로 보기",
        "nobody": "새 사람으로 다시 시작",
        "for_you": "당신을 위한 추천",
        "for_new": "처음에는 인기 있는 것부터. 마음에 드는 것을 눌러 보세요.",
        "for_known": "지금까지 하신 일을 바탕으로 이유와 함께 골랐습니다.",
        "because_film": "‘{title}’ 보셨다면",
        "because": "‘{title}’ 둘러보셨다면",
        "popular": "많은 분들이 고른 것",
        "trending": "요즘 뜨는 것",
        "past": "최근에 하신 일",
        "past_empty": "아직 없습니다. 마음에 드는 것을 눌러 보세요.",
        "click_film": "보기",
        "click": "보기",
        "did_click_film": "봤어요",
        "did_click": "둘러봤어요",
        "did_view": "둘러봤어요",
        "did_like": "좋아요",
        "did_dislike": "관심 없어요",
        "did_rating": "평가했어요",
        "did_purchase": "샀어요",
        "did_cart": "담았어요",
        "like": "좋아요",
        "dislike": "관심 없어요",
        "new": "새로",
        "live": "실시간",
        "connecting": "연결하는 중…",
        "offline": "연결이 끊겨 다시 잇는 중입니다",
        "changed": "목록이 바뀌었습니다. {title} 덕분에 {count}개가 새로 들어왔어요.",
        "unchanged": "기억해 둘게요. 목록은 그대로입니다.",
        "waiting": "연결되어 있지 않아요. 다시 이어지는 대로 보낼게요.",
        "refused": "잘되지 않았습니다: {title}",
        "none": "아직 보여 드릴 것이 없습니다",
        "none_why": "데이터를 배운 모델이 아직 없습니다. 터미널에서: omakase train",
        "away": "추천이 잠시 자리를 비웠습니다",
        "away_why": "몇 초 뒤에 다시 시도해 주세요. 하신 일은 사라지지 않습니다.",
        "no_script": "자바스크립트가 꺼져 있어 목록이 화면에서 바뀌지 않습니다.",
        "unknown_person": "그런 아이디를 쓰는 사람이 없습니다.",
        "foot": "직접 설치해 쓰는 추천 엔진 오마카세의 데모입니다. 표지는 그린 것입니다.",
        "api": "이 화면 뒤의 API",
    },
}


def words(language: str) -> Mapping[str, str]:
    """What the pages say in a language; English where it is neither."""
    return WORDS.get(language[:2], WORDS["en"])


FILM_TYPES: Final = frozenset(("movie", "film", "cinema"))
FILM_GENRES: Final = frozenset(
    ("Animation", "Documentary", "Film-Noir", "Horror", "Musical", "Sci-Fi", "Thriller", "Western")
)
"""MovieLens says nothing of the type of its items; its genres tell."""


def is_film(type: str, category: str) -> bool:
    """Whether one watches it."""
    return type.lower() in FILM_TYPES or (not type and category in FILM_GENRES)


def worded(language: str, *, films: bool) -> dict[str, str]:
    """What the pages say over a catalog: of films that one watches them, of other things less."""
    text = dict(words(language))
    own = {name: text.pop(name) for name in list(text) if name.endswith("_film")}
    return text | (
        {name.removesuffix("_film"): value for name, value in own.items()} if films else {}
    )


def done(text: Mapping[str, str], kind: str) -> str:
    """What a person did, in a word; the kind itself where nothing is said of it."""
    return text.get(f"did_{kind}", kind)
