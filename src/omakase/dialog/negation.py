"""What a message wants to keep away from: 새우 빼고, 땅콩 알레르기, no peanuts, allergic to "
"milk."""

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass
from importlib.resources import files
from typing import Final

from omakase.dialog.concepts import concept_by_word, concepts
from omakase.dialog.letters import without_particles

_HAS_NONE: Final = r"(?:[는은가이도]|\s?같은\s?[거건])?\s?(?:없(?![는이])|아니)"
"""Of "새우 알레르기 없어요": nothing is refused."""

_KO_CUE: Final = re.compile(
    r"(?:다\s?)?[빼뺴뺀뻬](?!지\s?(?:마|말|않))|제외|말고|말구|말ㄱ|없이|없는|없었|"
    r"안\s?(?:들어|넣|먹|머거|좋아|마[시셔]|땡|당기|내키)|못\s?(?:먹(?!는\s?[건게]\s?아니)|머[거고]|마[시셔])|들어가지\s?않|넣지\s?(?:말|마)|먹지\s?(?:않|못|마)|마시지\s?(?:않|못|마)|"
    r"(?:먹으|마시|들어가)면\s?(?:절대\s?)?(?:안|죽|큰일|탈|아프)|별로|질색|질[렸려리]|물[렸려]|싫(?!지\s?않)|시[러룸른]|실[어은]|"
    rf"(?:알레르기|알러지|앨러지|알레지|불내증|불내성)(?!{_HAS_NONE})|"
    r"금지|사절|사양|패스|극혐|혐오|피하|피해|노노|엑스|"
    r"(?:종류\s?)?아닌|아니[고구라]|아님|지\s?않은|지\s?않고"
)
_WEAK_CUE: Final = re.compile(
    r"안\s?(?:돼|되|됩)|(?<![가-힣])(?:노|놉)(?![가-힣])|ㄴㄴ|(?<=\s)[xX×](?!\w)"
)
"""They refuse food, and say something else of all that is not."""

_BETWEEN: Final = re.compile(
    r"(?:(?:^|(?<=[^가-힣]))(?:절대로?|전혀|아예|정말|진짜|너무|도저히|모두|전부)|"
    r"(?:어제|오늘|방금|아까|매일|맨날|자주|많이|이미|너무)\s?먹[어었]\S{0,3}|"
    r"(?:이|가)?\s?(?:들어\s?간|들어\s?있는|(?<=\s)든)\s?(?:거|것|걸|건|게|음식|메뉴)?[은는을를도]?|"
    r"[^\w,.!?-])$"
)
"""What may stand between a word and its cue."""

_LAST_WORD: Final = re.compile(r"[가-힣A-Za-z-]+$")
_JOINED: Final = re.compile(
    r"[가-힣A-Za-z-]+(?:(?<=이랑)|(?<=랑)|(?<=하고)|(?<=와)|(?<=과)|(?<=나)|"
    r"\s?,|(?<=도)\s|\s(?:그리고|및|또는|혹은))\s{0,2}$"
)
_REACH: Final = 60
"""Letters before a cue among which its words are looked for."""

_NO_LIST: Final = frozenset(
    "언제나 어디나 누구나 아무나 하나 그러나 혹시나 역시나 오늘도 아직도 그래도 지금도".split()
)
"""They end as a word of a list does."""

_LISTED: Final = 4
"""Words that one cue refuses at most."""

