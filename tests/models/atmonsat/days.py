"""Days that tests make up."""

from datetime import datetime, timedelta

import numpy as np

from models.atmonsat.data import Day, Injection
from models.atmonsat.scored import Scored

START = datetime(2022, 6, 8, 12)  # noqa: DTZ001  laboratory wall clock
PERIOD = 5.0


def day(temperatures: np.ndarray, scored: slice | None = None, name: str = "2022.06.08") -> Day:
    """Return a day with these temperatures (T, 9), every five seconds."""
    n = len(temperatures)
    times = np.datetime64(START, "ms") + np.arange(n) * np.timedelta64(int(PERIOD * 1000), "ms")
    nothing = np.zeros(n, np.bool_)
    inside = nothing.copy()
    if scored:
        inside[scored] = True
    return Day(name, times, temperatures, inside, nothing, nothing, ~nothing, "")


def calm(n: int, changes: tuple[int, ...] = ()) -> np.ndarray:
    """Return temperatures (n, 9) of which one moves at the given samples."""
    temperatures = np.full((n, 9), 40.0)
    for at in changes:
        temperatures[at:, 0] += 1
    return temperatures


def injection(sample: float, seconds: float = 30.0) -> Injection:
    """Return a pulse that starts at a sample."""
    start = START + timedelta(seconds=sample * PERIOD)
    return Injection(start, start + timedelta(seconds=seconds))


def scored(one: Day, scores: np.ndarray, threshold: float = 1.0, wait: int = 0) -> Scored:
    """Return scores that are known some samples later."""
    known = one.times[np.minimum(np.arange(len(one)) + wait, len(one) - 1)]
    return Scored("test", "ours", one, scores, threshold, known)
