"""`omakase dialog adapt`"""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from omakase_cli.boot import read_settings
from omakase_cli.console import remark, show_json


def adapt(
    file: Annotated[
        Path,
        typer.Argument(
            exists=True, dir_okay=False, help='JSON Lines: {"answer": …, "rewording": …}'
        ),
    ],
    base: Annotated[
        Path,
        typer.Option(exists=True, file_okay=False, help="folder of a causal model of Transformers"),
    ],
    to: Annotated[Path | None, typer.Option(help="folder of the adapter")] = None,
    epochs: Annotated[int, typer.Option(min=1)] = 3,
    rank: Annotated[int, typer.Option(min=1, max=256, help="of the adapter's matrices")] = 8,
    rate: Annotated[float, typer.Option(min=1e-7, max=1.0, help="of learning")] = 2e-4,
    batch: Annotated[int, typer.Option(min=1)] = 8,
    seed: Annotated[int, typer.Option(min=0)] = 0,
    save_every: Annotated[int, typer.Option(min=1, help="steps between two checkpoints")] = 50,
    json: Annotated[bool, typer.Option("--json", help="for programs")] = False,
) -> None:
    """Train a language model of your own to reword answers (LoRA); needs the extra `chat`.

    A run that was broken off goes on from its last checkpoint: give the same command again. Set
    `chat.local_model` and `chat.local_adapter`, and what it writes is shown where it is true.

    Example: `omakase dialog adapt pairs.jsonl --base models/small --to var/adapter`
    """
    try:
        from omakase.deep.train.rewriter import AdapterPlan, read_pairs, train_adapter
    except ModuleNotFoundError as error:
        raise typer.BadParameter(
            f"{error.name} is not installed: pip install 'omakase-recsys[chat]'"
        ) from error
    target = to or read_settings().data_folder / "dialog" / "adapter"
    plan = AdapterPlan(
        epochs=epochs,
        rank=rank,
        learning_rate=rate,
        batch=batch,
        seed=seed,
        save_every=save_every,
    )
    pairs = read_pairs(file.read_bytes(), source=str(file))
    report = train_adapter(base, pairs, target, plan)
    if json:
        show_json({**asdict(report), "adapter": str(target)})
        return
    went_on = f", from step {report.resumed_at} on" if report.resumed_at else ""
    remark(f"{report.pairs} pairs, {report.steps} steps{went_on}; the adapter is in {target}")
    remark(f"loss a token: {report.first_loss:.3f} at first, {report.last_loss:.3f} at last")
