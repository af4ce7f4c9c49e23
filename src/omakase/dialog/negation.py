"""What a message wants to keep away from: 새우 빼고, 땅콩 알레르기, no peanuts, allergic to "
"milk."""

import re
from dataclasses import dataclass
from importlib.resources import files
from typing import Final

from omakase.dialog.concepts import concept_named
from omakase.dialog.letters import without_particles

_KO_AFTER: Final = re.compile(
    r"(?P<words>(?:[가-힣]+(?:이랑|랑|하고|와|과|이나|,)\s?){0,3}[가-힣]{1,10}?)\s?"
    r"(?P<cue>(?:다\s?)?빼|제외|말고|말구|없이|없는|없었|안\s?(?:들어|넣|먹|좋아)|못\s?먹|"
    r"들어가지\s?않|넣지\s?(?:말|마)|"
    r"먹지\s?(?:않|못|마)|(?:별로|질색|싫)|알레르기|알러지|앨러지|금지|사절|피하|피해|노노|엑스|"
    r"(?:종류\s?)?아닌|지\s?않은|지\s?않고)"
)
_KO_SUCH: Final = re.compile(
    r"(?P<word>[가-힣]{1,6})\s?(?:거|것|걸|건|게|음식|종류)(?:은|는|을|를|"
    r"이)?\s?(?P<cue>말고|말구|빼|제외|싫|별로|못\s?먹|안\s?먹|사절|피하)"
)
_KO_BEFORE: Final = re.compile(r"(?<![가-힣])(?:안|덜)\s?(?P<word>[가-힣]{1,5})")
_KO_NOT: Final = re.compile(r"(?<![가-힣])(?P<word>[가-힣]{1,4}?)지\s?(?:않|말|마)")
_EN_LIST: Final = (
    r"(?P<words>[a-z][a-z-]*(?:\s(?!or\b|and\b|nor\b)[a-z-]+)?"
    r"(?:(?:\s?,\s?(?:or\s|and\s)?|\s(?:or|and|nor)\s)[a-z-]+){0,3})"
)
_EN_CUES: Final = re.compile(
    r"\b(?P<cue>no|without(?: any)?|not(?: too| so| very)?|nothing too|nothing with|"
    r"allergic to|allergy to|intolerant to|hold the|"
    r"skip the|avoid(?:ing)?|except(?: for)?|excluding|exclude|anything but|"
    r"hate|dislike|less|isn't(?: too)?|"
    r"aren't|(?:don't|dont|do not|can't|cannot|can not|won't)\s"
    r"(?:eat|have|want|like|do|drink)(?: any)?)\s" + _EN_LIST,
    re.IGNORECASE,
)
_EN_FREE: Final = re.compile(r"\b(?P<word>[a-z]+)[\s-]free\b", re.IGNORECASE)
_EN_ALLERGY: Final = re.compile(
    r"\b(?P<word>[a-z]+) (?:allergy|allergies|intolerance|intolerant)\b", re.I
)
_SPLIT: Final = re.compile(
    r"이랑|랑(?=\s)|하고|와(?=\s)|과(?=\s)|이나(?=\s)|,|\s(?:or|and|nor)\s|\s", re.IGNORECASE
)
_IDLE: Final = frozenset(
    (files("omakase.dialog") / "idlewords.txt").read_text(encoding="utf-8").split()
)
_ALLERGY: Final = re.compile(
    r"알레르기|알러지|앨러지|allerg|intoleran|못\s?먹|can't|cannot|can not", re.I
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


def read_avoidances(text: str) -> list[Avoidance]:
    """Everything that a message refuses, in order, each once."""
    found: dict[str, Avoidance] = {}
    for words, start, cue in _phrases(text):
        parts = _parts(words)
        for word, at in parts:
            if word == "게" and len(parts) == 1:  # a thing, more often than a crab
                continue
            avoided = _avoidance(word, start + at, bool(_ALLERGY.search(cue)))
            if avoided is not None:
                found.setdefault(avoided.concept or avoided.word, avoided)
    return sorted(found.values(), key=lambda each: each.start)


def _phrases(text: str) -> list[tuple[str, int, str]]:
    found = [(m["words"], m.start("words"), m["cue"]) for m in _KO_AFTER.finditer(text)]
    for pattern in (_KO_BEFORE, _KO_NOT, _KO_SUCH):
        found += [
            (m["word"], m.start("word"), "")
            for m in pattern.finditer(text)
            if (_known(m["word"]) is not None)
        ]
    found += [(m["words"], m.start("words"), m["cue"]) for m in _EN_CUES.finditer(text)]
    for pattern in (_EN_FREE, _EN_ALLERGY):
        cue = "allergy" if pattern is _EN_ALLERGY else "free"
        found += [
            (m["word"], m.start("word"), cue)
            for m in pattern.finditer(text)
            if concept_named(f"{m['word']}-free") is None
        ]
    return found


def _parts(words: str) -> list[tuple[str, int]]:
    """Words of a list with their offsets; in English at most what the list joins."""
    parts, at = [], 0
    for match in [*_SPLIT.finditer(words), None]:
        end = len(words) if match is None else match.start()
        if end > at:
            parts.append((words[at:end], at))
        at = end if match is None else match.end()
    return parts


def _avoidance(word: str, start: int, allergy: bool) -> Avoidance | None:
    word = word.strip("- ")
    concept = _known(word)
    bare = word if concept is None else concept
    if word.lower() in _IDLE or (concept is None and len(word) < 2):
        return None
    if concept is None and (
        word.isascii() or any(form in _IDLE for form in without_particles(word))
    ):
        return Avoidance(word.lower(), "", allergy, start, start + len(word)) if allergy else None
    if concept is None:
        bare = without_particles(word)[-1]
        return Avoidance(bare, "", allergy, start, start + len(word))
    return Avoidance(word.lower(), concept, allergy, start, start + len(word))


def _known(word: str) -> str | None:
    forms = without_particles(word)
    if len(word) == 2 and word[-1] in "은는이가을를도만":
        forms = (*forms, word[0])
    for form in forms:
        concept = concept_named(form) or concept_named(form.removesuffix("s"))
        if concept is not None:
            return concept.name
    return None
