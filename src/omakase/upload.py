"""Vectors into an outside store: batches by its answers, tried again, taken up where it stopped.

A store is told rows in order and keeps them under a name of their own, so what was sent before a
break is not sent again; whoever searches goes on with the vectors from before until the switch.
"""

import hashlib
import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from pydantic import Field

from omakase.errors import StoreError
from omakase.types import Config, Progress, Rows, Vectors, silent


class UploadPlan(Config):
    """How vectors are sent."""

    first: int = Field(default=200, ge=1, description="vectors of the first batch")
    least: int = Field(default=20, ge=1, description="batches never become smaller")
    most: int = Field(default=1000, ge=1, description="batches never become larger")
    wanted_seconds: float = Field(
        default=1.0, gt=0, description="time of a batch that is aimed at; faster ones grow"
    )
    tries: int = Field(default=6, ge=1, description="times that a batch is sent before giving up")
    pause_seconds: float = Field(
        default=0.5, ge=0, description="pause after the first failure; doubled after each other"
    )


class UploadError(Exception):
    """A store that did not take a batch now and may take it in a while."""


class Store(Protocol):
    """An upload that is not yet searched."""

    def held(self) -> int:
        """How many rows have arrived; the first so many, but for the last batch."""
        ...

    def put(self, rows: Rows, vectors: Vectors) -> None:
        """Take rows; those that are there already are replaced.

        Raises:
            Unanswered: try again.
        """
        ...

    def switch(self) -> None:
        """From now on searches meet these vectors; what they met before is dropped."""
        ...


@dataclass(frozen=True)
class UploadResult:
    """What an upload did.

    Attributes:
        rows: in the store.
        sent: of them sent this time; fewer where a broken upload was taken up again.
        batches: sent, failures not counted.
        failures: batches that had to be sent again.
        last_batch: its size, that the answers led to.
    """

    rows: int
    sent: int
    batches: int
    failures: int
    last_batch: int


def labelled(name: str, label: str, longest: int = 10_000, joint: str = "-") -> str:
    """A name of at most `longest` letters that ends in a label, in place of an earlier one.

    Args:
        label: letters and digits, the last ones digits ("v20260304101500").
    """
    bare = re.sub(rf"{joint}v\d{{14,}}$", "", name)
    return f"{bare[: longest - len(joint) - len(label)]}{joint}{label}"


def digest(rows: Rows, vectors: Vectors) -> str:
    """Twelve signs that name these rows and vectors and no others."""
    checksum = hashlib.sha256(f"{vectors.shape} {vectors.dtype}".encode())
    checksum.update(np.ascontiguousarray(rows).data)
    checksum.update(np.ascontiguousarray(vectors).data)
    return checksum.hexdigest()[:12]


def upload(
    store: Store,
    rows: Rows,
    vectors: Vectors,
    plan: UploadPlan,
    *,
    progress: Progress = silent,
    pause: Callable[[float], None] = time.sleep,
    clock: Callable[[], float] = time.perf_counter,
) -> UploadResult:
    """Send what is missing, count, switch.

    Args:
        rows: (R,) distinct; sent in this order.
        vectors: (R, D).

    Raises:
        StoreError: a batch was not taken in `plan.tries`, or the count at the end is not R. What
            has arrived stays, and the next upload of the same vectors goes on from there.
    """
    start = at = max(0, min(store.held(), len(rows)) - plan.most)  # the last batch may have holes
    size, batches, failures = plan.first, 0, 0
    while at < len(rows):
        some = slice(at, at + size)
        began = clock()
        failed = _send(store, rows[some], vectors[some], plan, pause)
        at += len(rows[some])
        batches, failures = batches + 1, failures + failed
        size = _next_size(size, plan, clock() - began, failed)
        progress(at, len(rows), batch=float(size))
    existing = store.held()
    if existing != len(rows):
        raise StoreError(f"{existing} of {len(rows)} vectors arrived; the ones before are kept")
    store.switch()
    return UploadResult(existing, at - start, batches, failures, size)


def _send(
    store: Store, rows: Rows, vectors: Vectors, plan: UploadPlan, pause: Callable[[float], None]
) -> int:
    """How often the batch failed before it was taken."""
    for failed in range(plan.tries):
        try:
            store.put(rows, vectors)
        except UploadError as error:
            if failed + 1 == plan.tries:
                reason = f"the store did not take a batch in {plan.tries} tries: {error}"
                raise StoreError(reason) from error
            pause(plan.pause_seconds * 2**failed)
        else:
            return failed
    return plan.tries


def _next_size(size: int, plan: UploadPlan, seconds: float, failed: int) -> int:
    """Half after a failure or a slow answer, half as much again after a quick one."""
    if failed or seconds > 2 * plan.wanted_seconds:
        return max(plan.least, size // 2)
    if seconds < plan.wanted_seconds / 2:
        return min(plan.most, size + size // 2 + 1)
    return size
