"""Values of the app. No Django."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

BEAT_SECONDS = 15.0
"""Between two heart-beats of a process."""

AWAY_SECONDS = 4 * BEAT_SECONDS
"""A process that has been silent for so long has ended, or cannot reach the database."""

KEPT_SECONDS = 86_400
"""How long a process that fell silent is still listed; one that ends in order leaves at once."""


class NodeRole(StrEnum):
    """What a process is for."""

    SERVER = "server"
    GORSE = "gorse server"
    WORKER = "worker"


LiveName = Callable[[], str]
"""Name of the version that the process answers with; "" where it answers nobody."""


@dataclass(frozen=True, slots=True)
class NodeCard:
    """A process of the house, as it last said.

    Attributes:
        name: machine and number of the process, "web-1:4711".
        role: one of `NodeRole`, or one that a newer release knows.
        version: of the models that it answers with; "" of a worker.
        release: of Omakase.
        load: processes that want a core of its machine, the mean of a minute, for each core;
            None where the system does not say.
        is_away: it has been silent for too long.
    """

    name: str
    role: str
    version: str
    release: str
    load: float | None
    started: datetime
    seen: datetime
    is_away: bool
