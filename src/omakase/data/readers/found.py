"""A plain file, and what was seen of it."""

from dataclasses import dataclass

from omakase.data.readers.known import KnownFile
from omakase.data.rows import ReadOptions
from omakase.data.rows.packing import Member
from omakase.data.rows.sample import Sample


@dataclass(frozen=True)
class Found:
    """A plain file and what was seen of it.

    Attributes:
        member: where it lies, and how its owner calls it.
        options: how it is to be read.
        sample: its first rows.
        known: the well-known file that it is, if it is one.
    """

    member: Member
    options: ReadOptions
    sample: Sample
    known: KnownFile | None = None
