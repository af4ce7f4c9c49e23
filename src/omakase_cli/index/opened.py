"""What the commands about indexes share: a version, and people to ask with."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from omakase_cli.boot import open_service
from omakase_cli.console import remark

if TYPE_CHECKING:
    from omakase.artifacts.version import Version
    from omakase.build.index import IndexCheck
    from omakase.types import Rows

PEOPLE = 1_000
HIDDEN = ("url",)
"""Knobs that may hold a password."""


def open_version(name: str | None) -> "Version":
    """The version of that name, or the live one.

    Raises:
        NotReady: none is named and none is live.
        NotFound: no version of that name.
    """
    open_service()
    from omakase.registry import version_store
    from omakase_service.platform.exceptions import NotReady
    from omakase_service.training.selectors import live_version, version_by_name
    from omakase_service.training.shared_versions import fetch_version

    chosen = version_by_name(name=name).name if name else live_version()
    if chosen is None:
        raise NotReady("no version is live")
    return version_store(fetch_version(name=chosen)).open(chosen)


def people(version: "Version") -> "list[Rows]":
    """Histories from what was last trained on; made up where that is gone."""
    import numpy as np

    from omakase.build.index import histories, made_up
    from omakase.data.snapshot import read_snapshot
    from omakase.errors import DataError
    from omakase_service.training.versions import snapshot_folder

    rng = np.random.default_rng(0)
    try:
        data = read_snapshot(snapshot_folder(), verify=False)
    except DataError:
        remark("No events are at hand: measured with people made up.")
        return made_up(version.n_items, PEOPLE, rng)
    return histories(data, version.ids, PEOPLE, rng)


def public_knobs(knobs: Mapping[str, Any]) -> dict[str, Any]:
    """Knobs of an index that everybody may see."""
    return {name: value for name, value in knobs.items() if name not in HIDDEN}


def check_line(found: "IndexCheck") -> str:
    """What was found, in a line."""
    quality = found.quality
    return (
        f"{found.held:,} of {found.expected:,} vectors; recall@{quality.k} {quality.recall:.3f}, "
        f"{quality.milliseconds:.2f} ms a search (99 of 100 under "
        f"{quality.slow_milliseconds:.2f} ms), {quality.questions} people asked"
    )
