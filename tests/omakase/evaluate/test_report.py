"""A report as plain Python."""

import json

import numpy as np

from omakase.evaluate.cost import Cost
from omakase.evaluate.questions import QueryCounts
from omakase.evaluate.report import Report


def test_a_report_can_be_written_as_json():
    report = Report(
        model="toy",
        split="time",
        part="test",
        k=10,
        figures={"recall@10": 0.5},
        groups={"new users": {"recall@10": 0.25}},
        counts=QueryCounts(2, 3, 1, 0, 0, 0),
        cost=Cost(1.5, 0.1, None),
        users=np.asarray([0, 1], dtype=np.int32),
        per_query={"recall@10": np.asarray([0.25, 0.75])},
    )
    again = json.loads(json.dumps(report.to_dict()))
    assert again["figures"] == {"recall@10": 0.5}
    assert again["groups"]["new users"] == {"recall@10": 0.25}
    assert again["counts"]["queries"] == 2
    assert again["cost"]["peak_bytes"] is None
    assert "per_query" not in again
