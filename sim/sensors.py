"""Error models of the accelerometer and the IMU gyroscope.

A reading is ``quantise((1 + E) truth + bias + drift + white noise)``, where E holds scale factors and
misalignments. The noise-free reading is kept: faults with noise on top need it.
"""

import math
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np

from sim.draws import Floats, Generators, normal_series, normals
from sim.noise import first_order
from sim.trajectory import PERIOD

STANDARD_GRAVITY = 9.80665
BIAS_TAU = 100.0
"""Correlation time of the bias instability, s."""

_MICRO_G = 1e-6 * STANDARD_GRAVITY
_DEGREE_PER_HOUR = math.pi / 180 / 3600
_DEGREE_PER_ROOT_HOUR = math.pi / 180 / 60


class Sensor(StrEnum):
    """The two sensors, in the order of the columns of a sample."""

    ACC = "acc"
    IMU = "imu"


@dataclass(frozen=True, slots=True)
class SensorModel:
    """Error model of a three-axis sensor, in the units of its readings (m/s2 or rad/s).

    Attributes
    ----------
    white : rms of the white noise of one sample.
    instability : rms of the bias instability, first order with `BIAS_TAU`.
    bias : constant bias, 1 sigma.
    scale : scale factor error, 1 sigma, relative.
    misalignment : of each axis towards each other one, 1 sigma, rad.
    step : quantisation step.

    """

    white: float
    instability: float
    bias: float
    scale: float
    misalignment: float
    step: float

    def quantise(self, values: Floats) -> Floats:
        """Round to the nearest step."""
        return np.rint(values / self.step) * self.step


ACCELEROMETER = SensorModel(
    white=7 * _MICRO_G * math.sqrt(0.5 / PERIOD),
    instability=3 * _MICRO_G,
    bias=120 * _MICRO_G,
    scale=120e-6,
    misalignment=1e-3,
    step=2 * _MICRO_G,
)
"""Colibrys MS1002 class: 7 ug/sqrt(Hz) in half the sampling rate; alignment and step are assumptions."""

GYROSCOPE = SensorModel(
    white=0.15 * _DEGREE_PER_ROOT_HOUR / math.sqrt(PERIOD),
    instability=0.4 * _DEGREE_PER_HOUR,
    bias=10 * _DEGREE_PER_HOUR,
    scale=500e-6,
    misalignment=1e-3,
    step=3.8e-6,
)
"""STIM300 class: angular random walk 0.15 deg/sqrt(h); the step is an assumption (24 bits)."""


class Setting(StrEnum):
    """How noisy the sensors are: N nominal, B tactical MEMS."""

    N = "N"
    B = "B"


_NOISE_FACTORS = {
    Setting.N: {Sensor.ACC: 0.5, Sensor.IMU: 0.47},
    Setting.B: {Sensor.ACC: 1.0, Sensor.IMU: 1.0},
}


def model_of(sensor: Sensor, setting: Setting) -> SensorModel:
    """Return the error model of `sensor`; a setting scales the white noise only."""
    model = ACCELEROMETER if sensor is Sensor.ACC else GYROSCOPE
    return replace(model, white=model.white * _NOISE_FACTORS[setting][sensor])


@dataclass(frozen=True, slots=True)
class Readings:
    """Readings of one kind of sensor over time, (..., T, 3).

    Attributes
    ----------
    model : what produced them.
    clean : noise-free readings, not quantised.
    white : the white noise of each sample.
    measured : what the sensor puts out.

    """

    model: SensorModel
    clean: Floats
    white: Floats
    measured: Floats

    def of(self, trajectory: int) -> "Readings":
        """Return the readings (T, 3) of one of n trajectories."""
        return Readings(self.model, self.clean[trajectory], self.white[trajectory], self.measured[trajectory])


def blend(still: Readings, moving: Readings, share: Floats) -> Readings:
    """Return the readings (T, 3) of one sensor whose vehicle makes a share (T,) of its motion.

    Readings are linear in the truth: between those at rest and those in motion, which have the same errors
    and noise, lies what the sensor reads in between. In full motion they stay as they are, bit by bit.
    """
    part = share[:, None]
    whole = part == 1.0
    clean = np.where(whole, moving.clean, still.clean + part * (moving.clean - still.clean))
    measured = np.where(whole, moving.measured, moving.model.quantise(clean + moving.white))
    return replace(moving, clean=clean, measured=measured)


def measure(model: SensorModel, truth: Floats, rngs: Generators) -> Readings:
    """Measure `truth` (n, T, 3) with one sensor, drawn anew, per trajectory."""
    samples = truth.shape[1]
    error = normals(rngs, 3, 3) * model.misalignment
    error[:, range(3), range(3)] = normals(rngs, 3) * model.scale
    bias = normals(rngs, 3) * model.bias
    drift = first_order(normal_series(rngs, samples, 3), BIAS_TAU, PERIOD).swapaxes(0, 1)
    # A sum in this order gives the same bits for every number of trajectories; a matrix product need not.
    skewed = sum(error[:, None, :, k] * truth[..., k, None] for k in range(3))
    clean = np.ascontiguousarray(truth + skewed + bias[:, None] + drift * model.instability)
    white = normals(rngs, samples, 3) * model.white
    return Readings(model, clean, white, model.quantise(clean + white))
