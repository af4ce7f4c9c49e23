"""One message against one catalog: intent, entities, words to search for."""

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from importlib.resources import files
from itertools import islice
from typing import Final

import polars as pl

from omakase.dialog.concepts import concept_by_word
from omakase.dialog.grammar import Reading, read
from omakase.dialog.intents import IntentModel
from omakase.dialog.letters import (
    composed,
    language_of,
    likeness,
    squeezed,
    trigrams,
    without_particles,
)
from omakase.dialog.lexicon import Entity, Lexicon, join_paths
from omakase.dialog.search import SearchIndex
from omakase.dialog.slots import SlotModel
from omakase.dialog.vocabulary import Alias

_RULES: Final = (
    ("stop", r"^(?:이제\s?)?(?:그만|끝|종료|됐어|안녕히|잘\s?있어|나갈래|bye|good ?bye|quit|"
             r"exit|stop|that'?s all)"),
    ("why", r"왜\s|왜$|왜\?|이유|어째서|\bwhy\b|reason"),
    ("compare", r"비교|뭐가\s?(?:더\s?)?(?:나|좋)|어느\s?(?:게|쪽)|차이|compare|difference|"
                r"which (?:one )?is better|\bvs\b"),
    ("similar", r"비슷|같은\s?(?:데|곳|거|느낌|분위기|영화|식당)|similar|\blike (?:the|this|"
                r"that)\b|movies like|something like"),
    ("detail", r"자세|자세히|상세|정보|어디\s?(?:야|에요|예요|있)|몇\s?시|영업|전화|얼마|"
               r"메뉴가|어떤\s?(?:데|곳|영화)|뭐야|"
               r"tell me (?:more )?about|more about|details?|what is|what's|how much|"
               r"open(?:ing)? hours|where is|address"),
)  # fmt: skip
_POINTED: Final = frozenset(("similar", "detail"))
NEAR_WORD: Final = 0.6
MOST_MENTIONED: Final = 0.2
"""Of the items may have a word in their texts that tells them apart."""

FEW: Final = 10
"""Items that a word tells apart in a catalog of any size."""

_STOP: Final = frozenset(
    (files("omakase.dialog") / "stopwords.txt").read_text(encoding="utf-8").split()
)


@dataclass(frozen=True, slots=True)
class Understanding:
    """What one message means for one catalog.

    Attributes:
        confidence: of the intent, 0..1; 1 where a rule decided.
        alternatives: further intents with their probabilities, the likeliest first.
        words: that no entity and no grammar covers and that the catalog's names contain.
        mentions: further such words, which texts of a few items have and no name has. They tell
            something in a conversation that is about the catalog, and nothing without one.
        slots: (label, text) by the trained model of slots, where there is one.
    """

    intent: str
    confidence: float
    alternatives: tuple[tuple[str, float], ...]
    entities: tuple[Entity, ...]
    words: tuple[str, ...]
    reading: Reading
    slots: tuple[tuple[str, str], ...] = ()
    mentions: tuple[str, ...] = ()


