from pathlib import Path

from benchmarks import film_hybrid
from benchmarks.film_sequences import ANCHORS
from benchmarks.form import Asked


def test_films_are_put_together_as_shops_are(monkeypatch):
    heard = []
    monkeypatch.setattr(film_hybrid, "hybrids", lambda *words: heard.append(words) or "found")
    asked = Asked(Path("."), quick=True, seeds=(0,), peer_python=None, name="film_hybrid")
    assert film_hybrid.film_hybrid(asked) == "found"
    assert heard == [(asked, ANCHORS)]
