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
        "search": "Search",
        "search_go": "Find",
        "search_for": "Found for",
        "search_order": "In the order of your words and of your taste.",
        "search_nothing": "Nothing fits. Try a title, a genre or a year.",
        "back": "Back to the recommendations",
        "diversity": "How varied",
        "alike": "closest",
        "varied": "varied",
        "apply": "Apply",
        "answered_by": "Answered by",
        "how_chosen": "How it was chosen, and two models side by side",
        "chosen_short": "the best of {count} at guessing what {people} people did next",
        "chosen_times": "{times} times as good as popularity alone",
        "chosen_long": "What {people} people did last was hidden, each model was asked for {k} "
        "guesses, and {model} was right most. Popularity is what every shop has already.",
        "not_compared": "This version was trained without a comparison: omakase train compares.",
        "model": "Model",
        "interval": "95 % interval",
        "hits": "Found of what they did",
        "coverage": "Share of the catalog shown",
        "speed": "Time an answer",
        "answers": "answers",
        "side_by_side": "Two models for you, side by side",
        "left": "Left",
        "right": "Right",
        "compare": "Compare",
        "shared": "{shared} of {count} are in both lists.",
        "in_both": "in both",
        "why": "Why?",
        "proposed_by": "Proposed by",
        "more_of": "More {category} for you",
        "elsewhere": "A little off your way",
        "more_like": "More like this",
        "year": "Year",
        "genres": "Genres",
        "price": "Price",
        "rating": "Rating",
        "undo": "Undo",
        "forget": "Forget this",
        "undone": "Taken back: {title}",
        "gone": "{title}: not for you. It stays away.",
        "not_done": "That did not work. Please try again.",
        "like": "Like",
        "dislike": "Not for me",
        "new": "new",
        "live": "Live",
        "connecting": "Connecting…",
        "offline": "Connection lost; trying again",
        "changed": "The list has changed: {count} new, because of {title}.",
        "waiting": "Not connected; this is sent as soon as the line is back.",
        "refused": "That did not work: {title}",
        "none": "Nothing to show yet",
        "none_why": "No model has learnt from the data yet. In a terminal: omakase train",
        "away": "The recommendations are away for a moment",
        "away_why": "Try again in a few seconds. Nothing that you did is lost.",
        "no_script": "JavaScript is switched off: the page loads anew with each click.",
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
        "search": "검색",
        "search_go": "찾기",
        "search_for": "검색 결과:",
        "search_order": "검색어와 취향에 맞는 순서입니다.",
        "search_nothing": "맞는 것이 없습니다. 제목이나 장르, 연도로 찾아 보세요.",
        "back": "추천으로 돌아가기",
        "diversity": "다양하게",
        "alike": "취향대로",
        "varied": "골고루",
        "apply": "적용",
        "answered_by": "추천한 모델:",
        "how_chosen": "어떻게 골랐는지, 두 모델을 나란히 보기",
        "chosen_short": "{people}명의 다음 행동을 맞히는 데 모델 {count}개 가운데 가장 나았습니다",
        "chosen_times": "인기순의 {times}배",
        "chosen_long": "{people}명이 마지막에 한 일을 가려 두고 모델마다 {k}개씩 맞혀 보게 했더니 "
        "{model} 모델이 가장 잘 맞혔습니다. 인기순은 어느 가게나 이미 하고 있는 것입니다.",
        "not_compared": "비교 없이 학습한 버전입니다. omakase train 명령이 비교해 줍니다.",
        "model": "모델",
        "interval": "95% 구간",
        "hits": "한 일 가운데 맞힌 몫",
        "coverage": "보여 준 품목의 몫",
        "speed": "답하는 시간",
        "answers": "지금 추천 중",
        "side_by_side": "당신을 위한 두 모델의 추천",
        "left": "왼쪽",
        "right": "오른쪽",
        "compare": "비교하기",
        "shared": "{count}개 가운데 {shared}개가 두 목록에 다 있습니다.",
        "in_both": "둘 다",
        "why": "왜요?",
        "proposed_by": "제안한 모델:",
        "more_of": "당신을 위한 {category}",
        "elsewhere": "조금 다른 길로",
        "more_like": "비슷한 것",
        "year": "연도",
        "genres": "장르",
        "price": "가격",
        "rating": "평점",
        "undo": "되돌리기",
        "forget": "기록에서 지우기",
        "undone": "되돌렸습니다: {title}",
        "gone": "{title}: 관심 없음으로 기억하고 다시 보이지 않을게요.",
        "not_done": "잘되지 않았습니다. 다시 시도해 주세요.",
        "like": "좋아요",
        "dislike": "관심 없어요",
        "new": "새로",
        "live": "실시간",
        "connecting": "연결하는 중…",
        "offline": "연결이 끊겨 다시 잇는 중입니다",
        "changed": "목록이 바뀌었습니다. {title} 덕분에 {count}개가 새로 들어왔어요.",
        "waiting": "연결되어 있지 않아요. 다시 이어지는 대로 보낼게요.",
        "refused": "잘되지 않았습니다: {title}",
        "none": "아직 보여 드릴 것이 없습니다",
        "none_why": "데이터를 배운 모델이 아직 없습니다. 터미널에서: omakase train",
        "away": "추천이 잠시 자리를 비웠습니다",
        "away_why": "몇 초 뒤에 다시 시도해 주세요. 하신 일은 사라지지 않습니다.",
        "no_script": "자바스크립트가 꺼져 있어 누를 때마다 화면을 다시 불러옵니다.",
        "unknown_person": "그런 아이디를 쓰는 사람이 없습니다.",
        "foot": "직접 설치해 쓰는 추천 엔진 오마카세의 데모입니다. 표지는 그린 것입니다.",
        "api": "이 화면 뒤의 API",
    },
}

