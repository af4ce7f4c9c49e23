"""What the page of talks says, in English and Korean, by what the catalog holds. No Django."""

from collections.abc import Mapping, Sequence
from typing import Final

TALK: Final[Mapping[str, Mapping[str, str]]] = {
    "en": {
        "talk": "Talk to the guide",
        "talk_hint": "Say what you want in your own words. Go on from there: cheaper, closer, "
        "not spicy, like the second one.",
        "talk_say": "Your message",
        "talk_send": "Send",
        "talk_holds": "What holds now; take away what should not:",
        "talk_without": "Take away: {label}",
        "talk_again": "recommend something",
        "talk_choose": "I take this",
        "talk_chosen": "You chose {title}.",
        "talk_rate": "How was this talk?",
        "talk_rated": "Thank you. The guide learns from that.",
        "talk_writing": "The guide is thinking…",
        "talk_you": "You",
        "talk_guide": "Guide",
        "talk_try": "For example",
        "talk_next": "Go on with",
        "talk_failed": "That did not get through. Your message is still there.",
        "talk_no_script": "Talking needs JavaScript. Search finds things without it.",
    },
    "ko": {
        "talk": "안내와 대화하기",
        "talk_hint": "원하는 것을 편하게 말해 보세요. 이어서 더 싼 데, 더 가까운 데, 안 매운 거, "
        "두 번째랑 비슷한 데처럼 다듬을 수 있어요.",
        "talk_say": "메시지",
        "talk_send": "보내기",
        "talk_holds": "지금 지키는 조건입니다. 필요 없으면 지우세요:",
        "talk_without": "지우기: {label}",
        "talk_again": "추천해줘",
        "talk_choose": "이걸로 할게요",
        "talk_chosen": "{title}: 이걸로 골랐어요.",
        "talk_rate": "이 대화는 어땠나요?",
        "talk_rated": "고맙습니다. 다음 안내에 도움이 됩니다.",
        "talk_writing": "생각하고 있어요…",
        "talk_you": "나",
        "talk_guide": "안내",
        "talk_try": "이렇게 말해 보세요",
        "talk_next": "이어서 말하기",
        "talk_failed": "전해지지 않았어요. 쓰신 말은 그대로 있습니다.",
        "talk_no_script": "대화에는 자바스크립트가 필요합니다. 검색은 없어도 됩니다.",
    },
}

EXAMPLES: Final[Mapping[str, Mapping[str, Sequence[str]]]] = {
    "en": {
        "place": ("somewhere quiet for a date", "stew under 12,000 won", "no shrimp, near Jongno"),
        "film": ("a comedy for tonight", "horror from the 1990s", "something for the family"),
        "product": ("a gift under 30,000", "headphones", "something for camping"),
        "thing": ("recommend something", "something new"),
    },
    "ko": {
        "place": ("조용한 데이트 장소", "12,000원 이하 찌개", "새우 빼고 추천해줘"),
        "film": ("오늘 볼 코미디", "1990년대 공포 영화", "가족이랑 볼 영화"),
        "product": ("3만원 이하 선물", "음향기기 추천해줘", "캠핑 갈 때 쓸 거"),
        "thing": ("추천해줘", "새로운 거 보여줘"),
    },
}
"""By language and by what the catalog's items are."""

NEXT: Final[Mapping[str, Mapping[str, Sequence[str]]]] = {
    "en": {
        "place": ("cheaper", "something else", "why the first one?", "start over"),
        "film": ("something else", "like the first one", "why the first one?", "start over"),
        "product": ("cheaper", "something else", "why the first one?", "start over"),
        "thing": ("something else", "why the first one?", "start over"),
    },
    "ko": {
        "place": ("더 싼 데", "다른 거 보여줘", "첫 번째는 왜?", "처음부터 다시"),
        "film": ("다른 거 보여줘", "첫 번째랑 비슷한 거", "첫 번째는 왜?", "처음부터 다시"),
        "product": ("더 싼 거", "다른 거 보여줘", "첫 번째는 왜?", "처음부터 다시"),
        "thing": ("다른 거 보여줘", "첫 번째는 왜?", "처음부터 다시"),
    },
}
"""What one may go on with after a list."""


def talk_words(language: str) -> Mapping[str, str]:
    """Words of the page, in a language or in English."""
    return TALK.get(language, TALK["en"])
