"""Names to classes: the one place that knows every implementation.

A new algorithm touches two files: its own, and the line it gets here.
"""

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

from omakase.artifacts.versions import VersionStore
from omakase.index.exact import ExactIndex
from omakase.models.biased_mf import BiasedMf
from omakase.models.bpr import Bpr
from omakase.models.ease import Ease
from omakase.models.ials import Ials
from omakase.models.popular import Popular
from omakase.models.pure_svd import PureSvd
from omakase.protocols import Model, VectorIndex

MODELS: Mapping[str, type[Model[Any]]] = MappingProxyType(
    {
        "biased_mf": BiasedMf,
        "bpr": Bpr,
        "ease": Ease,
        "ials": Ials,
        "popular": Popular,
        "pure_svd": PureSvd,
    }
)
INDEXES: Mapping[str, type[VectorIndex]] = MappingProxyType(
    {
        "exact": ExactIndex,
    }
)


def version_store(folder: Path) -> VersionStore:
    """The versions in a folder, read with the models and indexes of this release."""
    return VersionStore(folder, MODELS, INDEXES)
