"""`omakase experiment results`"""

from dataclasses import asdict
from typing import Annotated

import typer

from omakase_cli.boot import open_service
from omakase_cli.console import show_json, show_table
from omakase_cli.language import Language


def results(
    name: Annotated[str, typer.Argument(help="as `omakase experiment list` shows it")],
    language: Annotated[Language, typer.Option(help="of the verdict")] = Language.en,
    json: Annotated[bool, typer.Option("--json", help="for programs")] = False,
) -> None:
    """Show where an experiment stands: the verdict, and every comparison behind it.

    Example: `omakase experiment results colours --language ko`
    """
    open_service()
    from omakase_service.experiments.services.analysis import experiment_results

    analysis = experiment_results(name=name, language=language.value)
    if json:
        show_json(asdict(analysis))
        return
    for sentence in analysis.verdict:
        typer.echo(sentence)
    rows = [
        (c.metric, c.variant, c.control_mean, c.treatment_mean, _lift(c.lift), f"{c.p_value:.3g}")
        for c in analysis.comparisons
    ]
    show_table("", ("metric", "variant", "control", "variant's", "lift", "p"), rows)


def _lift(lift: float | None) -> str:
    return "–" if lift is None else f"{lift:+.1%}"
