"""What is done first when a server is told to stop."""

import asyncio
import os
import signal
from collections.abc import Callable

import pytest
from tests.patience import PATIENCE_SECONDS

from omakase_service.http.shutdown import GracefulShutdown, before_stop


def stopped(work: Callable, *, signals: int = 1, apart: float | None = 0.01) -> list[str]:
    """What happened in a loop that was listening already, and then was told to stop."""
    happened: list[str] = []

    async def main() -> None:
        loop, over = asyncio.get_running_loop(), asyncio.Event()

        def hear() -> None:
            happened.append("heard")
            over.set()

        loop.add_signal_handler(signal.SIGTERM, hear)
        before_stop(lambda: work(happened))
        for _ in range(signals):
            os.kill(os.getpid(), signal.SIGTERM)
            if apart is not None:
                await asyncio.sleep(apart)
        await asyncio.wait_for(over.wait(), PATIENCE_SECONDS)
        loop.remove_signal_handler(signal.SIGTERM)

    asyncio.run(main())
    return happened


async def goodbye(happened: list[str]) -> None:
    await asyncio.sleep(0.05)
    happened.append("goodbye")


async def for_ever(happened: list[str]) -> None:
    await asyncio.sleep(1000)


async def broken(happened: list[str]) -> None:
    raise OSError("gone")


@pytest.mark.parametrize(
    ("work", "signals", "happened"),
    [(goodbye, 1, ["goodbye", "heard"]), (for_ever, 2, ["heard"])],
)
def test_the_work_comes_first_and_a_second_signal_does_not_wait(work, signals, happened):
    assert stopped(work, signals=signals) == happened


def test_two_signals_at_once_end_it_too():
    """As of Ctrl-C, which a worker hears itself and from its server: nothing has begun by then."""
    assert stopped(goodbye, signals=2, apart=None) == ["heard"]


def test_what_goes_wrong_does_not_keep_the_server_from_stopping():
    heard: list[str] = []

    async def main() -> None:
        leaving = GracefulShutdown(lambda: broken([]), lambda: heard.append("heard"))
        leaving()
        with pytest.raises(OSError, match="gone"):
            await leaving._under_way

    asyncio.run(main())
    assert heard == ["heard"]


def test_shutdown_without_listeners_changes_nothing():
    async def main() -> dict:
        before_stop(lambda: goodbye([]))
        return dict(asyncio.get_running_loop()._signal_handlers)

    assert signal.SIGTERM not in asyncio.run(main())
