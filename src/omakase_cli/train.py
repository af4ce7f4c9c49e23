"""`omakase train`"""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from omakase_cli.boot import open_service
from omakase_cli.comparison import show_comparison
from omakase_cli.console import remark, show_json, steps
from omakase_cli.data.importing import bring_in
from omakase_cli.data.options import takes_read_options
from omakase_cli.data.reading import ignore_reading, show_reading
from omakase_cli.trainable import contenders

if TYPE_CHECKING:
    from omakase.data.rows import ReadOptions


@takes_read_options
def train(
    options: "ReadOptions",
    models: Annotated[
        str | None,
        typer.Option(help="names, separated by commas; default: the setting training.models"),
    ] = None,
    presets: Annotated[
        list[str] | None,
        typer.Option("--preset", help="settings of published quality, by name; may be repeated"),
    ] = None,
    knobs: Annotated[
        list[str] | None, typer.Option("--set", help="MODEL.KNOB=VALUE; may be repeated")
    ] = None,
    data: Annotated[Path | None, typer.Option(help="store this file or folder first")] = None,
    evaluate: Annotated[
        bool, typer.Option(help="judge first, and let the best model answer")
    ] = True,
    promote: Annotated[bool, typer.Option(help="make the version live")] = True,
    repeats: Annotated[
        bool | None,
        typer.Option(help="what people had before counts as a right answer, and is shown again"),
    ] = None,
    processes: Annotated[
        int | None,
        typer.Option(
            min=1, help="that train one net together, by torchrun; default: training.processes"
        ),
    ] = None,
    force: Annotated[
        bool, typer.Option("--force", help="make the version live even where it is withheld")
    ] = False,
    json: Annotated[bool, typer.Option("--json", help="for programs")] = False,
) -> None:
    """Train on every stored event: a new version, judged and made live.

    Servers that run take it up by themselves. A version whose figures are all zero, or whose
    events cannot be right, is kept and withheld; --force makes it live.

    Example: `omakase train --models ials,ease --set ials.factors=128`,
    or `omakase train --preset sasrec-strong`
    """
    settings = open_service()
    from omakase_service.training import services

    usual = [] if presets else settings.training.models
    chosen = contenders(models or ",".join(usual), knobs or [], presets or [])
    if data:
        bring_in(data, options, look=ignore_reading if json else show_reading)
    plan = {
        name: trainable.config.model_dump(mode="json", exclude_unset=True)
        for name, trainable in chosen.items()
    }
    with steps() as hear:
        version = services.train(
            models=plan,
            evaluate=evaluate,
            promote=promote,
            repeats=repeats,
            force=force,
            processes=processes,
            progress=hear,
        )
    if json:
        show_json(card(version))
        return
    if version.table:
        show_comparison(version.table)
    show_standing(version)


def show_standing(version: Any) -> None:
    """What came up in training, and whether the version answers."""
    for sentence in version.remarks:
        remark(sentence)
    if version.withheld and version.stage.value != "live":
        remark(f"Version {version.name} is withheld: {version.withheld}.")
        remark("What answered before goes on answering; --force makes this one live.")
        return
    for sentence in version.verdict.get("words", {}).get("en", ()):
        remark(sentence)
    if version.stage.value == "live":
        remark(f"Version {version.name} is live; {version.best} answers.")
    else:
        remark(f"Version {version.name} is a candidate. --force makes it live all the same.")


def card(version: Any) -> dict[str, Any]:
    """A version as plain values."""
    return {
        "version": version.name,
        "stage": version.stage.value,
        "best": version.best,
        "window": dict(version.window),
        "table": dict(version.table),
        "remarks": list(version.remarks),
        "withheld": version.withheld,
        "verdict": dict(version.verdict),
    }
