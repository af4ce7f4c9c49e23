"""`omakase experiment create`"""

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from omakase_cli.boot import open_service
from omakase_cli.console import remark

WAY_OUT = "see `POST /api/experiments` in the documentation of the API for what there is"


def create(
    file: Annotated[
        Path | None, typer.Argument(exists=True, dir_okay=False, help="the design as JSON")
    ] = None,
    name: Annotated[str | None, typer.Option(help="never used again for another")] = None,
    place: Annotated[str | None, typer.Option(help="placement whose people take part")] = None,
    variants: Annotated[
        list[str] | None,
        typer.Option(
            "--variant",
            help='NAME, or NAME={"model": "ease"}: what its people get; the control first',
        ),
    ] = None,
    metrics: Annotated[
        list[str] | None,
        typer.Option("--metric", help="NAME[:KIND[:ROLE]], as ctr:ratio:guardrail"),
    ] = None,
    traffic: Annotated[float | None, typer.Option(help="share of people who take part")] = None,
    target: Annotated[int | None, typer.Option(help="people wanted a variant")] = None,
    days: Annotated[float | None, typer.Option(help="planned length")] = None,
    start: Annotated[bool, typer.Option("--start", help="start it at once")] = False,
) -> None:
    """Create a draft of an experiment, from a file, from options, or both.

    Options go before the file. Variants given by options share their people equally.

    Example: `omakase experiment create --name colours --place home --variant now
    --variant 'varied={"diversity": 0.5}' --metric clicks`
    """
    open_service()
    from pydantic import ValidationError

    from omakase_service.experiments.api import ExperimentCreate
    from omakase_service.experiments.services.lifecycle import create_experiment, start_experiment

    options = {
        "name": name,
        "place": place,
        "variants": _variants(variants or []),
        "metrics": [_metric(metric) for metric in metrics or []],
        "traffic": traffic,
        "target": target,
        "days": days,
    }
    design = _read(file) | {key: option for key, option in options.items() if option}
    try:
        experiment = ExperimentCreate.model_validate(design)
    except ValidationError as error:
        raise typer.BadParameter(f"{_problems(error.errors())}; {WAY_OUT}") from error
    card = create_experiment(name=experiment.name, design=experiment.design())
    if start:
        card = start_experiment(name=card.name)
    remark(f"Experiment {card.name} is {card.state}.")


def _read(file: Path | None) -> dict[str, Any]:
    if file is None:
        return {}
    try:
        design = json.loads(file.read_text(encoding="utf-8"))
    except ValueError as error:
        raise typer.BadParameter(f"{file} is no JSON: {error}") from error
    if not isinstance(design, dict):
        raise typer.BadParameter(f"{file} holds no JSON object")
    return design


def _variants(options: list[str]) -> list[dict[str, Any]]:
    return [{**_variant(option), "weight": 1 / len(options)} for option in options]


def _variant(option: str) -> dict[str, Any]:
    name, equals, placement = option.partition("=")
    try:
        return {"name": name, "placement": json.loads(placement) if equals else {}}
    except ValueError as error:
        raise typer.BadParameter(f"variant {name!r}: {placement!r} is no JSON") from error


def _metric(option: str) -> dict[str, str]:
    return dict(zip(("name", "kind", "role"), option.split(":"), strict=False))


def _problems(errors: list[Any]) -> str:
    """What is wrong, and where, one after the other."""
    return "; ".join(f"{'.'.join(map(str, error['loc']))}: {error['msg']}" for error in errors)
