"""`omakase evaluate`"""

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from omakase.errors import ConfigError, EmptyData
from omakase_cli.comparison import show_comparison
from omakase_cli.console import progress, remark, save_json
from omakase_cli.data.options import takes_read_options
from omakase_cli.trainable import contenders

if TYPE_CHECKING:
    from omakase.data.readers import LoadedData
    from omakase.data.rows import ReadOptions
    from omakase.data.splits import Split


class SplitName(StrEnum):
    """How events are parted into those learnt from and those asked about."""

    leave_one_out = "leave-one-out"
    time = "time"
    given = "given"


@takes_read_options
def evaluate(
    data: Annotated[Path, typer.Option(help="file or folder with events")],
    options: "ReadOptions",
    split: Annotated[
        SplitName | None,
        typer.Option(help="how the events are parted; by time where there are times"),
    ] = None,
    models: Annotated[str, typer.Option(help="names, separated by commas")] = "ease",
    k: Annotated[int, typer.Option(min=1, help="length of the lists")] = 10,
    seed: Annotated[int, typer.Option(min=0, help="the first of the seeds")] = 0,
    seeds: Annotated[int, typer.Option(min=1, help="how many seeds")] = 1,
    measure: Annotated[str, typer.Option(help="what the winner is best at")] = "ndcg",
    fade_days: Annotated[
        float | None, typer.Option(min=0.001, help="days after which an event counts 1/e")
    ] = None,
    as_served: Annotated[
        bool, typer.Option("--as-served", help="popularity answers people without a history")
    ] = False,
    repeats: Annotated[
        bool, typer.Option("--repeats", help="what people had before counts as a right answer")
    ] = False,
    knobs: Annotated[
        list[str] | None, typer.Option("--set", help="MODEL.KNOB=VALUE; may be repeated")
    ] = None,
    json: Annotated[Path | None, typer.Option(help="write the table here; - is stdout")] = None,
) -> None:
    """Compare models on events they have not seen, with popularity beside them.

    The whole catalog is ranked and nothing is sampled; intervals are 95 % by bootstrap. Where
    people take the same again (repeat consumption), --repeats counts it. Needs no database.

    Example: `omakase evaluate --data ratings.csv --split time --models ease,popular`
    """
    from omakase.data.readers import load
    from omakase.data.weighting import Weighting
    from omakase.evaluate.compare import compare

    field = contenders(models, knobs or [])
    loaded = load(data, weighting=Weighting(fade_days=fade_days), options=options)
    parts = cut(loaded, split or usual_split(loaded), seed)
    with progress("comparing") as hear:
        table = compare(
            field,
            parts,
            k=k,
            measure=measure,
            seeds=range(seed, seed + seeds),
            mask_seen=not repeats,
            as_served=as_served,
            progress=hear,
        )
    if json:
        save_json({"data": str(data), "seeds": seeds, "seed": seed, **table.to_dict()}, json)
    if str(json) != "-":
        show_comparison(table.to_dict())
    if loaded.rejects:
        remark(f"{len(loaded.rejects)} rows were left out; `omakase data validate {data}` says why")


def usual_split(loaded: "LoadedData") -> SplitName:
    """By time; where there are no times, each person's last event is asked about."""
    if loaded.timed:
        return SplitName.time
    remark("No times: each person's last event is asked about (--split leave-one-out).")
    return SplitName.leave_one_out


def cut(loaded: "LoadedData", how: SplitName, seed: int) -> "Split":
    """The events in parts.

    Raises:
        ConfigError: by time, where the data have no times.
        EmptyData: as given, where the data come in one piece.
    """
    import numpy as np

    from omakase.data import splits

    if how is SplitName.leave_one_out:
        return splits.leave_one_out(loaded.dataset)
    if how is SplitName.time:
        if not loaded.timed:
            raise ConfigError("These data have no times, only an order: --split leave-one-out.")
        return splits.by_time(loaded.dataset)
    if loaded.parts is None:
        raise EmptyData("These data come in one piece: --split time or --split leave-one-out.")
    return splits.published_split(loaded.dataset, loaded.parts, rng=np.random.default_rng(seed))
