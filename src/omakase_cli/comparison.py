"""A comparison of models, as people read it."""

from collections.abc import Mapping
from typing import Any

from omakase_cli.console import out, show_table

SHOWN = {"recall": "recall", "ndcg": "ndcg", "coverage": "range"}
"""Measures that are shown, and their column: `range` is the share of the catalog that appears."""


def show_comparison(table: Mapping[str, Any]) -> None:
    """A line a model, the best first, and the verdict in words.

    Args:
        table: `omakase.evaluate.compare.Table.to_dict`.
    """
    k, measure, counts = table["k"], table["measure"], table["counts"]
    rows = [
        (
            line["model"],
            *(figure(line["figures"][f"{name}@{k}"]) for name in SHOWN),
            "–".join(figure(end) for end in line["intervals"][measure] or ()),
            f"{line['cost']['train seconds']:.2f}",
            f"{line['cost']['answer ms']:.2f}",
        )
        for line in table["models"]
    ]
    title = f"{counts['queries']:,} people, lists of {k}, {counts['targets']:,} right answers"
    show_table(title, ("model", *SHOWN.values(), f"{measure} 95 %", "train s", "ms"), rows)
    out().print(f"Verdict: {table['verdict']}.")


def figure(number: float | None) -> str:
    """Four decimals; a dash where there is no figure."""
    return "–" if number is None else f"{number:.4f}"