class Understander:
    """Understands messages about one catalog."""

    def __init__(
        self,
        items: pl.DataFrame,
        intents: IntentModel,
        *,
        search: SearchIndex | None = None,
        slots: SlotModel | None = None,
        aliases: Sequence[Alias] = (),
    ) -> None:
        """Learn the names of a catalog.

        Args:
            items: `item_id`, and of title, category, brand, tags, district, description those
                that there are.
            aliases: words of people for what the catalog calls otherwise.
        """
        items = join_paths(items)
        self.lexicon = Lexicon(items, aliases)
        self.search = search or SearchIndex(items, way="words")
        self._intents, self._slots = intents, slots
        self._names = _blob(items)
        self._most = max(FEW, MOST_MENTIONED * len(items))
        self._spellings = Spellings(_written_words(items, self._names))

    def understand(self, text: str) -> Understanding:
        """Intent by rules where they are sure, else by the model; entities by both."""
        reading = read(text, self._is_name)
        text = reading.text
        entities = self._entities(text, reading)
        words, mentions = self._words(text, reading, entities)
        ranked = self._intents.ranked(text)
        ruled = intent_by_rule(reading, entities, words, ranked[0])
        intent, confidence = (ruled, 1.0) if ruled else ranked[0]
        rivals = ((name, round(chance, 4)) for name, chance in ranked if name != intent)
        tokens = text.split()
        slots = self._slots.slots(tokens) if self._slots else ()
        named = tuple((slot.label, " ".join(tokens[slot.start : slot.end])) for slot in slots)
        score, alternatives = round(confidence, 4), tuple(islice(rivals, 3))
        return Understanding(
            intent, score, alternatives, tuple(entities), words, reading, named, mentions
        )

    def unread(self, text: str, heard: Understanding) -> tuple[str, ...]:
        """Words of a message that nothing accounts for, squeezed and without particles.

        What was taken for a misspelt name is among them: it may be a word of its own.
        """
        text = composed(text)
        exact = [(e.start, e.end) for e in heard.entities if e.likeness == 1]
        spans = [*exact, *_grammar_spans(heard.reading)]
        recognized = {*heard.words, *heard.mentions}
        concepts = frozenset(heard.reading.wanted)
        words: dict[str, None] = {}
        for match in re.finditer(r"[\w'’-]+", text):
            token = match.group()
            forms = without_particles(token.lower())
            bare = squeezed(forms[-1])
            if any(start < match.end() and match.start() < end for start, end in spans):
                continue
            if len(bare) < 2 or bare.isdigit() or _is_stop(token) or recognized & set(forms):
                continue
            if not _names_one_of(concepts, token):
                words[bare] = None
        return tuple(words)

    def _is_name(self, word: str) -> bool:
        return len(word) > 2 and not _is_stop(word) and self.search.knows(word)

    def _entities(self, text: str, reading: Reading) -> list[Entity]:
        """Names that the message does not refuse; a title only where it is not a plain word."""
        refused = _grammar_spans(reading)
        return [
            entity
            for entity in self.lexicon.find(text)
            if not any(start < entity.end and entity.start < end for start, end in refused)
            and (entity.surface.lower() not in _STOP)
            and not (entity.likeness < 1 and self._is_word(entity))
        ]

    def _is_word(self, entity: Entity) -> bool:
        """Whether what seems misspelt is a word of its own."""
        if _is_stop(entity.surface):
            return True
        if entity.kind != "district" or " " in entity.surface:
            return False
        forms = without_particles(entity.surface.lower())
        return any(self.search.knows(form) or concept_by_word(form) for form in forms)

    def _words(
        self, text: str, reading: Reading, entities: Sequence[Entity]
    ) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Words that names of the catalog contain, and those that only its texts have."""
        spans = [(entity.start, entity.end) for entity in entities] + _grammar_spans(reading)
        concepts = frozenset(reading.wanted)
        words: dict[str, None] = {}
        mentions: dict[str, None] = {}
        for match in re.finditer(r"[\w'’-]+", text):
            if any(start < match.end() and match.start() < end for start, end in spans):
                continue
            if _names_one_of(concepts, match.group()):  # "a funny film" is no search for Funny Face
                continue
            if word := self._strip_particle(match.group()):
                words[word] = None
            elif word := self._mention(match.group()):
                mentions[word] = None
        return tuple(words), tuple(mentions)

    def _mention(self, token: str) -> str:
        """The token without particles if texts of a few items have it as it is spelt; "" else."""
        for form in without_particles(token.lower()):
            if len(form) < 2 or form.isdigit() or _is_stop(form):
                continue
            concept = concept_by_word(form)
            if concept is not None and concept.kind != "ingredient":  # the grammar reads it
                return ""
            if 0 < self.search.count(form) <= self._most:
                return form
        return ""

    def _strip_particle(self, token: str) -> str:
        """The token without particles if names of the catalog contain it, or one spelt alike."""
        for form in without_particles(token.lower()):
            if form in _STOP or len(form) < 2 or form.isdigit() or _is_stop(form):
                continue
            bare = squeezed(form)
            if bare.isascii():
                if f"\n{bare}\n" in self._names or f"\n{bare}s\n" in self._names:
                    return form
            elif bare in self._names:
                return form
        near = self._spellings.nearest(token.lower())
        return "" if _is_stop(token) or near in _STOP else near


class Spellings:
    """Words by their trigrams: which one is meant by a word that is typed wrong."""

    def __init__(self, words: Iterable[str]) -> None:
        self._near: dict[str, list[str]] = defaultdict(list)
        for word in sorted(set(words)):
            for part in trigrams(word):
                self._near[part].append(word)

    def nearest(self, token: str) -> str:
        """The word that is spelt most like the token; "" where none is near."""
        best = (0.0, "")
        for form in without_particles(token):
            if len(form) < (3 if language_of(form) == "ko" else 5):
                continue
            grams = trigrams(form)
            shared = Counter(word for part in grams for word in self._near.get(part, ()))
            for word, _ in shared.most_common(20):
                if abs(len(word) - len(form)) <= 1:
                    best = max(best, (likeness(grams, trigrams(word)), word))
        return best[1] if best[0] >= NEAR_WORD else ""


def intent_by_rule(
    reading: Reading,
    entities: Sequence[Entity],
    words: Sequence[str],
    modelled: tuple[str, float],
) -> str:
    """The intent where grammar decides it; "" where the model has to."""
    text = reading.text.strip()
    titled = any(entity.kind == "title" for entity in entities)
    pointed = bool(reading.references) or titled
    for intent, pattern in _RULES:
        if re.search(pattern, text, re.IGNORECASE) and (pointed or intent not in _POINTED):
            return intent
    if reading.critiques:
        return "critique"
    if titled and not reading.references and modelled[0] in ("chitchat", "out_of_scope"):
        return "detail"
    if reading.budget is not None:
        return "budget"
    if reading.radius is not None or any(entity.kind == "district" for entity in entities):
        return "place"
    constrained = entities or reading.avoided or reading.wanted or reading.years or words
    if constrained and modelled[0] in ("chitchat", "out_of_scope", "detail", "compare", "stop"):
        return "critique" if reading.avoided and not entities else "recommend"
    return ""


def _grammar_spans(reading: Reading) -> list[tuple[int, int]]:
    """Where a message refuses something, and names a budget or years."""
    spans = [(avoidance.start, avoidance.end) for avoidance in reading.avoided]
    if reading.budget is not None:
        spans.append(reading.budget_span)
    return [*spans, reading.years.span] if reading.years is not None else spans


def _is_stop(surface: str) -> bool:
    return any(form in _STOP for form in without_particles(surface.lower()))


def _names_one_of(concepts: Collection[str], token: str) -> bool:
    """Whether a word is how people ask for one of these concepts, which the grammar has read."""
    matches = map(concept_by_word, without_particles(token.lower()))
    return any(concept is not None and concept.name in concepts for concept in matches)


def _written_words(items: pl.DataFrame, names: str) -> list[str]:
    """Words of the texts, without particles, that names of the catalog contain."""
    found: set[str] = set()
    for column in ("title", "title_en", "description", "description_en"):
        if column in items.columns:
            for text in items.get_column(column).drop_nulls().unique().to_list():
                found.update(re.findall(r"[^\W\d_]{3,}", composed(text).lower()))
    forms = {form for word in found for form in without_particles(word) if len(form) >= 3}
    return [form for form in forms if form in names]


def _blob(items: pl.DataFrame) -> str:
    """Titles, categories, tags and brands, words on lines of their own and squeezed lines too."""
    lines: set[str] = set()
    for name in ("title", "title_en", "category", "category_en", "tags", "brand"):
        if name not in items.columns:
            continue
        column = items.get_column(name)
        column = column.explode() if column.dtype == pl.List(pl.String) else column
        for text in column.drop_nulls().unique().to_list():
            lines.add(squeezed(text))
            lines.update(squeezed(word) for word in re.split(r"[\s>·/,()&-]+", text))
    return "\n" + "\n".join(sorted(lines - {""})) + "\n"
