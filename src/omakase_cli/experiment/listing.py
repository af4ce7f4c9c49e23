"""`omakase experiment list`"""

from typing import Annotated

import typer

from omakase_cli.boot import open_service
from omakase_cli.console import show_json, show_table


def list_experiments(
    json: Annotated[bool, typer.Option("--json", help="for programs")] = False,
) -> None:
    """List experiments, the newest first."""
    open_service()
    from omakase_service.experiments.selectors import experiments

    cards = experiments()
    if json:
        show_json(
            [
                {
                    "name": card.name,
                    "place": card.design.place,
                    "state": card.state.value,
                    "variants": [variant.name for variant in card.design.variants],
                    "started": card.started,
                    "winner": card.winner,
                }
                for card in cards
            ]
        )
        return
    rows = [
        (
            card.name,
            card.design.place,
            card.state.value,
            ", ".join(variant.name for variant in card.design.variants),
            card.started,
            card.winner,
        )
        for card in cards
    ]
    show_table("", ("name", "placement", "state", "variants", "started", "winner"), rows)