_KO_SUCH: Final = re.compile(
    r"(?P<word>[가-힣]{1,6})\s?(?:거|것|걸|건|게|데|곳|집|음식|종류|요리|메뉴|영화|분위기)(?:은|는|을|를|"
    r"이)?\s?(?P<cue>말고|말구|빼|제외|싫|별로|못\s?먹|안\s?먹|사절|피하)"
)
_KO_REASON: Final = re.compile(
    r"(?P<word>[가-힣]{1,8})[은는]\s(?:[가-힣]+\s){0,3}?[가-힣]+(?:서|니까|라|니)\s"
    r"(?P<cue>싫|시러|별로|말고|빼|패스|제외)"
)
_KO_BEFORE: Final = re.compile(r"(?<![가-힣])(?:안|덜)\s?(?P<word>[가-힣]{1,5})")
_KO_NOT: Final = re.compile(r"(?<![가-힣])(?P<word>[가-힣]{1,4}?)지\s?(?:않(?!아도)|말|마)")
_KO_LISTED: Final = re.compile(r"(?:알레르기|알러지)\s?[:：]\s?(?P<words>[가-힣A-Za-z, ]{1,40})")
_EN_NEXT: Final = r"or\b|and\b|nor\b|no\b|not\b|without\b|but\b"
_EN_LIST: Final = (
    rf"(?P<words>[a-z][a-z-]*+(?:\s(?!{_EN_NEXT})[a-z-]++)?"
    r"(?:(?:\s?,\s?(?:or\s|and\s)?|\s(?:or|and|nor)\s)(?:no\s|any\s|the\s)?"
    r"(?!(?:not?|without|but)\b)[a-z-]++){0,9})"
)
_EN_CUES: Final = re.compile(
    r"\b(?P<cue>no thanks to|not a (?:big |huge )?fan of|not into|not (?:feeling|in the mood for)|"
    r"(?:so |really )?(?:sick|tired|bored) of|fed up with|enough of|rather than|instead of|"
    r"rather not|(?:other|different) than|apart from|besides|aside from|neither|sans|"
    r"w/o|(?<!not )(?<!live )wit?h?o[u]?t|no more|"
    r"no(?!\s\w+\s(?:allerg|intoleran))|(?<!why )not(?!\s(?:only|just|without)\b)|"
    r"nothing too|"
    r"nothing (?:with|containing)|"
    r"(?<!not )all?erg[ei]+c to|(?<!no )allerg(?:y|ies)(?: to|\s?:)|"
    r"intoleran(?:t|ce) (?:to|of)|hold the|leave out|leave off|minus|ditch|"
    r"drop the|"
    r"free (?:of|from)|"
    r"skip|avoid(?:ing)?|exc?ept(?: for)?|excpet|excluding|exclude|"
    r"(?:any|every)(?:thing|where|one|place) (?:but|besides|other than|apart from)|"
    r"hate|dislike|less|isn't(?: too)?|aren't|can't stand|cannot stand|"
    r"(?:don't|dont|do not|does not|doesn't|doesnt|never|can't|cant|cannot|can not|won't)\s"
    r"(?:eats?|have|want|like|do|drink|touch)|never)\s(?:(?:in|at|near|around|from|on)\s)?(?:(?:any|all|too|so|very|the)\s)?"
    + _EN_LIST,
    re.IGNORECASE,
)
_EN_AFTER: Final = re.compile(
    r"\b(?P<word>[a-z]{3,})\s(?P<cue>makes?\s(?:me|us|him|her|them)\s(?:sick|ill)|"
    r"(?:is|are)\s(?:not\s(?:ok|okay|allowed|possible)|off|forbidden)|isn't\sok|aren't\sok|"
    r"(?:will|would|could|can)\skill)\b",
    re.IGNORECASE,
)
_EN_NON: Final = re.compile(r"\bnon[\s-](?P<word>[a-z]{3,})\b", re.IGNORECASE)
_EN_FREE: Final = re.compile(r"\b(?P<word>[a-z]+)[\s-]free\b", re.IGNORECASE)
_EN_ALLERGY: Final = re.compile(
    r"(?<!\bno )\b(?P<word>[a-z]+) (?P<of>allergy|allergies|allergic|intolerance|intolerant)\b",
    re.I,
)
_SPLIT: Final = re.compile(
    r"이랑|랑(?=\s)|하고|와(?=\s)|과(?=\s)|이나(?=\s)|,|"
    r"\s(?:or|and|nor|그리고|및|또는|혹은)\s|\s",
    re.IGNORECASE,
)
_NIEUN, _RIEUL = 4, 8
"""Places of final ㄴ and ㄹ among the 28 ends of a syllable."""

