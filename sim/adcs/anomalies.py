"""Anomalies of the ADCS: those of the DCLOP paper (section 5.2.2), and harder ones."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import numpy as np
from numpy.typing import NDArray

from sim.adcs.passes import Passes, is_day
from sim.adcs.sensors import MAG1, MAG2, SUN
from sim.draws import Floats


class AnomalySet(StrEnum):
    """Which anomalies a data set has."""

    NONE = "none"
    PAPER = "paper"
    HARDER = "harder"


class Kind(StrEnum):
    """What is wrong with a row."""

    NOMINAL = "nominal"
    RARE = "rare_event"
    ZERO = "zero_magnetometers"
    AXIS_ZERO = "axis_zero"
    AXIS_FROZEN = "axis_frozen"
    SIGN_FLIP = "sign_flip"
    GAIN = "gain_0.8"
    AXES_SWAPPED = "axes_swapped"
    SUN_STUCK = "sun_sensor_stuck"


RARE_READING: Final = (66.05, -133.25, -234.32)
"""MAG2 in the paper's rare event, uT."""
RARE_TIME: Final = 4 * 86_400.0 + 10 * 3600.0 + 39 * 60.0 + 29.0
"""Of the rare event: 27 June 2017, 12:39:29 in the summer time of the station, s since the epoch."""
ZEROS: Final = 5
"""Zero readings by day, and as many by night."""
HARDER: Final = (
    Kind.AXIS_ZERO,
    Kind.AXIS_FROZEN,
    Kind.SIGN_FLIP,
    Kind.GAIN,
    Kind.AXES_SWAPPED,
    Kind.SUN_STUCK,
)
EACH: Final = 2
"""Rows of each harder kind by day, and as many by night."""
WEAK_GAIN: Final = 0.8


@dataclass(frozen=True, slots=True)
class Place:
    """Where an anomaly goes."""

    row: int
    kind: Kind


def draw(which: AnomalySet, rows: Passes, rng: np.random.Generator) -> list[Place]:
    """Draw the rows of the anomalies."""
    if which is AnomalySet.NONE:
        return []
    rare = int(np.abs(rows.times - RARE_TIME).argmin())
    # What is frozen keeps a value of the pass before, which the rows of the first pass do not have.
    free = np.flatnonzero((rows.number > rows.number[0]) & (np.arange(len(rows.times)) != rare))
    early = is_day(rows.times[free])
    halves = (free[early], free[~early])
    if which is AnomalySet.PAPER:
        return [Place(rare, Kind.RARE), *_spread([Kind.ZERO] * ZEROS, halves, rng)]
    return list(_spread([kind for kind in HARDER for _ in range(EACH)], halves, rng))


def _spread(
    kinds: list[Kind], halves: tuple[NDArray[np.int64], ...], rng: np.random.Generator
) -> Iterator[Place]:
    for half in halves:
        chosen = rng.choice(half, len(kinds), replace=False)
        yield from (Place(int(row), kind) for row, kind in zip(chosen, kinds, strict=True))


def apply(place: Place, values: Floats, rows: Passes, rng: np.random.Generator) -> None:
    """Change one row of `values` (n, 27); rows before it in time are still as they were."""
    row, mag = values[place.row], (MAG1, MAG2)[rng.integers(2)]
    axis = mag.start + int(rng.integers(3))
    before = values[np.flatnonzero(rows.number < rows.number[place.row])[-1]]
    match place.kind:
        case Kind.RARE:
            row[MAG2] = RARE_READING
        case Kind.ZERO:
            row[MAG1] = row[MAG2] = 0.0
        case Kind.AXIS_ZERO:
            row[axis] = 0.0
        case Kind.AXIS_FROZEN:
            row[axis] = before[axis]
        case Kind.SIGN_FLIP:
            row[axis] = -row[axis]
        case Kind.GAIN:
            row[mag] *= WEAK_GAIN
        case Kind.AXES_SWAPPED:
            _swap(row[mag], axis - mag.start)
        case _:
            row[SUN] = before[SUN]


def _swap(triad: Floats, kept: int) -> None:
    """Swap the two axes of `triad` (3,) beside `kept`."""
    first, second = (kept + 1) % 3, (kept + 2) % 3
    triad[[first, second]] = triad[[second, first]]
