"""One of several processes that fit a model together; `together` hands it its work in a folder.

Torchrun runs this file: `torchrun --nproc-per-node 2 member.py FOLDER`.
"""

import json
import os
import sys
from importlib import import_module
from pathlib import Path
from typing import Any, Final

if __name__ == "__main__":  # run as a file, Python looks for modules beside it
    sys.path[0] = str(Path(__file__).parents[3])

import numpy as np

from omakase.data.handover import read_dataset
from omakase.errors import OmakaseError
from omakase.types import Arrays, Config

ORDER: Final = "order.json"
ARRAYS: Final = "arrays.npz"
REFUSAL: Final = "refusal"
EPOCH: Final = "omakase-epoch "
"""How a line begins that tells of progress."""


def write_order(folder: Path, model: type[Any], config: Config, rng: np.random.Generator) -> None:
    """What is to be fitted, and from which chance."""
    order = {
        "module": model.__module__,
        "name": model.__qualname__,
        "config": config.model_dump(mode="json"),
        "chance": rng.bit_generator.state,
    }
    (folder / ORDER).write_text(json.dumps(order), encoding="utf-8")


def read_arrays(folder: Path) -> Arrays:
    """What the first process saved."""
    with np.load(folder / ARRAYS) as saved:
        return {name: saved[name] for name in saved.files}


def fit(folder: Path, rank: int, processes: int) -> None:
    """Fit with the others; the first one saves the arrays."""
    import torch

    torch.set_num_threads(max(1, _cores() // processes))
    order = json.loads((folder / ORDER).read_text(encoding="utf-8"))
    model: Any = getattr(import_module(order["module"]), order["name"])
    rng = np.random.default_rng()
    rng.bit_generator.state = order["chance"]
    config = model.config_type.model_validate(order["config"])
    try:
        fitted = model.fit(read_dataset(folder), config, rng=rng, progress=_tell)
    except OmakaseError as error:
        report = {"kind": type(error).__name__, "words": str(error)}
        (folder / f"{REFUSAL}-{rank}").write_text(json.dumps(report), encoding="utf-8")
        raise
    if rank == 0:
        np.savez(folder / ARRAYS, **fitted.arrays())


def _tell(done: int, total: int, **figures: float) -> None:
    report = {"done": done, "total": total, "figures": figures}
    sys.stdout.write(f"{EPOCH}{json.dumps(report)}\n")
    sys.stdout.flush()


def _cores() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def main() -> None:
    """Entry point of a process that torchrun has started."""
    rank, processes = (int(os.environ[name]) for name in ("RANK", "WORLD_SIZE"))  # noqa: TID251
    fit(Path(sys.argv[1]), rank, processes)


if __name__ == "__main__":
    main()
