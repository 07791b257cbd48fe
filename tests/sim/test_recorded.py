"""What is told of a real sensor from its readings alone."""

import numpy as np
import pytest

from sim.faults import Axes, Mode, StuckFault, draw_values, inject
from sim.recorded import RecordedSensor
from sim.schedule import ScheduleSettings
from sim.sensors import Sensor

RATE, STEP, NOISE = 200.0, 0.005, 0.04


def readings(seconds=30):
    """Return a slow motion in the second half, with white noise, in whole steps."""
    rng = np.random.default_rng(1)
    t = np.arange(seconds * RATE) / RATE
    truth = np.where(t[:, None] > seconds / 2, 4 * np.sin(2 * np.pi * t[:, None] * [0.5, 0.8, 1.1]), 0.0)
    return truth, np.round((truth + NOISE * rng.standard_normal(truth.shape)) / STEP) * STEP


def test_noise_resolution_and_range_are_told_from_the_readings():
    truth, measured = readings()
    sensor = RecordedSensor.of(measured, RATE)
    assert sensor.white == pytest.approx([NOISE] * 3, rel=0.1)
    assert sensor.step == pytest.approx(STEP)
    low, high = sensor.nominal
    assert low == pytest.approx([-4] * 3, abs=0.15)
    assert high == pytest.approx([4] * 3, abs=0.15)
    assert np.std(sensor.clean - truth) < NOISE / 2


def test_a_polled_sensor_has_every_so_many_of_the_readings():
    sensor = RecordedSensor.of(readings()[1], RATE)
    polled = sensor.polled(10, 3)
    assert (polled.measured == sensor.measured[3::10]).all()
    assert (polled.clean == sensor.clean[3::10]).all()
    assert polled.step == sensor.step


def test_a_frozen_register_repeats_and_a_frozen_transducer_has_the_noise_of_the_sensor():
    sensor = RecordedSensor.of(readings()[1], RATE)
    found = sensor.readings(np.random.default_rng(2))
    assert found.measured is sensor.measured
    faults = [StuckFault(1000, 800, Mode.LAST, Axes.ALL, noise) for noise in (False, True)]
    clean, noisy = (inject(found, [fault])[0][1000:1800] for fault in faults)
    assert (np.diff(clean, axis=0) == 0).all()
    assert np.std(noisy, axis=0) == pytest.approx(sensor.white, rel=0.1)
    assert noisy / sensor.step == pytest.approx(np.round(noisy / sensor.step))


def test_values_are_drawn_inside_or_beyond_the_range_that_is_given():
    ranges = {Sensor.ACC: (np.array([5.0, 5, 5]), np.array([6.0, 6, 6]))}
    rng = np.random.default_rng(3)
    inside = np.array([draw_values(Mode.INSIDE, Axes.ALL, Sensor.ACC, rng, ranges) for _ in range(100)])
    beyond = np.array([draw_values(Mode.BEYOND, Axes.ALL, Sensor.ACC, rng, ranges) for _ in range(100)])
    assert ((inside >= 5) & (inside <= 6)).all()
    assert (np.abs(beyond) >= 1).all()


def test_a_schedule_lasts_as_many_seconds_at_any_rate():
    scaled = ScheduleSettings().scaled(2.5)
    assert scaled.duration == (75, 275)
    assert (scaled.first_onset, scaled.distance, scaled.slack) == ((50, 1000), 762, 375)
    assert scaled.last == ScheduleSettings().last


@pytest.mark.parametrize("bad", ["short", "still"])
def test_a_sensor_that_cannot_be_told_of_is_refused(bad):
    measured = readings()[1]
    measured = measured[:300] if bad == "short" else measured * [1, 0, 1]
    with pytest.raises(ValueError, match=r"too short, or an axis never changes"):
        RecordedSensor.of(measured, RATE)
