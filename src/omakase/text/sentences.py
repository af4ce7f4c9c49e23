"""Texts to vectors by a sentence model on this machine; nothing is downloaded."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from omakase.errors import CapabilityError
from omakase.types import Vectors


def sentence_vectors(texts: Sequence[str], model: Path, *, batch: int = 64) -> Vectors:
    """(len(texts), D) float32 unit vectors by any sentence-transformers folder.

    Raises:
        CapabilityError: no such folder, or sentence-transformers is not installed.
    """
    if not model.is_dir():
        raise CapabilityError(f"no sentence model in {model}")
    try:
        from sentence_transformers import SentenceTransformer
    except ImportError as error:
        missing = (
            "sentence vectors need sentence-transformers: pip install 'omakase-recsys[embeddings]'"
        )
        raise CapabilityError(missing) from error
    encoder = SentenceTransformer(str(model), device="cpu", local_files_only=True)
    vectors = encoder.encode(
        list(texts), batch_size=batch, normalize_embeddings=True, show_progress_bar=False
    )
    return np.asarray(vectors, dtype=np.float32)