MODELS: Final[Mapping[str, Mapping[str, str]]] = {
    "en": {
        "popular": "what most people choose",
        "trending": "what is rising now",
        "ease": "what goes together, over all items at once",
        "item_knn": "items that the same people choose",
        "user_knn": "people like you",
        "ials": "taste and items as points on one map",
        "pure_svd": "taste and items as points on one map, by ratings",
        "biased_mf": "ratings, less what is everybody's",
        "bpr": "which of two items comes first for you",
        "content": "items of the same kind and words",
        "hybrid": "several models, weighed by what proved right",
        "sasrec": "what comes next in a sequence",
    },
    "ko": {
        "popular": "가장 많은 분들이 고르는 것",
        "trending": "요즘 오르는 것",
        "ease": "모든 품목을 한꺼번에 놓고 본 어울림",
        "item_knn": "같은 분들이 고르는 품목",
        "user_knn": "당신과 비슷한 분들",
        "ials": "취향과 품목을 한 지도의 점으로",
        "pure_svd": "평점으로 그린 취향과 품목의 지도",
        "biased_mf": "누구나 주는 몫을 뺀 평점",
        "bpr": "두 품목 가운데 당신에게 먼저인 것",
        "content": "종류와 말이 비슷한 품목",
        "hybrid": "여러 모델을 맞힌 만큼 섞은 것",
        "sasrec": "순서대로 다음에 올 것",
    },
}
"""What a model goes by, in a few words."""


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


def page_texts(language: str, *, films: bool) -> dict[str, str]:
    """What the pages say over a catalog: of films that one watches them, of other things less."""
    text = dict(words(language))
    film_texts = {name: text.pop(name) for name in list(text) if name.endswith("_film")}
    return text | (
        {name.removesuffix("_film"): value for name, value in film_texts.items()} if films else {}
    )


def about_model(language: str, name: str) -> str:
    """What a model goes by; nothing where nothing is said of it."""
    return MODELS.get(language[:2], MODELS["en"]).get(name, "")


def done(text: Mapping[str, str], kind: str) -> str:
    """What a person did, in a word; the kind itself where nothing is said of it."""
    return text.get(f"did_{kind}", kind)
