"""Work in a process of its own, which takes the memory that it needed with it."""

from collections.abc import Callable
from multiprocessing import get_context
from typing import Any

from omakase.errors import ConfigError, OmakaseError

FRESH = get_context("spawn")
"""A fork would take open connections along, and whatever was imported."""


def run_apart(work: Callable[[], object]) -> None:
    """Call a function of a module in a fresh process, and wait for its end.

    Raises:
        ConfigError: what the function refused, in its words.
        SystemExit: the process ended otherwise; it said why itself.
    """
    receiver, sender = FRESH.Pipe(duplex=False)
    process = FRESH.Process(target=_attempt, args=(work, sender))
    process.start()
    sender.close()  # so that the end of the process is the end of the pipe
    try:
        refusal = receiver.recv()
    except EOFError:
        refusal = ""
    process.join()
    if refusal:
        raise ConfigError(refusal)
    if process.exitcode:
        raise SystemExit(process.exitcode)


def _attempt(work: Callable[[], object], sender: Any) -> None:
    try:
        work()
    except OmakaseError as error:
        sender.send(str(error))
