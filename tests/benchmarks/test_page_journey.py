import pytest
from benchmarks.page_journey import rows_of


def test_a_row_for_each_click_in_turn():
    rows = rows_of([[10.0, 20.0, 30.0], [30.0, 40.0, 90.0]])
    assert [row["click"] for row in rows] == [1, 2, 3]
    assert [row["p50 ms"] for row in rows] == [20.0, 30.0, 60.0]
    assert [row["slowest ms"] for row in rows] == [30.0, 40.0, 90.0]
    assert all(row["visitors"] == 2 for row in rows)
    assert rows[2]["p95 ms"] == pytest.approx(87)
