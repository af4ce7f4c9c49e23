"""Everything that a message says by grammar alone, whatever the catalog is."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Literal

from omakase.dialog.budgets import Budget, read_budget
from omakase.dialog.concepts import concepts, mentions
from omakase.dialog.distances import read_radius
from omakase.dialog.letters import Language, composed, language_of
from omakase.dialog.moments import SpokenMoment, read_moment
from omakase.dialog.negation import Avoidance, no_names, read_avoidances
from omakase.dialog.years import Years, read_years

Critique = Literal["cheaper", "pricier", "closer", "different", "restart"]

_CRITIQUES: Final[dict[Critique, re.Pattern[str]]] = {
    "restart": re.compile(
        r"처음부터|초기화|리셋|다시\s?시작|전부\s?취소|조건\s?(?:다\s?)?(?:지워|없애)|start "
        r"(?:over|again|fresh)|"
        r"\breset\b|from scratch|forget (?:all|everything)|clear (?:all|everything|filters)", re.I),
    "cheaper": re.compile(
        r"(?:더|좀|조금|훨씬)\s?(?:더\s?)?(?:싼|싸|저렴)|너무\s?비싸|비싸(?:요|네|다)|"
        r"비싼데|가격\s?(?:좀\s?)?(?:낮|내려)|"
        r"(?:안|덜)\s?비싼|비싸지\s?않|cheaper|"
        r"less (?:expensive|pricey|costly)|too (?:expensive|pricey|"
        r"much money)|not (?:so|too|as) (?:expensive|pricey)|"
        r"more affordable|lower price", re.I),
    "pricier": re.compile(
        r"(?:더|좀)\s?(?:더\s?)?(?:비싼|고급)|고급스러운|더\s?좋은\s?데|more (?:expensive|"
        r"upscale|fancy|luxur)|fancier|pricier|"
        r"too cheap|higher end", re.I),
    "closer": re.compile(
        r"(?:더|좀|조금)\s?(?:더\s?)?가까|너무\s?멀|멀어|먼데|덜\s?먼|closer|nearer|too far|"
        r"not (?:so|too|as) far", re.I),
    "different": re.compile(
        r"다른\s?(?:거|것|건|게|데|곳|걸|집|영화|식당)|딴\s?(?:거|데)|이거\s?말고|"
        r"그거\s?말고|다른\s?걸로|또\s?(?:없|있|추천)|더\s?보여|새로운\s?거|"
        r"something else|another(?: one)?|other (?:options|ones)|"
        r"show (?:me )?(?:more|others)|what else|more "
        r"options|different one|anything else|none of (?:these|those)", re.I),
}  # fmt: skip
_ORDINALS: Final = (
    ("첫", "1st", "first"), ("두", "2nd", "second"), ("세", "3rd", "third"),
    ("네", "4th", "fourth"), ("다섯", "5th", "fifth"), ("여섯", "6th", "sixth"),
    ("일곱", "7th", "seventh"), ("여덟", "8th", "eighth"), ("아홉", "9th", "ninth"),
    ("열", "10th", "tenth"),
)  # fmt: skip
_NUMBERED: Final = re.compile(
    r"(?<!\d)(?P<ko>[1-9]\d?)\s?(?:번(?!\s?(?:지|출구|가))|번째)|"
    r"(?:#|no\.\s?|number )(?P<en>[1-9]\d?)(?!\d)",
    re.I,
)
_LAST: Final = re.compile(
    r"마지막|맨\s?끝|\blast one|"
    r"\bthe last\b(?!\s(?:time|week|month|year|night|day|few|thing))",
    re.IGNORECASE,
)
_THAT: Final = re.compile(
    r"(?:방금|아까|그|이)\s?(?:거|집|식당|곳|영화|것)(?!\s?말고)|\b(?:that|this) (?:one|"
    r"place|movie|film)\b",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Reading:
    """What a message says by grammar.

    Attributes:
        text: the message as `composed` writes it; all places are of this text.
        budget_span: where the budget stands in the text; (0, 0) where there is none.
        radius: kilometres.
        wanted: names of concepts that are asked for.
        references: ranks from 1 of the last list; 0 is "that one", -1 the last.
    """

    text: str
    language: Language
    budget: Budget | None
    budget_span: tuple[int, int]
    moment: SpokenMoment
    radius: float | None
    wanted: tuple[str, ...]
    avoided: tuple[Avoidance, ...]
    critiques: tuple[Critique, ...]
    references: tuple[int, ...]
    years: Years | None = None


def read(text: str, is_name: Callable[[str], bool] = no_names) -> Reading:
    """The grammar of one message; an empty one says nothing. Of `is_name` see `read_avoidances`."""
    text = composed(text)
    budget = read_budget(text)
    avoided = tuple(read_avoidances(text, is_name))
    return Reading(
        text=text,
        language=language_of(text),
        budget=None if budget is None else budget[0],
        budget_span=(0, 0) if budget is None else budget[1],
        moment=read_moment(text),
        radius=read_radius(text),
        wanted=_concepts(text, avoided),
        avoided=avoided,
        critiques=tuple(name for name, cue in _CRITIQUES.items() if cue.search(text)),
        references=_references(text),
        years=read_years(text),
    )


def _concepts(text: str, avoided: tuple[Avoidance, ...]) -> tuple[str, ...]:
    """Concepts that are named and not refused; of ingredients, words of the catalog know more."""
    refused = [(avoidance.start, avoidance.end) for avoidance in avoided]
    names = {avoidance.concept for avoidance in avoided}
    found = []
    for concept in concepts().values():
        if concept.kind == "ingredient" or concept.name in names:
            continue
        spans = [span for word in concept.words for span in mentions(text, word)]
        if any(not _overlaps(span, refused) for span in spans):
            found.append(concept.name)
    return tuple(found)


def _overlaps(span: tuple[int, int], refused: list[tuple[int, int]]) -> bool:
    return any(start < span[1] and span[0] < end for start, end in refused)


def _references(text: str) -> tuple[int, ...]:
    spans: list[tuple[int, int]] = []
    for rank, (korean, digits, word) in enumerate(_ORDINALS, start=1):
        pattern = (
            rf"(?<![가-힣]){korean}\s?번\s?째|\b{digits}\b|\bthe {word}\b|"
            rf"\b{word} (?:one|place|option|movie|film)\b"
        )
        spans += [(m.start(), rank) for m in re.finditer(pattern, text, re.IGNORECASE)]
    spans += [(m.start(), int(m["ko"] or m["en"])) for m in _NUMBERED.finditer(text)]
    spans += [(m.start(), -1) for m in _LAST.finditer(text)]
    if not spans and _THAT.search(text):
        spans = [(0, 0)]
    return tuple(dict.fromkeys(rank for _, rank in sorted(spans)))
