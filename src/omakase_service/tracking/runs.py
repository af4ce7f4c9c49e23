"""From a version to a run: parameters, metrics, curves, and its model card. No Django."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from omakase_service.tracking.contracts import CurvePoint, TrackedRun
from omakase_service.training.contracts import VersionCard

LONGEST_PARAMETER = 500
"""Characters; trackers take no longer ones."""


def run_of(version: VersionCard) -> TrackedRun:
    """A version as a run."""
    return TrackedRun(
        name=version.name,
        created=version.created,
        parameters=dict(_parameters(version)),
        metrics=dict(_metrics(version)),
        curves=list(_curves(version)),
        tags=tags_of(version),
        card=card_of(version),
    )


def tags_of(version: VersionCard) -> dict[str, str]:
    """What may change of a version after it was trained."""
    return {
        "stage": version.stage.value,
        "best": version.best,
        "withheld": version.withheld,
        "verdict": " ".join(_verdict(version))[:LONGEST_PARAMETER],
    }


def card_of(version: VersionCard) -> str:
    """The model card: what it is, learnt from what, how well it does, what to know of it."""
    parts = [
        f"# Version {version.name}",
        f"Trained {version.created:%Y-%m-%d %H:%M} UTC; {version.stage.value}. "
        f"`{version.best}` answers where no model is named.",
        "## Learnt from",
        _table(("fact", "value"), list(_window(version))),
        "## How well",
        _measures(version),
        "## How it was made",
        _table(("parameter", "value"), sorted(_parameters(version))),
    ]
    if words := _verdict(version):
        parts += ["## The promotion gate", " ".join(words)]
    notes = [*version.remarks, *([f"Withheld: {version.withheld}"] if version.withheld else [])]
    if notes:
        parts += ["## To know", "\n".join(f"- {note}" for note in notes)]
    return "\n\n".join(parts) + "\n"


def _verdict(version: VersionCard) -> list[str]:
    """What the gate said, a sentence each; nothing where it was not asked."""
    words = version.verdict.get("words") or {}
    return [str(sentence) for sentence in words.get("en", ())]


def _window(version: VersionCard) -> Iterator[tuple[str, str]]:
    """Facts of the events, their times as days."""
    for name, value in sorted(version.window.items()):
        is_time = name in ("first", "last")
        yield name, f"{datetime.fromtimestamp(value, UTC):%Y-%m-%d}" if is_time else f"{value:,}"


def _measures(version: VersionCard) -> str:
    """A table, a line a model."""
    judged = {name: figures for name, figures in version.models.items() if figures}
    if not judged:
        return "Nothing was judged: there was too little to judge by, or nobody asked for it."
    names = sorted({measure for figures in judged.values() for measure in figures})
    rows = [
        (name, *(_format(figures.get(measure, "")) for measure in names))
        for name, figures in sorted(judged.items())
    ]
    return _table(("model", *names), rows)


def _parameters(version: VersionCard) -> Iterator[tuple[str, str]]:
    yield "models", ", ".join(sorted(version.models))
    yield "best", version.best
    for name, value in _flat(version.recipe.get("knobs", {}), f"{version.best}."):
        yield name, str(value)[:LONGEST_PARAMETER]
    for name, value in version.window.items():
        yield f"window.{name}", str(value)


def _metrics(version: VersionCard) -> Iterator[tuple[str, float]]:
    yield from version.metrics.items()
    for model, figures in version.models.items():
        for measure, value in figures.items():
            yield f"{model}.{measure}", value


def _curves(version: VersionCard) -> Iterator[CurvePoint]:
    for model, points in version.curves.items():
        for point in points:
            for measure, value in point.items():
                if measure != "step":
                    yield CurvePoint(f"{model}.{measure}", int(point["step"]), value)


def _flat(tree: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    for name, value in tree.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}", value


def _table(head: tuple[str, ...], rows: Any) -> str:
    lines = [head, ("---",) * len(head), *rows]
    return "\n".join(f"| {' | '.join(map(str, line))} |" for line in lines)


def _format(value: Any) -> str:
    return f"{value:.4g}" if isinstance(value, float) else str(value)
