"""The Allan deviation of simulated sensors is that of the configured noise; allantools is the oracle."""

import math

import numpy as np
import pytest

from sim.sensors import BIAS_TAU, Sensor, SensorModel, Setting, measure, model_of
from sim.trajectory import PERIOD

allantools = pytest.importorskip("allantools", reason="comes with the extra 'dev'")

UNITS, SAMPLES = 24, 16384
TAUS = (0.1, 0.4, 1.6, 6.4, 25.6, 102.4, 204.8)
MICRO_G = 9.80665e-6


def allan_deviation(model: SensorModel, seed: int) -> np.ndarray:
    """Return the rms over units and axes of the overlapping Allan deviation at `TAUS`."""
    rngs = [np.random.default_rng((seed, k)) for k in range(UNITS)]
    readings = measure(model, np.zeros((UNITS, SAMPLES, 3)), rngs).measured
    series = readings.transpose(0, 2, 1).reshape(-1, SAMPLES)
    found = [allantools.oadev(row, rate=1 / PERIOD, data_type="freq", taus=TAUS)[1] for row in series]
    return np.sqrt(np.mean(np.square(found), axis=0))


def expected(model: SensorModel) -> np.ndarray:
    """White noise with the quantiser's, and a first-order process (IEEE Std 952-1997, annex C)."""
    tau = np.array(TAUS)
    white = (model.white**2 + model.step**2 / 12) * PERIOD / tau
    x = tau / BIAS_TAU
    drift = 2 * model.instability**2 / x * (1 - (3 - 4 * np.exp(-x) + np.exp(-2 * x)) / (2 * x))
    return np.sqrt(white + drift)


@pytest.mark.parametrize("setting", Setting)
@pytest.mark.parametrize("sensor", Sensor)
def test_the_allan_deviation_agrees_with_the_configured_noise_at_all_times(sensor, setting):
    model = model_of(sensor, setting)
    assert allan_deviation(model, seed=5) == pytest.approx(expected(model), rel=0.06)


def test_at_one_second_it_is_the_density_of_the_data_sheets():
    tactical = {sensor: allan_deviation(model_of(sensor, Setting.B), seed=6) for sensor in Sensor}
    at_one_second = {sensor: found[2] * math.sqrt(TAUS[2]) for sensor, found in tactical.items()}
    # 7 ug/sqrt(Hz) is one-sided; the random walk of angle is 0.15 deg/sqrt(h).
    assert at_one_second[Sensor.ACC] == pytest.approx(7 * MICRO_G / math.sqrt(2), rel=0.05)
    assert at_one_second[Sensor.IMU] == pytest.approx(math.radians(0.15) / 60, rel=0.05)
