"""What the rise detector looks at: smoothed temperatures now and some time ago, and two ages.

All of it is causal and in seconds, so that sampling periods may differ, and all of it can be computed on
board, sample by sample, by derived parameters of the kinds ``smoothed``, ``delayed``, ``at_least``,
``switched_on`` and ``seconds_since``.
"""

from dataclasses import dataclass
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray

from models.atmonsat.data import SENSORS, Day

Floats = NDArray[np.float64]

SMOOTHING_S: Final = 10.0
"""Time constant of the exponential smoothing of whole degrees."""
LAGS_S: Final = (0, 30, 60, 90, 150, 270, 570, 1170)
"""How long ago the smoothed temperatures are looked at."""
OFF_S: Final = 60.0
"""Converters that come on after at least so long count as restarted."""
GAP_S: Final = 30.0
"""What happened in a longer gap is not known."""
COLD_S: Final = 120.0
"""For so long after a start, a reboot or a gap nothing is judged."""


def seconds(day: Day) -> Floats:
    """Return the time of each sample (T,) since the first, s."""
    return np.asarray((day.times - day.times[0]) / np.timedelta64(1, "s"), np.float64)


def smoothed(times: Floats, values: Floats) -> Floats:
    """Return ``y += (1 - exp(-dt / tau)) (x - y)`` for the columns of `values` (T, n), y = x at the start."""
    weight = 1 - np.exp(-np.diff(times, prepend=times[0]) / SMOOTHING_S)
    found = values.copy()
    for k in range(1, len(found)):
        found[k] = found[k - 1] + weight[k] * (values[k] - found[k - 1])
    return found


def lagged(day: Day) -> Floats:
    """Return the smoothed temperatures (T, 8, 9) of each lag, degC.

    Each is the oldest sample not older than the lag; before there is one, the first.
    """
    times = seconds(day)
    values = smoothed(times, day.temperatures)
    return np.stack([values[np.searchsorted(times, times - lag)] for lag in LAGS_S], axis=1)


def ages(day: Day) -> Floats:
    """Return the seconds (T, 2) since the converters restarted and since the satellite did.

    Both count from the start of the file and from the end of a gap as well, for what was before is not known.
    """
    times = seconds(day)
    return np.stack([_since(times, _restarts(times, day.converters_on)), _since(times, day.reboot)], axis=1)


def channels(day: Day) -> Floats:
    """Return the detector's samples (T, 74): 9 temperatures of each lag in turn, then the two ages."""
    temperatures = lagged(day).reshape(len(day), len(LAGS_S) * SENSORS)
    return np.concatenate([temperatures, ages(day)], axis=1)


@dataclass(frozen=True, slots=True)
class RiseInputs:
    """What a filter sees of one file, computed once for all filters.

    Attributes
    ----------
    temperatures : (T, 8, 9) smoothed, of each lag, degC.
    ages : (T, 2) seconds since the converters restarted and since the satellite did.
    hours : time in which the file is judged.

    """

    temperatures: Floats
    ages: Floats
    hours: float

    @classmethod
    def of(cls, day: Day) -> Self:
        """Return the inputs of a file."""
        found = ages(day)
        period = float(np.median(np.diff(day.times)) / np.timedelta64(1, "h"))
        return cls(lagged(day), found, period * int(judged(found).sum()))


def judged(ages_: Floats) -> NDArray[np.bool_]:
    """Return where the satellite has been up for long enough (T,), of its `ages_` (T, 2)."""
    return np.asarray(ages_[:, 1] >= COLD_S)


def _restarts(times: Floats, on: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return the samples (T,) at which `on` becomes True after it was False for at least `OFF_S`."""
    change = np.diff(on, prepend=on[0])
    change[0] = True
    # The start of the run before: where `on` changes, that is the run which ends there.
    start = np.maximum.accumulate(np.where(change, np.arange(len(on)), 0))
    before = np.concatenate([start[:1], start[:-1]])
    found = change & on & (times - times[before] >= OFF_S)
    found[0] = False
    return np.asarray(found)


def _since(times: Floats, event: NDArray[np.bool_]) -> Floats:
    begins = event | (np.diff(times, prepend=-np.inf) > GAP_S)
    last = np.maximum.accumulate(np.where(begins, np.arange(len(times)), 0))
    return np.asarray(times - times[last])
