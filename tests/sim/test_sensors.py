import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.sensors import ACCELEROMETER, GYROSCOPE, Sensor, Setting, measure, model_of

N, T = 40, 2000


def rngs(n: int = N) -> list[np.random.Generator]:
    return [np.random.default_rng((11, k)) for k in range(n)]


def still(n: int = N, samples: int = T) -> np.ndarray:
    return np.zeros((n, samples, 3))


models = pytest.mark.parametrize("model", [ACCELEROMETER, GYROSCOPE], ids=["acc", "imu"])


def test_the_figures_of_the_data_sheets():
    assert ACCELEROMETER.white == pytest.approx(1.53e-4, rel=0.01)
    assert GYROSCOPE.white == pytest.approx(1.38e-4, rel=0.01)
    assert ACCELEROMETER.bias == pytest.approx(1.18e-3, rel=0.01)
    assert GYROSCOPE.bias == pytest.approx(math.radians(10) / 3600)
    assert GYROSCOPE.instability == pytest.approx(math.radians(0.4) / 3600)


@pytest.mark.parametrize(
    ("sensor", "setting", "white", "step_to_noise"),
    [
        (Sensor.ACC, Setting.N, 7.67e-5, 0.26),
        (Sensor.IMU, Setting.N, 6.48e-5, 0.06),
        (Sensor.ACC, Setting.B, 1.53e-4, 0.13),
        (Sensor.IMU, Setting.B, 1.38e-4, 0.028),
    ],
)
def test_a_setting_scales_the_white_noise_only(sensor, setting, white, step_to_noise):
    model = model_of(sensor, setting)
    tactical = model_of(sensor, Setting.B)
    assert model.white == pytest.approx(white, rel=0.01)
    assert model.step / model.white == pytest.approx(step_to_noise, rel=0.05)
    assert (model.bias, model.step, model.instability) == (tactical.bias, tactical.step, tactical.instability)


@models
def test_the_noise_of_a_reading_has_the_configured_rms(model):
    readings = measure(model, still(), rngs())
    noise = readings.measured - readings.clean
    quantiser = model.step / math.sqrt(12)
    assert noise.std() == pytest.approx(math.hypot(model.white, quantiser), rel=0.01)
    assert noise.mean() == pytest.approx(0.0, abs=model.white / 50)
    assert np.diff(noise, axis=1).std() == pytest.approx(math.sqrt(2) * noise.std(), rel=0.01)


@models
def test_the_bias_differs_from_sensor_to_sensor_and_drifts_slowly(model):
    clean = measure(model, still(400, 300), rngs(400)).clean
    assert clean.mean(axis=1).std() == pytest.approx(model.bias, rel=0.06)
    step = math.sqrt(2 * (1 - math.exp(-0.1 / 100.0))) * model.instability
    assert np.diff(clean, axis=1).std() == pytest.approx(step, rel=0.02)


@models
def test_scale_factor_and_misalignment(model):
    truth = np.tile(np.array([100.0, 0.0, 0.0]), (600, 2, 1))
    error = (measure(model, truth, rngs(600)).clean - truth)[:, 0] / 100.0
    assert error[:, 0].std() == pytest.approx(model.scale, rel=0.1)
    assert error[:, 1:].std() == pytest.approx(model.misalignment, rel=0.1)


@models
def test_readings_lie_on_the_grid_of_the_quantiser(model):
    steps = measure(model, still(), rngs()).measured / model.step
    assert steps == pytest.approx(np.rint(steps), abs=1e-6)
    assert len(np.unique(np.rint(steps))) > 10


@given(st.floats(-1e3, 1e3))
def test_quantising_moves_a_value_by_half_a_step_at_most_and_only_once(value):
    once = ACCELEROMETER.quantise(np.array([value]))
    assert abs(once[0] - value) <= ACCELEROMETER.step * 0.5000001
    assert (ACCELEROMETER.quantise(once) == once).all()


def test_readings_do_not_depend_on_the_batch():
    truth = np.random.default_rng(1).standard_normal((5, 100, 3))
    together = measure(GYROSCOPE, truth, rngs(5))
    alone = measure(GYROSCOPE, truth[3:4], rngs(5)[3:4])
    assert (alone.measured[0] == together.of(3).measured).all()
    assert (alone.clean[0] == together.of(3).clean).all()
    assert (alone.white[0] == together.of(3).white).all()


def test_equal_generators_give_equal_bytes():
    first, second = (measure(ACCELEROMETER, still(2, 50), rngs(2)) for _ in range(2))
    assert first.measured.tobytes() == second.measured.tobytes()
