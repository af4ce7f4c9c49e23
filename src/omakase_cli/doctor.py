"""`omakase doctor`"""

import time
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from omakase.errors import ConfigError, EmptyData, OmakaseError
from omakase_cli.boot import open_service, read_settings
from omakase_cli.console import out, remark, show_json
from omakase_cli.data.options import takes_read_options
from omakase_cli.error_output import REMARKS

if TYPE_CHECKING:
    from omakase.data.rows import ReadOptions
    from omakase.doctor import CheckInput, Finding

COLOURS = {"fault": "red", "warning": "yellow"}


@takes_read_options
def doctor(
    options: "ReadOptions",
    data: Annotated[
        Path | None, typer.Option(help="examine this file or folder, not what is stored")
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="for programs")] = False,
) -> None:
    """Say what is wrong with data, models and settings, and what to do about it.

    Exit code 3 where something is a fault; warnings alone are 0.

    Example: `omakase doctor --data ratings.csv`
    """
    findings = sorted(
        of_file(data, options) if data else of_service(), key=lambda finding: finding.grade
    )
    if json:
        show_json([asdict(finding) for finding in findings])
    for finding in () if json else findings:
        colour = COLOURS[finding.grade]
        out().print(f"{finding.grade}  ", style=colour, end="")
        out().print(finding.what)
        out().print(f"         {finding.advice}")
    if not findings:
        remark("Nothing is wrong.")
    if any(finding.grade == "fault" for finding in findings):
        raise typer.Exit(REMARKS)


def of_file(path: Path, options: "ReadOptions") -> list["Finding"]:
    """What is wrong with events that are not stored yet."""
    from omakase.data.readers import load
    from omakase.data.weighting import Weighting
    from omakase.doctor import CheckInput, Finding, examine

    loaded = load(path, options=options)
    now = int(time.time())
    findings = examine(CheckInput.of(loaded.dataset, weighting=Weighting(), now=now))
    if loaded.rejects:
        text = f"{len(loaded.rejects):,} rows cannot be read."
        advice = f"`omakase data validate {path}` says which, and why."
        findings.append(Finding("rejects", "warning", text, advice, len(loaded.rejects)))
    return findings


def of_service() -> Iterator["Finding"]:
    """What is wrong with settings, database, model and stored events; what can be looked at."""
    from omakase.doctor import Finding, examine

    try:
        from omakase_cli.checks import examine_settings

        yield from examine_settings(read_settings())
        open_service()
    except ConfigError as error:
        advice = "docs/settings.md lists every setting; `omakase init` writes them all down."
        yield Finding("settings", "fault", str(error), advice)
        return
    yield from of_access()
    yield from of_live_model()
    try:
        yield from examine(stored_case())
    except EmptyData:
        advice = "Import some: `omakase data import PATH`."
        yield Finding("no_events", "fault", "There is no event at all.", advice)


def of_access() -> Iterator["Finding"]:
    """Whether anybody may ask."""
    from omakase.doctor import Finding
    from omakase_service.platform.selectors import living_keys

    if not living_keys():
        advice = "Make one: `omakase key create NAME`."
        yield Finding("no_key", "warning", "No server key exists, so nobody may ask.", advice)


def of_live_model() -> Iterator["Finding"]:
    """Whether a model answers, can be read, and is better than popularity."""
    from omakase.doctor import Finding, examine_figures
    from omakase.registry import version_store
    from omakase_service.training.selectors import live_card
    from omakase_service.training.shared_versions import fetch_version

    card = live_card()
    if card is None:
        yield Finding("no_model", "fault", "No model is live.", "Train one: `omakase train`.")
        return
    try:
        folder = fetch_version(name=card.name)
        version = version_store(folder).open(card.name, verify="full")
        for name in version.models:
            version.model(name)
    except OmakaseError as error:
        text = f"The live version cannot be read: {error}."
        yield Finding("broken_model", "fault", text, "Train again: `omakase train`.")
    if card.table:
        yield from examine_figures(figures(card.table), card.best, measure=card.table["measure"])


def figures(table: Any) -> dict[str, Any]:
    """Model → measure → value, of a comparison."""
    return {line["model"]: line["figures"] for line in table["models"]}


def stored_case() -> "CheckInput":
    """The stored events, with the catalog and the declared kinds.

    Raises:
        EmptyData: there is none.
    """
    from omakase.data.plain import dataset_of
    from omakase.doctor import CheckInput
    from omakase_service.catalog.plain_rows import item_rows
    from omakase_service.events.selectors import newest_seq
    from omakase_service.training.selectors import training_lines

    data = dataset_of(training_lines(until=newest_seq()), items=item_rows())
    return CheckInput.of(data, weighting=declared_weights(), now=int(time.time()))


def declared_weights() -> Any:
    """What each kind of event counts, as the store has it."""
    from omakase_service.events.engine import weighting_of
    from omakase_service.events.selectors import kinds

    return weighting_of(kinds())
