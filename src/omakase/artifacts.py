"""A model on disk: arrays and one manifest; never a pickle."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from omakase.errors import ArtifactError
from omakase.protocols import Model
from omakase.types import Config

FORMAT = 1


def save(model: Model[Any], name: str, config: Config, folder: Path) -> None:
    """Write arrays, then the manifest; a folder without a manifest is not a model."""
    folder.mkdir(parents=True, exist_ok=True)
    np.savez(folder / "arrays.npz", **model.arrays())  # type: ignore[arg-type]
    manifest = {"format": FORMAT, "model": name, "config": config.model_dump(mode="json")}
    (folder / "manifest.json").write_text(json.dumps(manifest, indent=2, sort_keys=True))


def load(folder: Path, models: Mapping[str, type[Model[Any]]]) -> Model[Any]:
    """Read back what `save` wrote; `models` is usually `registry.MODELS`.

    Raises:
        ArtifactError: no manifest, an unknown model, or arrays that do not open.
    """
    try:
        manifest = json.loads((folder / "manifest.json").read_text())
        cls = models[manifest["model"]]
        with np.load(folder / "arrays.npz", allow_pickle=False) as arrays:
            return cls.from_arrays(dict(arrays), cls.config_type(**manifest["config"]))
    except (OSError, KeyError, ValueError) as error:
        raise ArtifactError(f"{folder}: {error}") from error
