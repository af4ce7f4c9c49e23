"""Names that a catalog knows, found in messages despite particles, spacing and typing mistakes."""

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

import polars as pl

from omakase.dialog.letters import composed, likeness, squeezed, trigrams, without_particles
from omakase.dialog.misspelling import is_slip
from omakase.dialog.vocabulary import Alias

EntityKind = Literal["category", "brand", "tag", "district", "title"]

PATH: Final = " > "
_NEAR: Final = 0.68
_SLIP: Final = 0.7
"""Likeness of a district with one letter wrong."""

_SHORTEST: Final = 2
_ROMANIZED: Final = (("yeo", "yu"), ("yeo", "yo"), ("eo", "u"), ("eo", "o"), ("eu", "u"))
"""Of a Korean name in Latin letters: as the standard has it, and as people hear it."""

_WINDOW: Final = 6
_WORD: Final = re.compile(r"\S+")
_HANGUL: Final = re.compile(r"[가-힣]")


@dataclass(frozen=True, slots=True)
class Entity:
    """Something of the catalog that a message names.

    Attributes:
        names: what it is called in the catalog: paths of categories, item ids of a title.
        likeness: 1 where it is spelt as the catalog has it.
        start, end: in the message.
    """

    kind: EntityKind
    names: tuple[str, ...]
    surface: str
    likeness: float
    start: int
    end: int


class Lexicon:
    """Surface forms of a catalog; longer names win over shorter ones within them."""

    def __init__(self, items: pl.DataFrame, aliases: Sequence[Alias] = ()) -> None:
        """Gather categories, brands, tags, districts and titles from the columns there are.

        Args:
            aliases: words of people; what the catalog itself has counts more, and what it has no
                longer is left out.
        """
        self._forms: dict[str, dict[EntityKind, set[str]]] = {}
        for kind, name, forms in _names_of(items):
            for form in forms:
                squeezed_form = squeezed(form)
                if len(squeezed_form) >= _SHORTEST:
                    kinds = self._forms.setdefault(squeezed_form, {})
                    kinds.setdefault(kind, set()).add(name)
        self._add_aliases(items, aliases)
        self._near: dict[str, list[str]] = defaultdict(list)
        for form in self._forms:
            if len(form) >= 3:
                for part in trigrams(form):
                    self._near[part].append(form)

        self._districts = [form for form, kinds in self._forms.items() if "district" in kinds]

    def __len__(self) -> int:
        return len(self._forms)

    def _add_aliases(self, items: pl.DataFrame, aliases: Sequence[Alias]) -> None:
        forms = frozenset(self._forms)
        for alias in aliases:
            names = _named_by(items, alias)
            for form in (alias.word, _plural(alias.word) if alias.word.isascii() else ""):
                if names and form and form not in forms:
                    self._forms.setdefault(form, {}).setdefault(alias.kind, set()).update(names)

    def find(self, text: str) -> list[Entity]:
        """What the message names, from left to right, none within another."""
        text = composed(text)
        tokens = [(m.group(), m.start(), m.end()) for m in _WORD.finditer(text)]
        entities: list[Entity] = []
        at = 0
        while at < len(tokens):
            entity, used = self._longest(tokens[at : at + _WINDOW])
            entities.extend(entity)
            at += used
        return entities

    def _longest(self, tokens: list[tuple[str, int, int]]) -> tuple[list[Entity], int]:
        for size in range(len(tokens), 0, -1):
            surface = " ".join(word for word, _, _ in tokens[:size])
            for form in without_particles(squeezed(surface)):
                if form in self._forms:
                    return self._entities(form, surface, 1.0, tokens, size), size
        for size in range(min(3, len(tokens)), 0, -1):
            surface = " ".join(word for word, _, _ in tokens[:size])
            near = self._nearest(without_particles(squeezed(surface)))
            if near is not None:
                return self._entities(near[0], surface, near[1], tokens, size), size
        return [], 1

    def _nearest(self, forms: tuple[str, ...]) -> tuple[str, float] | None:
        best = (0.0, "")
        for form in reversed(forms):
            slip = next((name for name in self._districts if is_slip(form, name)), "")
            if slip:
                return slip, _SLIP
        for form in forms:
            if len(form) < (3 if _HANGUL.search(form) else 5):
                continue
            grams = trigrams(form)
            shared = Counter(candidate for part in grams for candidate in self._near.get(part, ()))
            for neighbour, _ in shared.most_common(20):
                if abs(len(neighbour) - len(form)) <= 2:
                    best = max(best, (likeness(grams, trigrams(neighbour)), neighbour))
        return (best[1], best[0]) if best[0] >= _NEAR else None

    def _entities(
        self,
        form: str,
        surface: str,
        like: float,
        tokens: list[tuple[str, int, int]],
        size: int,
    ) -> list[Entity]:
        start, end = tokens[0][1], tokens[size - 1][2]
        return [
            Entity(kind, tuple(sorted(names)), surface, round(like, 3), start, end)
            for kind, names in self._forms[form].items()
        ]


