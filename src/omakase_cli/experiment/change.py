"""`omakase experiment start`, `pause` and `complete`"""

from typing import Annotated

import typer

from omakase_cli.boot import open_service
from omakase_cli.console import remark

Name = Annotated[str, typer.Argument(help="as `omakase experiment list` shows it")]


def start(name: Name) -> None:
    """Start a draft, or resume a paused experiment.

    Example: `omakase experiment start colours`
    """
    open_service()
    from omakase_service.experiments.services.lifecycle import start_experiment

    remark(f"Experiment {name} is {start_experiment(name=name).state}.")


def pause(name: Name) -> None:
    """Pause an experiment: everybody gets what is usual.

    Example: `omakase experiment pause colours`
    """
    open_service()
    from omakase_service.experiments.services.lifecycle import pause_experiment

    remark(f"Experiment {name} is {pause_experiment(name=name).state}.")


def complete(
    name: Name,
    winner: Annotated[str, typer.Option(help="the variant to go on with; none by default")] = "",
    adopt: Annotated[
        bool, typer.Option(help="let what the winner says hold at the placement from now on")
    ] = True,
) -> None:
    """End an experiment for ever; its placement gets what the winner says.

    Example: `omakase experiment complete colours --winner varied`
    """
    open_service()
    from omakase_service.experiments.services.lifecycle import complete_experiment

    remark(
        f"Experiment {name} is {complete_experiment(name=name, winner=winner, adopt=adopt).state}."
    )
