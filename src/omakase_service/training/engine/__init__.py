"""The only door of this app to the engine. Plain Python on this side, arrays on the other."""

from omakase.artifacts.object_store import ObjectStore
from omakase.data.snapshot import user_ids
from omakase.errors import ArtifactError, StoreError
from omakase_service.training.engine.building import (
    build,
    checksum_and_size,
    describe_version,
    knobs_of,
    learns_from_lists,
    model_names,
    plan_of,
    update,
)
from omakase_service.training.engine.disk import damaged_versions, delete, delete_versions, discard
from omakase_service.training.engine.judging import (
    first_verdict_of,
    has_enough_events,
    judge_recipes,
    judge_versions,
    refresh_verdict_of,
)
from omakase_service.training.engine.snapshots import damaged_snapshot, export, exported_sequence

__all__ = [
    "DamagedVersion",
    "ObjectStore",
    "StoreError",
    "build",
    "checksum_and_size",
    "damaged_snapshot",
    "damaged_versions",
    "delete",
    "delete_versions",
    "describe_version",
    "discard",
    "export",
    "exported_sequence",
    "first_verdict_of",
    "has_enough_events",
    "judge_recipes",
    "judge_versions",
    "knobs_of",
    "learns_from_lists",
    "model_names",
    "plan_of",
    "refresh_verdict_of",
    "update",
    "user_ids",
]
DamagedVersion = ArtifactError
