"""What mails and their pages say, in English and Korean. No Django."""

from collections.abc import Mapping
from typing import Final

WORDS: Final[Mapping[str, Mapping[str, str]]] = {
    "en": {
        "subject": "{first}, and {n} more for you",
        "subject_alone": "{first}, for you",
        "head": "Chosen for you",
        "head_everybody": "What people like now",
        "lead": "Picked from what you did lately. Each says why it is here.",
        "lead_everybody": "Popular these days. The more you look around, the better we know you.",
        "see": "Take a look",
        "instead_of": "instead of {price}",
        "foot": "You get this letter from {sender} at most once in {days} days.",
        "foot_daily": "You get this letter from {sender} at most once a day.",
        "unsubscribe": "Unsubscribe",
        "sure": "Would you rather get no more of these letters?",
        "sure_why": "One press is enough. Recommendations on the site stay as they are.",
        "done": "You get no more of these letters.",
        "done_why": "Was that a mistake? You can take it back here.",
        "again": "Send them again",
        "back": "You get these letters again.",
        "back_why": "You can unsubscribe at any time.",
        "unknown": "This link is not complete",
        "unknown_why": "Copy the whole link from the letter, or use the one in a newer letter.",
    },
    "ko": {
        "subject": "{first} 외 {n}개를 골라 봤어요",
        "subject_alone": "{first}, 골라 봤어요",
        "head": "당신을 위해 골랐어요",
        "head_everybody": "요즘 많이 찾는 것들",
        "lead": "최근에 보신 것을 바탕으로 골랐고, 고른 이유를 함께 적었습니다.",
        "lead_everybody": "요즘 인기 있는 것들입니다. 둘러보실수록 더 잘 골라 드립니다.",
        "see": "보러 가기",
        "instead_of": "정가 {price}",
        "foot": "{sender}에서 {days}일에 한 번까지만 보내 드리는 편지입니다.",
        "foot_daily": "{sender}에서 하루에 한 번까지만 보내 드리는 편지입니다.",
        "unsubscribe": "수신 거부",
        "sure": "이 편지를 더 받지 않으시겠어요?",
        "sure_why": "한 번만 누르시면 됩니다. 사이트의 추천은 그대로입니다.",
        "done": "이제 이 편지를 보내지 않습니다.",
        "done_why": "잘못 누르셨나요? 여기서 되돌릴 수 있습니다.",
        "again": "다시 받기",
        "back": "편지를 다시 보내 드립니다.",
        "back_why": "언제든지 수신을 거부할 수 있습니다.",
        "unknown": "링크가 온전하지 않습니다",
        "unknown_why": "편지에 있는 링크 전체를 복사하거나, 더 최근 편지의 링크를 이용해 주세요.",
    },
}


def words(language: str) -> Mapping[str, str]:
    """The sentences of a language; English where there are none."""
    return WORDS.get(language[:2], WORDS["en"])
