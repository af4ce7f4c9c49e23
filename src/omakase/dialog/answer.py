"""What is said: templates by intent and count, in polite plain Korean and English, always true."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from omakase.dialog.compiling import Plan
from omakase.dialog.concepts import concepts
from omakase.dialog.letters import Language
from omakase.dialog.nouns import KOREAN, CatalogNoun
from omakase.dialog.state import Constraint
from omakase.text.particles import Noun

_FIXED: Final = {
    "ko": {
        "recommend": "이런 {noun:은} 어떠세요? {items}",
        "one": "딱 하나 찾았어요. {items}",
        "none": "죄송해요, 조건에 맞는 것을 찾지 못했어요. 조건을 하나 지워 볼까요?",
        "similar": "{base:과} 비슷한 것을 골랐어요. {items}",
        "critique": "알겠어요, 다시 골라 봤어요. {items}",
        "restart": "좋아요, 처음부터 다시 시작할게요. 무엇을 찾아 드릴까요?",
        "chitchat": "안녕하세요! 무엇을 찾아 드릴까요? 예산이나 좋아하는 것을 말해 주시면 "
                    "골라 볼게요.",
        "out_of_scope": "죄송해요, 그건 제가 잘 몰라요. 대신 추천은 도와드릴 수 있어요.",
        "stop": "네, 즐거운 시간 보내세요! 언제든 다시 불러 주세요.",
        "unclear": "어떤 것을 말씀하시는지 잘 모르겠어요. 몇 번째인지 말해 주시겠어요?",
        "detail": "{title}: {facts}.",
        "no_facts": "더 알려진 것이 없어요",
        "compare": "비교해 볼게요. {facts}.",
        "why": "{title:을} 고른 이유예요: {reason}",
        "no_reason": "말씀하신 조건에 맞아서 골랐어요.",
        "impossible": "{names} 조건에 맞는 것이 없어요. 이 조건은 꼭 지켜야 하니 다른 것을 "
                      "대신 권하지 않을게요.",
        "substituted": "{wanted:은} 없어서 {instead} 가능한 것을 골랐어요.",
        "dropped": "{names} 조건까지 맞는 것은 없어서, 그 조건은 빼고 골랐어요.",
        "applied": "({names})",
    },
    "en": {
        "recommend": "How about these? {items}",
        "one": "I found just one. {items}",
        "none": "Sorry, I found nothing that fits. Shall we take one of the conditions away?",
        "similar": "These are like {base}. {items}",
        "critique": "All right, I looked again. {items}",
        "restart": "Sure, let's start over. What shall I look for?",
        "chitchat": "Hello! What shall I look for? Tell me your budget or what you like.",
        "out_of_scope": "Sorry, that is something I do not know. I can help you choose, though.",
        "stop": "Have a good time! Call me whenever you like.",
        "unclear": "I am not sure which one you mean. Could you tell me its number?",
        "detail": "{title}: {facts}.",
        "no_facts": "nothing more is known",
        "compare": "Let us compare. {facts}.",
        "why": "Why {title}: {reason}",
        "no_reason": "it fits what you asked for.",
        "impossible": "Nothing meets this: {names}. It must hold, so I will not suggest "
                      "anything else instead.",
        "substituted": "There is nothing {wanted}, so I chose what is {instead}.",
        "dropped": "Nothing meets {names} as well, so I left that out.",
        "applied": "({names})",
    },
}  # fmt: skip
_DAYS: Final = {
    "today": "오늘", "tomorrow": "내일", "day_after": "모레", "weekend": "주말", "weekday": "평일",
    "monday": "월요일", "tuesday": "화요일", "wednesday": "수요일", "thursday": "목요일",
    "friday": "금요일", "saturday": "토요일", "sunday": "일요일",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class AnswerItem:
    """An item as an answer may name it.

    Attributes:
        reason: why it is in the list; "" where none was given.
    """

    item_id: str
    title: str
    category: str = ""
    price: float | None = None
    rating: float | None = None
    reason: str = ""
    description: str = ""
    district: str = ""
    hours: str = ""


def sentence_of(name: str, language: Language, **parts: str) -> str:
    """One sentence of the house.

    Raises:
        KeyError: there is no such sentence.
    """
    nouns = {part: Noun(text) for part, text in parts.items()}
    return _FIXED[language][name].format(**nouns)


def answer_list(
    intent: str,
    plan: Plan,
    items: Sequence[AnswerItem],
    language: Language,
    *,
    base: str = "",
    noun: CatalogNoun = "thing",
) -> str:
    """The answer with a list: what could not be met first, then what was found.

    Args:
        base: title of the item whose likes are asked for.
        noun: what the catalog's items are.
    """
    remarks = caveats(plan, language)
    if plan.impossible:
        return remarks
    if not items:
        return " ".join(filter(None, (remarks, sentence_of("none", language))))
    name = "similar" if base else "critique" if intent == "critique" else "recommend"
    if len(items) == 1 and not base:
        name = "one"
    listed = " ".join(
        f"{at}. {_title_of(item, language)}" for at, item in enumerate(items, start=1)
    )
    return " ".join(
        filter(
            None, (remarks, sentence_of(name, language, items=listed, base=base, noun=KOREAN[noun]))
        )
    )


def caveats(plan: Plan, language: Language) -> str:
    """What of the wishes does not hold, and what was done about it; "" where all hold."""
    parts = []
    if plan.impossible:
        names = ", ".join(chip_label(constraint, language) for constraint in plan.impossible)
        parts.append(sentence_of("impossible", language, names=names))
    for original, instead in plan.substituted:
        named = {
            "wanted": concept_label(original, language),
            "instead": concept_label(instead, language),
        }
        parts.append(sentence_of("substituted", language, **named))
    if plan.dropped and not plan.impossible:
        names = ", ".join(chip_label(constraint, language) for constraint in plan.dropped)
        parts.append(sentence_of("dropped", language, names=names))
    return " ".join(parts)


def answer_detail(item: AnswerItem | None, language: Language) -> str:
    """What is known of one item."""
    if item is None:
        return sentence_of("unclear", language)
    facts = facts_of(item, language) or sentence_of("no_facts", language)
    return sentence_of("detail", language, title=item.title, facts=facts)


def answer_comparison(items: Sequence[AnswerItem], language: Language) -> str:
    """Two or more items beside each other."""
    if len(items) < 2:
        return sentence_of("unclear", language)
    lines = [
        f"{i.title}: {facts_of(i, language) or sentence_of('no_facts', language)}" for i in items
    ]
    return sentence_of("compare", language, facts="; ".join(lines))


def answer_why(item: AnswerItem | None, language: Language) -> str:
    """Why an item was in the list: the reason that the models gave."""
    if item is None:
        return sentence_of("unclear", language)
    reason = item.reason or sentence_of("no_reason", language)
    return sentence_of("why", language, title=item.title, reason=reason)


def facts_of(item: AnswerItem, language: Language) -> str:
    """Category, price, rating, district and hours of an item, those that are known."""
    korean = language == "ko"
    parts = [item.category.split(" > ")[-1]]
    parts.append("" if item.price is None else price_label(item.price, language))
    if item.rating is not None:
        parts.append(f"{'평점' if korean else 'rated'} {item.rating:.1f}")
    parts += [item.district, item.hours]
    return ", ".join(filter(None, parts))


def price_label(price: float, language: Language) -> str:
    """A price: 12,000원 in Korean; a bare number in English, whose currency is the catalog's."""
    number = f"{price:,.0f}" if price == int(price) else f"{price:,.2f}"
    return f"{number}원" if language == "ko" else number


