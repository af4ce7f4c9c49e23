"""Where new items are placed, worked out beside the looks for what is new.

It takes seconds of a long catalog, in which a look would find nothing else: no version, no card.
"""

import logging
import threading

from omakase_service.serving.engine import PlacedItems, Version, empty_places

log = logging.getLogger("omakase.serving")


class PlacesBuilder:
    """Empty places among the items of the version that answers, made in a thread of their own.

    For one caller at a time.
    """

    def __init__(self) -> None:
        self._opened: Version | None = None
        self._places: PlacedItems | None = None
        self._thread: threading.Thread | None = None

    def begin(self, opened: Version) -> None:
        """Work out the places of a version, unless that was begun; those of another are let go."""
        if opened is self._opened:
            return
        self._opened, self._places = opened, None
        self._thread = threading.Thread(
            target=self._build, args=(opened,), name="omakase-places", daemon=True
        )
        self._thread.start()

    def ready(self, opened: Version) -> PlacedItems | None:
        """The places of a version; None where they are not worked out yet, or cannot be."""
        return self._places if opened is self._opened else None

    def join(self) -> None:
        """Wait until what was begun has ended."""
        if self._thread is not None:
            self._thread.join()

    def _build(self, opened: Version) -> None:
        try:
            placed = empty_places(opened)
        except Exception:  # new items are in everybody's lists all the same
            log.exception("new items cannot be placed among those of the version")
            return
        if opened is self._opened:
            self._places = placed