def join_paths(items: pl.DataFrame) -> pl.DataFrame:
    """The table with categories as paths in one text, where it has them as lists of names."""
    lists = [
        name
        for name in ("category", "category_ko", "category_en")
        if items.schema.get(name) == pl.List(pl.String)
    ]
    return items.with_columns(pl.col(name).list.join(PATH) for name in lists)


def _named_by(items: pl.DataFrame, alias: Alias) -> list[str]:
    """What an alias stands for in this catalog: of a category all paths that have its name."""
    words = _words(items, "tags" if alias.kind == "tag" else alias.kind)
    if alias.kind == "category":
        return [path for path in words if alias.name in path.split(PATH)]
    return [word for word in words if word == alias.name]


def _names_of(items: pl.DataFrame) -> list[tuple[EntityKind, str, tuple[str, ...]]]:
    names: list[tuple[EntityKind, str, tuple[str, ...]]] = []
    for path in _words(items, "category"):
        names += [("category", path, _category_forms(name)) for name in path.split(PATH)]
    names += _translated_categories(items)
    for kind, column in (("brand", "brand"), ("tag", "tags")):
        names += [(kind, word, (word,)) for word in _words(items, column)]  # type: ignore[misc]
    for word in _words(items, "district"):
        names.append(("district", word, (word, *district_forms(word))))
    for column in ("title", "title_en"):
        if column in items.columns:
            pairs = items.select("item_id", column).drop_nulls().iter_rows()
            names += [("title", str(key), _title_forms(title)) for key, title in pairs]
    return names


def _translated_categories(items: pl.DataFrame) -> list[tuple[EntityKind, str, tuple[str, ...]]]:
    """Names in further languages, `category_en`, of the paths that `category` has."""
    if not {"category", "category_en"} <= set(items.columns):
        return []
    pairs = items.select("category", "category_en").drop_nulls().unique().iter_rows()
    return [
        ("category", path, _category_forms(name))
        for path, translation in pairs
        for name in translation.split(PATH)
    ]


def _plural(word: str) -> str:
    """An English word for several: comedies, days, dramas."""
    is_vowel = word[-2:-1].lower() in set("aeiou")
    return f"{word[:-1]}ies" if word.endswith("y") and not is_vowel else f"{word}s"


def _category_forms(name: str) -> tuple[str, ...]:
    """The name and its parts: 백반·비빔밥 is called 백반 and 비빔밥 too; plurals in English."""
    parts = [part.strip() for part in re.split(r"[·/,&]| and ", name)]
    forms = dict.fromkeys((name, *parts))
    plurals = [_plural(form) for form in forms if form.isascii() and not form.endswith("s")]
    plurals += [form[:-1] for form in forms if form.isascii() and form.endswith("s")]
    plurals += [f"{form} food" for form in forms if form.isascii()]
    return (*forms, *plurals)


def district_forms(word: str) -> tuple[str, ...]:
    """강남구 is called 강남 and 강남역 too, 이태원동 이태원."""
    bare = word[:-1] if len(word) > 2 and word[-1] in "구동시군역" else word
    if _HANGUL.search(word):
        return (bare, f"{bare}역", f"{bare}동")
    plain = squeezed(bare)
    return tuple(dict.fromkeys((bare, *(re.sub(old, new, plain) for old, new in _ROMANIZED))))


def _title_forms(title: str) -> tuple[str, ...]:
    """With and without a year in brackets: Heat (1995)."""
    bare = re.sub(r"\s*\([^)]*\)\s*$", "", title)
    swapped = re.sub(r"^(.*), (The|A|An)$", r"\2 \1", bare)
    return tuple(form for form in dict.fromkeys((title, bare, swapped)) if len(squeezed(form)) >= 3)


def _words(items: pl.DataFrame, name: str) -> list[str]:
    if name not in items.columns:
        return []
    column = items.get_column(name)
    if column.dtype == pl.List(pl.String):
        column = column.explode()
    return [word for word in column.drop_nulls().unique().sort().to_list() if word]
