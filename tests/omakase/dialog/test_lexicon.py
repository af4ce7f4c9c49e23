"""Names of a catalog in messages."""

import polars as pl
import pytest

from omakase.dialog.lexicon import Lexicon


@pytest.mark.parametrize(
    ("message", "kind", "name"),
    [
        ("이탈리안 추천해줘", "category", "양식 > 이탈리안"),
        ("비빔밥집 있어?", "category", "한식 > 백반·비빔밥"),
        ("강남에서 먹을래", "district", "강남구"),
        ("이태원 쪽", "district", "이태원동"),
        ("할매김치찌개는 어때", "title", "a"),
        ("달빛 순두부 찌개 알려줘", "title", "b"),
        ("greengarden pasta please", "title", "e"),
        ("tell me about Heat", "title", "f"),
        ("바다파스타로", "title", "d"),
        ("이탈리언", "category", "양식 > 이탈리안"),
    ],
)
def test_lexicon_finds_names_despite_particles_spacing_and_mistakes(guide, message, kind, name):
    found = [(e.kind, e.names) for e in guide.understand(message).entities]
    assert any(kind == k and name in names for k, names in found), found


@pytest.mark.parametrize(
    ("word", "plural"), [("Comedy", "Comedies"), ("Play", "Plays"), ("Drama", "Dramas")]
)
def test_lexicon_finds_a_category_by_its_plural(word, plural):
    items = pl.DataFrame({"item_id": ["a"], "title": ["One"], "category": [word]})
    (entity,) = Lexicon(items).find(f"show me {plural.lower()}")
    assert (entity.kind, entity.names) == ("category", (word,))
