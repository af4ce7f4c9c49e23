"""Figures that the sizing page calculates with, taken from the results of benchmarks."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

RESULTS = Path(__file__).parent.parent / "benchmarks" / "results"


def sizing_figures(folder: Path = RESULTS) -> dict[str, float]:
    """Megabytes of a server, bytes of an event, lists a second; each from a measured run.

    Returns:
        supervisor_mb: of all processes but those that answer. worker_mb: of one that answers.
        shared_mb, own_mb: what a million items add, once for all workers and to each of them.
        event_bytes: of the data folder, an event. cached, uncached: lists a second of one core.
    """
    small = _rows(folder, "small_machine")
    (after,) = [row for row in small if row["moment"].startswith("after 3")]
    few, many = _rows(folder, "scale")
    millions = (many["items"] - few["items"]) / 1e6
    own = (many["of it not mapped"] - few["of it not mapped"]) * 1000 / millions
    whole = (many["GB serving"] - few["GB serving"]) * 1000 / millions
    (first, *_) = _rows(folder, "retained_year")
    load = {row["request"]: row["a second"] for row in _rows(folder, "serving_load")}
    return {
        "supervisor_mb": after["MB"] - after["largest process MB"],
        "worker_mb": after["largest process MB"],
        "shared_mb": whole - own,
        "own_mb": own,
        "event_bytes": first["GiB"] * 2**30 / first["events"],
        "cached": load["cached"],
        "uncached": load["uncached"],
    }


def _rows(folder: Path, name: str) -> list[Mapping[str, Any]]:
    rows: list[Mapping[str, Any]] = json.loads((folder / f"{name}.json").read_text())["rows"]
    return rows
