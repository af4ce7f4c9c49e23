from pathlib import Path

from benchmarks import film_sequences, sequences
from benchmarks.form import Asked

from omakase.build.presets import preset


def test_films_are_asked_as_shops_are(monkeypatch):
    heard = []
    monkeypatch.setattr(film_sequences, "tables", lambda *words: heard.append(words) or "found")
    asked = Asked(Path("."), quick=True, seeds=(0,), peer_python=None, name="film_sequences")
    assert film_sequences.film_sequences(asked) == "found"
    assert heard == [(asked, film_sequences.ANCHORS)]


def test_the_preset_of_each_bar_is_a_sasrec():
    for anchors in (film_sequences.ANCHORS, sequences.ANCHORS):
        for anchor in anchors.values():
            assert preset(anchor.preset).model == "sasrec"
