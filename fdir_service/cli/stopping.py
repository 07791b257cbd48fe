"""Stopping a verb that runs until it is told to end."""

import signal
from collections.abc import Callable
from types import FrameType


def stop_signal() -> Callable[[], bool]:
    """Return what tells whether SIGINT or SIGTERM has come since."""
    stopping: list[int] = []

    def stop(number: int, frame: FrameType | None) -> None:  # noqa: ARG001
        stopping.append(number)

    for kind in (signal.SIGINT, signal.SIGTERM):
        signal.signal(kind, stop)
    return lambda: bool(stopping)