_IDLE: Final = frozenset(
    (files("omakase.dialog") / "idlewords.txt").read_text(encoding="utf-8").split()
)
_JOINING: Final = frozenset(
    "with for and the an any some my has have had no not am is are food foods severe bad other "
    "known common im who to".split()
)
"""They may stand before "allergy", and are nothing that one is allergic to."""

_ALLERGY: Final = re.compile(
    r"알레르기|알러지|앨러지|알레지|불내|all?erg|intoleran|못\s?먹|can'?t|cannot|can not|면\s|"
    r"\bkill|makes?\s\w+\s(?:sick|ill)",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Avoidance:
    """Something that must not be in what is recommended.

    Attributes:
        word: as the message has it, without particles.
        concept: its name among the concepts; "" for a word of the catalog or of nobody.
        allergy: an allergy, or something that cannot be eaten.
        start, end: of the word in the message.
    """

    word: str
    concept: str
    allergy: bool
    start: int
    end: int


def no_names(word: str) -> bool:
    """What a catalog knows that has no words."""
    return False


def read_avoidances(text: str, is_name: Callable[[str], bool] = no_names) -> list[Avoidance]:
    """Everything that a message refuses, in order, each once.

    Args:
        is_name: whether the catalog has an English word that is none of the concepts': "no
            broccoli" refuses broccoli where some item has it, "no rush" nothing.
    """
    avoidances: dict[str, Avoidance] = {}
    for words, start, cue in _phrases(text):
        parts = _parts(words)
        for word, at in parts:
            is_allergy = bool(_ALLERGY.search(cue))
            if word == "게" and len(parts) == 1 and not is_allergy:  # "a thing", more often
                continue
            avoided = _avoidance(word, start + at, is_allergy, is_name)
            if avoided is not None:
                avoidances.setdefault(avoided.concept or avoided.word, avoided)
    every = sorted(avoidances.values(), key=lambda avoidance: avoidance.start)
    named = [avoidance for avoidance in every if avoidance.concept]
    return [a for a in every if a.concept or not any(_overlap(a, other) for other in named)]


def _overlap(one: Avoidance, other: Avoidance) -> bool:
    return one.start < other.end and other.start < one.end


def _phrases(text: str) -> list[tuple[str, int, str]]:
    text = text.replace("’", "'")
    phrases = _with_reasons(text)
    explained = {m.start("cue") for m in _KO_REASON.finditer(text)}
    phrases += _before_cues(text, explained)
    for pattern in (_KO_BEFORE, _KO_SUCH, _EN_AFTER):
        phrases += [
            (m["word"], m.start("word"), m.groupdict().get("cue") or "")
            for m in pattern.finditer(text)
            if (_concept_of(m["word"]) is not None)
        ]
    for match in _KO_NOT.finditer(text):
        word = next(
            (w for w in (match["word"], _attributive(match["word"])) if _concept_of(w)), None
        )
        if word is not None:
            phrases.append((word, match.start("word"), ""))
    phrases += [(_refused(m), m.start("words"), m["cue"]) for m in _EN_CUES.finditer(text)]
    phrases += [
        (m["word"], m.start("word"), "allergy")
        for m in _EN_ALLERGY.finditer(text)
        if not m["of"].lower().endswith("allergic") or _concept_of(m["word"]) is not None
    ]
    phrases += [(m["words"], m.start("words"), "알레르기") for m in _KO_LISTED.finditer(text)]
    for pattern in (_EN_FREE, _EN_NON):
        phrases += [
            (m["word"], m.start("word"), "free")
            for m in pattern.finditer(text)
            if concept_by_word(f"{m['word']}-free") is None
        ]
    return phrases


def _attributive(stem: str) -> str:
    """The form of a Korean adjective before a noun: 짜 to 짠, 달 to 단, 넓 to 넓은."""
    end = (ord(stem[-1]) - ord("가")) % 28
    if end not in (0, _RIEUL):
        return f"{stem}은"
    return stem[:-1] + chr(ord(stem[-1]) - end + _NIEUN)


def _refused(match: re.Match[str]) -> str:
    """The words of an English cue; of "not ramen, udon" the second is wanted instead."""
    words = match["words"]
    if match["cue"].lower() == "not" and not re.search(r"\b(?:or|and|nor)\b", words):
        return words.partition(",")[0]
    return words


def _before_cues(text: str, explained: Collection[int] = ()) -> list[tuple[str, int, str]]:
    """The word before each Korean cue, with those that are joined to it; nothing is tried twice.

    Args:
        explained: where cues stand whose words are known.
    """
    phrases, free = [], 0
    for cue in (m for m in _KO_CUE.finditer(text) if m.start() not in explained):
        start, end = _words_before(text, free, cue.start())
        if start < end:
            phrases.append((text[start:end], start, cue.group()))
            free = cue.end()
    for cue in _WEAK_CUE.finditer(text):
        start, end = _words_before(text, 0, cue.start())
        concept = concepts().get(_concept_of(text[start:end]) or "")
        if concept is not None and concept.kind == "ingredient":
            phrases.append((text[start:end], start, "allergy"))
    return phrases


def _words_before(text: str, free: int, at: int) -> tuple[int, int]:
    """Where the words of a cue begin and end; both are the same where there are none."""
    floor = max(free, at - _REACH)
    while between := _BETWEEN.search(text, max(floor, at - _REACH // 4), at):
        at = between.start()
    start, pattern = at, _LAST_WORD
    for _ in range(_LISTED):
        word = pattern.search(text, floor, start)
        if word is None or (start < at and not _is_list(word.group(), text[start:at])):
            break
        start, pattern = word.start(), _JOINED
    return start, at


def _is_list(joined: str, later: str) -> bool:
    """Whether a word before others is joined to them: 새우나, but not 언제나; 라면도 우동도."""
    word = joined.rstrip()
    if word.endswith("도"):
        return later.split(" ")[0].endswith("도") and word not in _NO_LIST
    return word not in _NO_LIST


def _parts(words: str) -> list[tuple[str, int]]:
    """Words of a list with their offsets; in English at most what the list joins."""
    parts, at = [], 0
    for match in [*_SPLIT.finditer(words), None]:
        end = len(words) if match is None else match.start()
        if end > at:
            parts.append((words[at:end], at))
        at = end if match is None else match.end()
    return parts


def _avoidance(
    word: str, start: int, allergy: bool, is_name: Callable[[str], bool]
) -> Avoidance | None:
    word = word.strip("- ")
    end = start + len(word)
    concept = _concept_of(word)
    if concept is not None:
        return (
            None if word.lower() in _IDLE else Avoidance(word.lower(), concept, allergy, start, end)
        )
    if word.lower() in _IDLE or len(word) < 2 or (allergy and word.lower() in _JOINING):
        return None
    forms = without_particles(word)
    if any(form in _IDLE for form in forms):
        return None
    if word.isascii():
        sure = allergy or (word.isascii() and is_name(word.lower()))
        return Avoidance(word.lower(), "", allergy, start, end) if sure else None
    return Avoidance(forms[-1], "", allergy, start, end)


def _with_reasons(text: str) -> list[tuple[str, int, str]]:
    """Words that are refused for a reason that stands between: 명동은 사람 많아서 싫고."""
    return [(m["word"], m.start("word"), m["cue"]) for m in _KO_REASON.finditer(text)]


def _concept_of(word: str) -> str | None:
    """The concept that a word names; of words typed as one, what the last of them names."""
    forms = without_particles(word)
    forms = (*forms, *(form[:-1] for form in forms if len(form) > 2 and form[-1] in "거것걸건게"))
    if len(word) == 2 and word[-1] in "은는이가을를도만":
        forms = (*forms, word[0])
    for form in forms:
        concept = concept_by_word(form) or concept_by_word(form.removesuffix("s"))
        if concept is not None:
            return concept.name
    ends = (form[at:] for form in forms for at in range(1, len(form) - 1) if not form.isascii())
    return next((c.name for end in ends if (c := concept_by_word(end)) is not None), None)
