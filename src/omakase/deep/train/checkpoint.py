"""Unfinished training on disk: arrays alone, written whole or not at all."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from omakase.errors import ArtifactError

State = Mapping[str, NDArray[Any]]
NAME = "training.npz"


def save_checkpoint(state: State, folder: Path) -> None:
    """Write the state; a reader sees the old file or the new one, never half of one."""
    folder.mkdir(parents=True, exist_ok=True)
    fresh = folder / f"{NAME}.{os.getpid()}"
    with fresh.open("wb") as file:
        np.savez(file, **state)  # type: ignore[arg-type]
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(folder / NAME)


def load_checkpoint(folder: Path) -> State | None:
    """What `save_checkpoint` wrote; none where nothing was.

    Raises:
        ArtifactError: a file that does not open.
    """
    path = folder / NAME
    if not path.exists():
        return None
    try:
        with np.load(path, allow_pickle=False) as arrays:
            return dict(arrays)
    except (OSError, ValueError) as error:
        raise ArtifactError(f"{path}: {error}; delete it to start anew") from error


def remove_checkpoint(folder: Path) -> None:
    """Training is finished: nothing to take up again."""
    (folder / NAME).unlink(missing_ok=True)
