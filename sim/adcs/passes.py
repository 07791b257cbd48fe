"""Passes over the ground station, and which samples of them come down."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from sim.adcs.orbit import DAY_S, Orbit, Station, sidereal_angle, turn
from sim.draws import Floats

CADENCE_S: Final = 10.0
"""Time between the satellite's samples."""
MISSION_DAYS: Final = 15
LOWEST: Final = np.radians(5.0)
"""Elevation above which the station hears the satellite, rad."""
NOON_H: Final = 13.0
"""Hour of the day (UTC) between the three windows of the mornings and the three of the evenings."""


@dataclass(frozen=True, slots=True)
class Passes:
    """Samples that could be received.

    Attributes
    ----------
    times : (n,), s, ascending.
    number : pass that each belongs to, (n,), from 0.

    """

    times: Floats
    number: NDArray[np.int64]

    def take(self, rows: NDArray[np.int64]) -> "Passes":
        """Return some of the samples."""
        return Passes(self.times[rows], self.number[rows])


def passes(orbit: Orbit, station: Station, days: int = MISSION_DAYS) -> Passes:
    """Find the samples taken in view of the station during the first `days` days."""
    times = np.arange(0.0, days * DAY_S, CADENCE_S)
    fixed = turn(orbit.position(times), sidereal_angle(times))
    visible = np.flatnonzero(station.elevation(fixed) > LOWEST)
    number = np.cumsum(np.diff(visible, prepend=visible[:1]) > 1, dtype=np.int64)
    return Passes(times[visible], number)


def is_day(times: Floats) -> NDArray[np.bool_]:
    """Return whether `times` (n,) are in a window of the morning: by the clock, not by the light."""
    early: NDArray[np.bool_] = times % DAY_S < NOON_H * 3600.0
    return early


def receive(
    candidates: Passes, by_day: int, by_night: int, always: float, rng: np.random.Generator
) -> Passes:
    """Draw which samples come down; the one next to the time `always`, which is by day, does.

    Raises
    ------
    ValueError
        If fewer samples than asked for could be received.

    """
    early = is_day(candidates.times)
    sure = int(np.abs(candidates.times - always).argmin())
    days, nights = np.flatnonzero(early), np.flatnonzero(~early)
    if by_day > len(days) or by_night > len(nights):
        raise ValueError(f"{by_day} and {by_night} samples wanted of {len(days)} and {len(nights)}")
    chosen = rng.choice(days[days != sure], by_day - 1, replace=False)
    rows = np.concatenate([[sure], chosen, rng.choice(nights, by_night, replace=False)])
    return candidates.take(np.sort(rows))
