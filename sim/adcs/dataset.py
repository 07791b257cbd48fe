"""ADCS telemetry shaped as the DCLOP paper's (section 5.2.2): 793 rows of 27 parameters, in passes.

Orbit and satellite are the same in every data set; libration, spin, noise, received samples and anomalies
follow from the seed. So another seed is a novel simulation of the same satellite.
"""

from dataclasses import dataclass
from enum import IntEnum
from typing import Final

import numpy as np
from numpy.typing import NDArray

from sim.adcs.anomalies import RARE_TIME, ZEROS, AnomalySet, Kind, apply, draw
from sim.adcs.attitude import Attitude
from sim.adcs.environment import angular_rate, surroundings
from sim.adcs.orbit import Orbit, Station
from sim.adcs.passes import Passes, is_day, passes, receive
from sim.adcs.sensors import NAMES, UNITS, Satellite, Truth
from sim.adcs.thermal import heat, temperatures
from sim.draws import Floats

DAY_ROWS: Final = 382
NIGHT_ROWS: Final = 400
"""Nominal rows of the paper."""

_WARM_UP_ORBITS: Final = 3
_STEP_S: Final = 30.0
"""Step of the temperatures."""


class _Purpose(IntEnum):
    ATTITUDE, RECEPTION, NOISE, ANOMALIES, CHANGES = range(5)


@dataclass(frozen=True, slots=True)
class Telemetry:
    """Rows that were received, in the order of time.

    Attributes
    ----------
    times : (n,), ns since `sim.adcs.orbit.EPOCH`.
    values : (n, 27), in `units`.
    names, units : of the 27 parameters.
    is_day : (n,), whether the row is of a morning's window, by the clock.
    number : (n,), which pass it is of.
    kinds : (n,), what is wrong with it, a `Kind`.

    """

    times: NDArray[np.int64]
    values: Floats
    names: tuple[str, ...]
    units: tuple[str, ...]
    is_day: NDArray[np.bool_]
    number: NDArray[np.int64]
    kinds: NDArray[np.str_]

    @property
    def labels(self) -> NDArray[np.bool_]:
        """Whether each row is anomalous, (n,)."""
        anomalous: NDArray[np.bool_] = self.kinds != Kind.NOMINAL
        return anomalous


def generate(seed: int, anomalies: AnomalySet = AnomalySet.PAPER, satellite: int = 0) -> Telemetry:
    """Simulate 15 days of one satellite.

    Parameters
    ----------
    seed : non-negative; equal seeds give equal data, and the same rows whatever the anomalies.
    anomalies : which set; the paper's has 11 rows of 793, the harder one 24.
    satellite : whose sensor errors.

    """
    orbit = Orbit()
    attitude = Attitude.draw(_rng(seed, _Purpose.ATTITUDE))
    # Five zero readings in each half, and the rare event, come on top of the nominal rows.
    wanted = (DAY_ROWS + ZEROS + 1, NIGHT_ROWS + ZEROS)
    rows = receive(passes(orbit, Station()), *wanted, RARE_TIME, _rng(seed, _Purpose.RECEPTION))
    truth = _truth(orbit, attitude, rows)
    values = Satellite(satellite).measure(truth, _rng(seed, _Purpose.NOISE))
    kinds = _put(anomalies, values, rows, seed)
    times = np.rint(rows.times * 1e9).astype(np.int64)
    return Telemetry(times, values, NAMES, UNITS, is_day(rows.times), rows.number, kinds)


def _truth(orbit: Orbit, attitude: Attitude, rows: Passes) -> Truth:
    around = surroundings(orbit, attitude, rows.times)
    return Truth(
        field=around.field,
        rate=np.degrees(angular_rate(orbit, attitude, rows.times)),
        irradiance=around.irradiance,
        nadir=around.nadir,
        temperature=_temperatures(orbit, attitude, rows),
    )


def _temperatures(orbit: Orbit, attitude: Attitude, rows: Passes) -> Floats:
    """Integrate from some orbits before each pass, all passes at once; what was before is forgotten."""
    known, first = np.unique(rows.number, return_index=True)
    starts = rows.times[first] - _WARM_UP_ORBITS * orbit.period
    longest = max(np.ptp(rows.times[rows.number == number]) for number in known)
    steps = int((_WARM_UP_ORBITS * orbit.period + longest) / _STEP_S) + 2
    grid = starts + _STEP_S * np.arange(steps)[:, None]
    absorbed = heat(surroundings(orbit, attitude, grid.ravel())).reshape(*grid.shape, 6)
    found = temperatures(absorbed, _STEP_S)
    place = np.searchsorted(known, rows.number)
    at = (rows.times - starts[place]) / _STEP_S
    step = at.astype(np.int64)
    share = (at - step)[:, None]
    between: Floats = (1 - share) * found[step, place] + share * found[step + 1, place]
    return between


def _put(which: AnomalySet, values: Floats, rows: Passes, seed: int) -> NDArray[np.str_]:
    """Put the anomalies into `values`; return what is wrong with each row."""
    kinds = np.full(len(values), Kind.NOMINAL.value, dtype="U32")
    places = draw(which, rows, _rng(seed, _Purpose.ANOMALIES))
    rng = _rng(seed, _Purpose.CHANGES)
    # The latest first: what is frozen keeps a sound value.
    for place in sorted(places, key=lambda place: -place.row):
        apply(place, values, rows, rng)
        kinds[place.row] = place.kind.value
    return kinds


def _rng(seed: int, purpose: _Purpose) -> np.random.Generator:
    return np.random.default_rng((seed, purpose))