def concept_label(name: str, language: Language) -> str:
    """What a concept is called."""
    concept = concepts()[name]
    return concept.korean if language == "ko" else concept.english


def chip_label(each: Constraint, language: Language) -> str:
    """A constraint in a few words, as a person reads it."""
    korean = language == "ko"
    if each.kind == "avoid":
        word = concept_label(each.concept, language) if each.concept else each.names[0]
        return f"{word} 제외" if korean else f"no {word}"
    if each.kind == "budget":
        return _range_label(each, language)
    if each.kind == "radius":
        return f"{each.high:g} km 이내" if korean else f"within {each.high:g} km"
    if each.kind == "years":
        return _years_label(each, language)
    if each.kind == "moment":
        return _moment_label(each, language)
    if each.concept:
        return concept_label(each.concept, language)
    names = dict.fromkeys(name.split(" > ")[-1] for name in each.names)
    if each.kind == "category" and len(names) > 2:
        return each.names[0].split(" > ")[0]
    return ", ".join(names)


def _range_label(each: Constraint, language: Language) -> str:
    low, high = (
        None if end is None else price_label(end, language) for end in (each.low, each.high)
    )
    if low and high:
        return f"{low}~{high}" if language == "ko" else f"{low} to {high}"
    if high:
        return f"{high} 이하" if language == "ko" else f"up to {high}"
    return f"{low} 이상" if language == "ko" else f"from {low}"


def _years_label(each: Constraint, language: Language) -> str:
    low, high = (None if end is None else f"{end:.0f}" for end in (each.low, each.high))
    year = "년" if language == "ko" else ""
    if low == high:
        return f"{low}{year}"
    if low and high:
        return f"{low}–{high}{year}"
    if low:
        return f"{low}년부터" if language == "ko" else f"from {low}"
    return f"{high}년까지" if language == "ko" else f"until {high}"


def _moment_label(each: Constraint, language: Language) -> str:
    day = each.names[0] if each.names else ""
    hour = "" if each.low is None else _clock_label(each.low, language)
    return " ".join(filter(None, (_DAYS.get(day, day) if language == "ko" else day, hour)))


def _clock_label(hours: float, language: Language) -> str:
    """Of 19.5 hours since midnight 19시 30분, in English 19:30."""
    hour, minute = divmod(round(hours * 60), 60)
    if language == "en":
        return f"{hour}:{minute:02d}"
    return f"{hour}시 {minute}분" if minute else f"{hour}시"


def _title_of(item: AnswerItem, language: Language) -> str:
    price = "" if item.price is None else f" ({price_label(item.price, language)})"
    return f"{item.title}{price}"
