"""The version beside the live one that was looked at last, which stays open for the next look."""

from collections.abc import Callable
from dataclasses import dataclass
from weakref import ref

from omakase_service.serving.engine import LiveRecommender


@dataclass(frozen=True)
class _Opened:
    name: str
    beside: "ref[LiveRecommender]"
    recommender: LiveRecommender


class VersionBeside:
    """Keeps one version, while what answers is the value that it was opened beside.

    What answers is replaced whenever the catalog or the live version changes; so what is kept
    knows as much of both as what answers does.
    """

    def __init__(self) -> None:
        self._opened: _Opened | None = None

    def opened(
        self, name: str, live: LiveRecommender, load: Callable[[], LiveRecommender]
    ) -> LiveRecommender:
        """The version of that name, loaded where it is not the one that is kept."""
        cached = self._opened
        if cached and cached.name == name and cached.beside() is live:
            return cached.recommender
        self._opened = None  # so that never two are in memory beside the live one
        loaded = load()
        self._opened = _Opened(name, ref(live), loaded)
        return loaded

    def forget(self) -> None:
        """Keep nothing."""
        self._opened = None
