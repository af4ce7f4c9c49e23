"""The table of indexes."""

from omakase_cli.index.status import COLUMNS, line


def test_a_line_has_a_cell_for_each_column():
    row = {
        "index": "ials",
        "kind": "faiss_ivf",
        "knobs": {"probes": 8, "sending": {"most": 3}},
        "bytes": 2_500_000,
        "vectors": 12.0,
        "recall": 0.97,
        "milliseconds": 0.2,
        "slow_milliseconds": 0.4,
    }
    cells = line(row)
    assert len(cells) == len(COLUMNS)
    assert cells == ("ials", "faiss_ivf", 12, 0.97, 0.2, 0.4, 2.5, "probes=8")


def test_an_index_that_was_never_measured_has_empty_cells():
    cells = line({"index": "a", "kind": "exact", "knobs": {}, "bytes": 0})
    assert cells[2:6] == (0, None, None, None)
