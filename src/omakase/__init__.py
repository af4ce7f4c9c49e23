"""Omakase, the engine: arrays in, arrays out. No web, database, printing or global state.

What a notebook needs lies here, imported when it is first asked for.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from omakase.build.trainable import contenders
    from omakase.build.version import BuildPlan, build_version
    from omakase.data.dataset import Dataset
    from omakase.data.readers.frames import load_frames
    from omakase.data.readers.load import load
    from omakase.data.splits import by_time, leave_one_out
    from omakase.evaluate.compare import compare
    from omakase.serve.recommender import Recommender

__all__ = [
    "BuildPlan",
    "Dataset",
    "Recommender",
    "build_version",
    "by_time",
    "compare",
    "contenders",
    "leave_one_out",
    "load",
    "load_frames",
]

_HOMES = {
    "BuildPlan": "omakase.build.version:BuildPlan",
    "Dataset": "omakase.data.dataset:Dataset",
    "Recommender": "omakase.serve.recommender:Recommender",
    "build_version": "omakase.build.version:build_version",
    "by_time": "omakase.data.splits:by_time",
    "compare": "omakase.evaluate.compare:compare",
    "contenders": "omakase.build.trainable:contenders",
    "leave_one_out": "omakase.data.splits:leave_one_out",
    "load": "omakase.data.readers.load:load",
    "load_frames": "omakase.data.readers.frames:load_frames",
}


def __getattr__(name: str) -> Any:
    """Import what is asked for, so that `import omakase` costs nothing.

    Raises:
        AttributeError: there is no such name.
    """
    if name not in _HOMES:
        raise AttributeError(f"module 'omakase' has no attribute {name!r}")
    module, _, attribute = _HOMES[name].partition(":")
    return getattr(import_module(module), attribute)
