"""The made-up requests are counted by operation, and the run ends where one breaks the service."""

from collections import Counter
from pathlib import Path

from benchmarks import api_cases
from benchmarks.form import Asked


def asked(quick: bool) -> Asked:
    return Asked(Path(), quick, (0,), None, "api_cases")


def test_the_table_has_every_operation(monkeypatch):
    given = []

    def attacked(examples: int) -> Counter[str]:
        given.append(examples)
        return Counter({"GET /b": 3, "GET /a": 2})

    monkeypatch.setattr(api_cases, "_settle", lambda folder: None)
    monkeypatch.setattr(api_cases, "_attacked", attacked)
    found = api_cases.benchmark(asked(quick=True))
    assert [row["operation"] for row in found.rows] == ["GET /a", "GET /b"]
    assert found.notes[0].startswith("5 requests on 2 operations, no answer undocumented")
    api_cases.benchmark(asked(quick=False))
    assert given == [5, 60]
