"""Endings, stems, likeness."""

from omakase.dialog.letters import stem, without_particles


def test_letters_strip_endings_and_keep_roots():
    assert without_particles("식당에서는")[-1] == "식당"
    assert without_particles("비빔밥집에")[-1] == "비빔밥"
    assert {stem(word) for word in ("run", "running", "runs")} == {"run"}
    assert stem("glass") == "glass"
