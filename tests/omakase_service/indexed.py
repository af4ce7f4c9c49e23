"""Gives a trained version an index in a Qdrant server, as one is served that has it."""

import shutil
from pathlib import Path

import numpy as np

from omakase.artifacts.version import VersionPart
from omakase.index.qdrant import QdrantConfig, QdrantIndex
from omakase.pipeline.config import PipelineConfig, SourceSpec
from omakase.registry import MODELS, version_store


def indexed_version(folder: Path, name: str, model: str, url: str) -> None:
    """Write the version anew under its name; `model` is looked up in the index "vectors"."""
    store = version_store(folder)
    before = store.open(name, verify="full")
    parts = {}
    for each in before.models:
        config = MODELS[each].config_type(**before.part_manifest("models", each).config)
        parts[each] = VersionPart(before.model(each), each, config)
    vectors = parts[model].plug.item_vectors()
    config = QdrantConfig(url=url)
    index = QdrantIndex.build(vectors, config, rng=np.random.default_rng(0))
    looked_up = SourceSpec(kind="indexed", config={"model": model, "index": "vectors"})
    fallback = SourceSpec(kind="fixed", config={"model": "popular"})
    own = PipelineConfig(name=model, sources=(looked_up,), fallback=fallback)
    kept = {key: PipelineConfig(**said) for key, said in before.pipelines.items()}
    made = store.create(
        ids=before.ids,
        items=before.items,
        created=before.manifest.created,
        models=parts,
        indexes={"vectors": VersionPart(Saved(index, vectors), "qdrant", config)},
        pipelines=kept | {model: own},
        name=f"{name}-indexed",
    )
    shutil.rmtree(folder / name)
    made.folder.rename(folder / name)


class Saved:
    """The index, whose vectors are at hand: they need not be fetched from the server."""

    def __init__(self, index: QdrantIndex, vectors: np.ndarray) -> None:
        self.index, self.vectors = index, vectors

    def arrays(self) -> dict[str, np.ndarray]:
        return {"rows": np.arange(len(self.vectors), dtype=np.int32), "vectors": self.vectors}
