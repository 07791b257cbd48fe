"""The 27 parameters of the ADCS, as its sensors read them.

Every sensor has errors that belong to the satellite and stay (bias, scale factor, misalignment), noise that
is new in every sample, and a smallest step.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from sim.adcs.environment import FACES
from sim.draws import Floats
from sim.sensors import Readings, SensorModel

_HARDWARE: Final = 0xADC5
"""Parts the draws of a satellite from those of a simulation."""
_AXES: Final = ("x", "y", "z")
NAMES: Final = (
    *(f"mag1.{axis}" for axis in _AXES),
    *(f"mag2.{axis}" for axis in _AXES),
    *(f"gyro.{axis}" for axis in _AXES),
    *(f"irrad.{face}" for face in FACES),
    *(f"sun.{axis}" for axis in _AXES),
    *(f"earth.{axis}" for axis in _AXES),
    *(f"temp.{face}" for face in FACES),
)
UNITS: Final = (*["uT"] * 6, *["deg/s"] * 3, *["W/m2"] * 6, *[""] * 6, *["degC"] * 6)

MAG1, MAG2, GYRO = slice(0, 3), slice(3, 6), slice(6, 9)
IRRADIANCE, SUN, EARTH, TEMPERATURE = slice(9, 15), slice(15, 18), slice(18, 21), slice(21, 27)

MAGNETOMETER_1: Final = SensorModel(0.12, 0.0, bias=0.3, scale=0.004, misalignment=0.01, step=0.073)
MAGNETOMETER_2: Final = SensorModel(0.2, 0.0, bias=0.5, scale=0.006, misalignment=0.015, step=0.073)
"""uT. HMC5883L class: 0.73 mG a bit, resolution 2 mG; errors are those left by a calibration."""
GYROSCOPE: Final = SensorModel(0.03, 0.0, bias=0.05, scale=0.01, misalignment=0.01, step=0.00763)
"""deg/s. MEMS class, 250 deg/s in 16 bits, averaged on board."""
EARTH_SENSOR: Final = SensorModel(0.01, 0.0, bias=0.003, scale=0.0, misalignment=0.005, step=0.001)

IRRADIANCE_NOISE: Final = 4.0
IRRADIANCE_STEP: Final = 2.0
"""W/m2"""
IRRADIANCE_SCALE: Final = 0.02
"""Error of the scale factor of one sensor, 1 sigma."""
DARK: Final = 40.0
"""Below this irradiance there is no sun vector, W/m2."""
VECTOR_STEP: Final = 0.001
TEMPERATURE_NOISE: Final = 0.15
TEMPERATURE_STEP: Final = 0.25
"""K"""


@dataclass(frozen=True, slots=True)
class Truth:
    """What there is to measure, (n, 3) and (n, 6), in body axes.

    Attributes
    ----------
    field : uT.
    rate : deg/s.
    irradiance : W/m2 on each face.
    nadir : direction to the Earth's centre.
    temperature : deg C of each face's panel.

    """

    field: Floats
    rate: Floats
    irradiance: Floats
    nadir: Floats
    temperature: Floats


class Satellite:
    """The errors of one satellite's sensors; `number` says which satellite."""

    def __init__(self, number: int = 0) -> None:
        rng = np.random.default_rng((number, _HARDWARE))
        models = (MAGNETOMETER_1, MAGNETOMETER_2, GYROSCOPE, EARTH_SENSOR)
        self._triads = [(model, _error(model, rng), rng.normal(0.0, model.bias, 3)) for model in models]
        self._scale = 1.0 + rng.normal(0.0, IRRADIANCE_SCALE, 6)

    def magnetometers(self, field: Floats, rng: np.random.Generator) -> tuple[Readings, Readings]:
        """Return what both magnetometers read of `field` (n, 3), uT."""
        return self._triad(0, field, rng), self._triad(1, field, rng)

    def measure(self, truth: Truth, rng: np.random.Generator) -> Floats:
        """Return the 27 parameters, (n, 27), in the order of `NAMES`."""
        values = np.empty((len(truth.field), len(NAMES)))
        first, second = self.magnetometers(truth.field, rng)
        values[:, MAG1], values[:, MAG2] = first.measured, second.measured
        values[:, GYRO] = self._triad(2, truth.rate, rng).measured
        values[:, IRRADIANCE] = self._irradiance(truth.irradiance, rng)
        values[:, SUN] = sun_vector(values[:, IRRADIANCE])
        values[:, EARTH] = self._triad(3, truth.nadir, rng).measured
        noisy = truth.temperature + rng.normal(0.0, TEMPERATURE_NOISE, truth.temperature.shape)
        values[:, TEMPERATURE] = _round(noisy, TEMPERATURE_STEP)
        return values

    def _triad(self, which: int, truth: Floats, rng: np.random.Generator) -> Readings:
        model, error, bias = self._triads[which]
        clean = truth + truth @ error.T + bias
        white = rng.normal(0.0, model.white, truth.shape)
        return Readings(model, clean, white, model.quantise(clean + white))

    def _irradiance(self, truth: Floats, rng: np.random.Generator) -> Floats:
        noisy = truth * self._scale + rng.normal(0.0, IRRADIANCE_NOISE, truth.shape)
        # In the dark a photodiode gives no current, so its noise has no place to show.
        return _round(np.where(truth > 0.0, np.maximum(noisy, 0.0), 0.0), IRRADIANCE_STEP)


def sun_vector(irradiance: Floats) -> Floats:
    """Return the direction to the Sun, (n, 3), as told by the irradiance (n, 6); zero in the dark.

    Light from the Earth bends it, as it does with real coarse sun sensors.
    """
    vector = irradiance[:, 0::2] - irradiance[:, 1::2]
    size = np.linalg.norm(vector, axis=-1, keepdims=True)
    unit = np.divide(vector, size, out=np.zeros_like(vector), where=size > DARK)
    return _round(unit, VECTOR_STEP)


def _error(model: SensorModel, rng: np.random.Generator) -> Floats:
    """Draw scale factors on the diagonal and misalignments beside it, (3, 3)."""
    error = rng.normal(0.0, model.misalignment, (3, 3))
    error[range(3), range(3)] = rng.normal(0.0, model.scale, 3)
    return error


def _round(values: Floats, step: float) -> Floats:
    rounded: Floats = np.rint(values / step) * step
    return rounded
