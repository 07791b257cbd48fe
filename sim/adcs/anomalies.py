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
LEAST_CHANGE: Final = 1.0
"""uT that a harder anomaly of a magnetometer changes at least, if it can: several times the noise."""


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
    """Change one row of `values` (n, 27); rows before it in time are still as they were.

    Which magnetometer and axis is drawn from those where the change is at least `LEAST_CHANGE`: of an axis
    that reads next to nothing neither a zero nor a flipped sign can be told.
    """
    row = values[place.row]
    before = values[np.flatnonzero(rows.number < rows.number[place.row])[-1]]
    order = rng.permutation(6)
    changed = np.array([_changed(place.kind, row, before, (MAG1, MAG2)[k // 3], k % 3) for k in order])
    sizes = np.abs(changed - row).max(axis=1)
    values[place.row] = changed[np.minimum(sizes, LEAST_CHANGE).argmax()]


def _changed(kind: Kind, row: Floats, before: Floats, mag: slice, axis: int) -> Floats:
    """Return `row` (27,) with something wrong; `before` is a row of the pass before."""
    out = row.copy()
    column = mag.start + axis
    match kind:
        case Kind.RARE:
            out[MAG2] = RARE_READING
        case Kind.ZERO:
            out[MAG1] = out[MAG2] = 0.0
        case Kind.AXIS_ZERO:
            out[column] = 0.0
        case Kind.AXIS_FROZEN:
            out[column] = before[column]
        case Kind.SIGN_FLIP:
            out[column] = -row[column]
        case Kind.GAIN:
            out[mag] *= WEAK_GAIN
        case Kind.AXES_SWAPPED:
            others = [mag.start + (axis + 1) % 3, mag.start + (axis + 2) % 3]
            out[others] = row[others[::-1]]
        case _:
            out[SUN] = before[SUN]
    return out
