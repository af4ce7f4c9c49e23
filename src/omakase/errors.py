"""Everything the engine raises on purpose.

OmakaseError
├── DataError            the world handed us something unusable
│   ├── EmptyData        nothing left to learn from
│   │   └── OnlyRepeats  all that was to be predicted, people had had before
│   ├── UnknownIds       ids the catalog has never seen
│   ├── UnreadableFile   a file that is missing, empty or in a format nobody here reads
│   ├── MissingColumns   a table without the columns that it needs
│   ├── OutsideSupport   a policy does what the log never did
│   └── AmbiguousData    a file that can be read in two ways, of which its owner must choose one
├── UnknownName          no model, index, source or preset of that name
├── ConfigError          a configuration that contradicts itself
│   └── RuleError        a filter or boost that cannot be read, with the place
├── ArtifactError        a saved model cannot be read back
├── CapabilityError      a model was asked for something it does not offer
├── StoreError           an outside store does not take or hold what it was sent
├── ProcessFailed        a process that worked for this one ended before its work
├── TooLarge             the work would not fit into memory; refused before it starts
└── Cancelled            the caller asked to stop

A wrong argument from a programmer stays a ValueError or TypeError.
"""

from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from typing import ClassVar


class OmakaseError(Exception):
    """Root of the tree. `code` is stable: clients and tests match on it, never on the text."""

    code: ClassVar[str] = "omakase_error"


class DataError(OmakaseError):
    """The data cannot be used as it is."""

    code = "bad_data"


class EmptyData(DataError):
    """Nothing is left to learn from."""

    code = "empty_data"


class OnlyRepeats(EmptyData):
    """All that was to be predicted, people had had before, and repeats were not to count."""

    code = "only_repeats"

    def __init__(self, part: str, events: int) -> None:
        super().__init__(
            f"all {events:,} events of the {part} part are repeats of what their people had "
            "before, and repeats are not counted as right answers"
        )
        self.events = events


class UnknownIds(DataError):
    """Ids that the catalog has never seen."""

    code = "unknown_ids"

    def __init__(self, ids: Sequence[str]) -> None:
        super().__init__(f"{len(ids)} unknown ids, first: {list(ids[:3])}")
        self.ids = tuple(ids)


class UnreadableFile(DataError):
    """A file that is missing, empty, or in a format nobody here reads."""

    code = "unreadable_file"


class MissingColumns(DataError):
    """A table without the columns that it needs; the nearest of those that it has is suggested."""

    code = "missing_columns"
    SHOWN: ClassVar[int] = 20

    def __init__(self, place: str, missing: Sequence[str], present: Sequence[str]) -> None:
        listing = ", ".join(_legible(name) for name in present[: self.SHOWN])
        ellipsis = ", …" if len(present) > self.SHOWN else ""
        near = [n for name in missing for n in get_close_matches(name, present, n=1)]
        hint = f"; did you mean {near[0]!r}?" if near else ""
        super().__init__(
            f"{place}: no column {', '.join(missing)}; it has: {listing}{ellipsis}{hint}"
        )
        self.missing = tuple(missing)
        self.present = tuple(present)


class OutsideSupport(DataError):
    """A policy does what the log never did, so the log cannot tell what would come of it."""

    code = "outside_support"

    def __init__(self, unsupported: float) -> None:
        super().__init__(
            f"{unsupported:.1%} of what this policy would do has no chance in the log, so nothing "
            "there tells what would come of it. Let the logged policy draw (a share of 5 % for "
            "exploration will do) and log its probabilities, or judge a policy that keeps to what "
            "was shown."
        )
        self.unsupported = unsupported


class AmbiguousData(DataError):
    """A file that can be read in two ways; only its owner knows which is meant."""

    code = "ambiguous_data"


class UnknownName(OmakaseError):
    """No model, index, source or preset of that name; the nearest name is suggested."""

    code = "unknown_name"

    def __init__(self, kind: str, name: str, known: Iterable[str]) -> None:
        names = sorted(known)
        near = get_close_matches(name, names, n=1)
        hint = f"did you mean {near[0]!r}?" if near else f"known: {', '.join(names)}"
        super().__init__(f"no {kind} named {name!r}; {hint}")
        self.kind = kind
        self.name = name


class ConfigError(OmakaseError):
    """A configuration that contradicts itself."""

    code = "bad_config"


class RuleError(ConfigError):
    """A filter or boost that cannot be read or does not fit the catalog.

    Attributes:
        column: place in the rule's text, from 1.
        text: the rule.
    """

    code = "bad_rule"

    def __init__(self, reason: str, column: int, text: str) -> None:
        super().__init__(f"column {column}: {reason}")
        self.reason = reason
        self.column = column
        self.text = text


class ArtifactError(OmakaseError):
    """A saved model cannot be read back."""

    code = "bad_artifact"


class CapabilityError(OmakaseError):
    """A model was asked for something it does not offer."""

    code = "not_offered"


class StoreError(OmakaseError):
    """An outside store does not take, or does not hold, what it was sent; trying again is safe."""

    code = "store_error"


class ProcessFailed(OmakaseError):
    """A process that worked for this one was killed, or broke off, before its work was done."""

    code = "process_failed"


class TooLarge(OmakaseError):
    """The work would not fit into memory; refused before it starts."""

    code = "too_large"

    def __init__(self, what: str, needed_bytes: int, available_bytes: int) -> None:
        super().__init__(
            f"{what} needs about {needed_bytes / 2**30:.1f} GiB "
            f"and {available_bytes / 2**30:.1f} GiB are free"
        )
        self.needed_bytes = needed_bytes
        self.available_bytes = available_bytes


class Cancelled(OmakaseError):
    """The caller asked to stop; nothing half-done was kept."""

    code = "cancelled"


def _legible(name: str) -> str:
    """A name out of a file, which may be noise: in one line, and not too long."""
    return "".join(c if c.isprintable() else "?" for c in name[:40])
