"""`omakase dialog train`"""

from pathlib import Path
from typing import Annotated

import typer

from omakase_cli.boot import read_settings
from omakase_cli.console import show_json, show_table


def train(
    file: Annotated[
        Path,
        typer.Argument(exists=True, dir_okay=False, help="labelled messages, JSON or JSON Lines"),
    ],
    own: Annotated[
        bool, typer.Option("--own/--no-own", help="train on Omakase's own examples as well")
    ] = True,
    share: Annotated[
        float, typer.Option(min=0.05, max=0.5, help="of the messages, to judge by")
    ] = 0.2,
    seed: Annotated[int, typer.Option(min=0, help="of the split")] = 0,
    json: Annotated[bool, typer.Option("--json", help="for programs")] = False,
) -> None:
    """Train the model of messages on `[{"text": …, "intent": …, "tags": […]}]`; show its accuracy.

    It is judged on messages that it has not seen, then trained on all, and counts from the next
    start of the service, or within `chat.refresh_seconds`. Words that were learnt from talks stay.

    Example: `omakase dialog train messages.json`
    """
    from dataclasses import replace

    import numpy as np

    from omakase.dialog.training import (
        judge_dialog,
        load_dialog,
        own_messages,
        read_messages,
        save_dialog,
        split_messages,
        train_dialog,
    )

    messages = read_messages(file.read_bytes(), source=str(file))
    beside = own_messages() if own else []
    train_part, later = split_messages(messages, np.random.default_rng(seed), share=share)
    scores = judge_dialog(train_dialog([*beside, *train_part]), later)
    path = read_settings().data_folder / "dialog" / "model.npz"
    vocabulary = load_dialog(path).vocabulary if path.exists() else ()
    save_dialog(replace(train_dialog([*beside, *messages]), vocabulary=vocabulary), path)
    figures = {
        "messages": len(messages),
        "judged on": scores.messages,
        "intent accuracy": round(scores.accuracy, 4),
        "slot F1": None if scores.slot_f1 is None else round(scores.slot_f1, 4),
        "model": str(path),
    }
    if json:
        show_json({name.replace(" ", "_"): figure for name, figure in figures.items()})
        return
    rows = [(name, "" if figure is None else figure) for name, figure in figures.items()]
    show_table("Model of messages", ("", ""), rows)
