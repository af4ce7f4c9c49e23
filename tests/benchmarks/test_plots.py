"""Curves as files that are the same for the same figures."""

from benchmarks.plots import save_curves

CURVES = {"films": {"ease": [(0.0, 0.1), (1.0, 0.2)], "popular": [(0.0, 0.1), (1.0, 0.1)]}}


def test_a_plot_names_its_lines_and_axes(tmp_path):
    text = save_curves("toy", CURVES, "events", "NDCG@10", tmp_path).read_text()
    for word in ("films", "ease", "popular", "events", "NDCG@10"):
        assert word in text


def test_the_same_figures_give_the_same_file(tmp_path):
    first = save_curves("a", CURVES, "x", "y", tmp_path / "one").read_bytes()
    assert save_curves("a", CURVES, "x", "y", tmp_path / "two").read_bytes() == first
