import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.faults import (
    NOMINAL_HIGH,
    Axes,
    DeadFault,
    Mode,
    StuckFault,
    draw_values,
    inject,
)
from sim.sensors import Readings, Sensor, Setting, measure, model_of

T = 400
MODEL = model_of(Sensor.ACC, Setting.N)


def readings_of_a_moving_vehicle() -> Readings:
    t = np.arange(T)[:, None]
    truth = 0.05 * np.sin(t / np.array([7.0, 11.0, 23.0]))
    return measure(MODEL, truth[None], [np.random.default_rng(3)]).of(0)


READINGS = readings_of_a_moving_vehicle()


def stuck(**fields: object) -> StuckFault:
    settings = {"start": 100, "duration": 60, "mode": Mode.LAST, "axes": Axes.ALL, "noise": False}
    return StuckFault(**(settings | fields))


@pytest.mark.parametrize(
    ("axes", "columns"), [(Axes.X, [0]), (Axes.Y, [1]), (Axes.Z, [2]), (Axes.ALL, [0, 1, 2])]
)
def test_only_the_stuck_axes_change_and_only_for_the_duration(axes, columns):
    out, mask = inject(READINGS, [stuck(axes=axes)])
    expected = np.zeros((T, 3), np.bool_)
    expected[100:160, columns] = True
    assert (mask == expected).all()
    assert (out[~mask] == READINGS.measured[~mask]).all()
    assert (out[mask] != READINGS.measured[mask]).mean() > 0.9


def test_the_readings_themselves_are_left_alone():
    before = READINGS.measured.copy()
    inject(READINGS, [stuck()])
    assert (READINGS.measured == before).all()


def test_a_frozen_register_repeats_the_last_measured_sample():
    out, _ = inject(READINGS, [stuck(noise=False)])
    assert (out[100:160] == READINGS.measured[99]).all()


def test_a_frozen_transducer_holds_the_last_noise_free_value_under_live_noise():
    out, _ = inject(READINGS, [stuck(noise=True)])
    noise = out[100:160] - READINGS.clean[99]
    assert noise == pytest.approx(READINGS.white[100:160], abs=MODEL.step / 2 + 1e-12)
    assert noise.std() == pytest.approx(MODEL.white, rel=0.15)
    assert noise.mean() == pytest.approx(0.0, abs=MODEL.white / 4)


def test_noise_on_top_leaks_no_step_at_the_onset():
    truth = np.zeros((200, 120, 3))
    many = measure(MODEL, truth, [np.random.default_rng((8, k)) for k in range(200)])
    levels = []
    for k in range(200):
        out, _ = inject(many.of(k), [stuck(start=20, duration=100, noise=True)])
        levels.append(out[20:].mean(axis=0) - many.clean[k, 19])
    # The mean of 100 samples scatters by a tenth of the noise; a step of one sigma would show.
    assert np.std(levels) == pytest.approx(MODEL.white / 10, rel=0.15)


def test_the_noise_of_a_stuck_axis_is_white():
    out, _ = inject(READINGS, [stuck(start=1, duration=None, noise=True)])
    noise = out[1:] - out[1:].mean(axis=0)
    neighbours = (noise[1:] * noise[:-1]).mean() / (noise * noise).mean()
    assert neighbours == pytest.approx(0.0, abs=0.1)
    assert not (np.diff(out[1:], axis=0) == 0.0).all(axis=-1).any()


def test_several_faults_are_independent():
    early, late = stuck(start=10, duration=20, axes=Axes.X), stuck(start=200, axes=Axes.Y, noise=True)
    both, mask = inject(READINGS, [early, late])
    only_early, early_mask = inject(READINGS, [early])
    only_late, late_mask = inject(READINGS, [late])
    assert (mask == (early_mask | late_mask)).all()
    assert (both[:100] == only_early[:100]).all()
    assert (both[100:] == only_late[100:]).all()


def test_noise_on_top_goes_through_the_quantiser():
    out, mask = inject(READINGS, [stuck(noise=True, mode=Mode.GIVEN, values=(1.0, -2.0, 3.3))])
    steps = out[mask] / MODEL.step
    assert steps == pytest.approx(np.rint(steps), abs=1e-6)


def test_noise_survives_on_top_of_a_huge_value():
    out, _ = inject(READINGS, [stuck(noise=True, axes=Axes.Y, mode=Mode.GIVEN, values=(2e5,))])
    assert (out[100:160, 1] - 2e5).std() == pytest.approx(MODEL.white, rel=0.2)


def test_a_given_value_is_shown_as_the_register_would_hold_it():
    out, _ = inject(READINGS, [stuck(axes=Axes.Z, mode=Mode.GIVEN, values=(0.0123456,))])
    assert (out[100:160, 2] == MODEL.quantise(np.array(0.0123456))).all()


def test_without_a_duration_a_fault_lasts_to_the_end():
    out, mask = inject(READINGS, [stuck(duration=None)])
    assert mask[100:].all()
    assert (out[100:] == out[100]).all()


@given(
    st.sampled_from(Axes),
    st.booleans(),
    st.sampled_from([Mode.LAST, Mode.GIVEN]),
    st.lists(st.integers(100, 160), max_size=6),
)
def test_the_way_it_is_cut_into_chunks_does_not_matter(axes, noise, mode, cuts):
    values = (0.5,) * (3 if axes is Axes.ALL else 1) if mode is Mode.GIVEN else ()
    fault = stuck(axes=axes, noise=noise, mode=mode, values=values)
    whole, _ = inject(READINGS, [fault])
    pieces = READINGS.measured.copy()
    edges = [100, *sorted(cuts), 160]
    for first, stop in itertools.pairwise(edges):
        fault.overlay(READINGS, pieces[first:stop], first)
    assert pieces.tobytes() == whole.tobytes()


def test_a_dead_unit_has_no_readings():
    fault = DeadFault(10, 5)
    out = READINGS.measured[10:15].copy()
    fault.overlay(READINGS, out, 10)
    assert np.isnan(out).all()
    assert (fault.stop, DeadFault(10, None).stop) == (15, None)


@pytest.mark.parametrize("sensor", Sensor)
@pytest.mark.parametrize("axes", Axes)
def test_values_inside_the_nominal_range_and_beyond_it(sensor, axes):
    rng = np.random.default_rng(5)
    high = np.array(NOMINAL_HIGH[sensor])[axes.columns]
    inside = np.array([draw_values(Mode.INSIDE, axes, sensor, rng) for _ in range(200)])
    beyond = np.array([draw_values(Mode.BEYOND, axes, sensor, rng) for _ in range(200)])
    assert (np.abs(inside) <= high).all()
    assert (np.abs(beyond) >= 2 * high).all()
    assert (np.abs(beyond) <= 2e6 * high).all()
    assert 0.3 < (beyond > 0).mean() < 0.7
    assert np.median(np.log10(np.abs(beyond) / (2 * high))) == pytest.approx(3.0, abs=0.6)
    assert draw_values(Mode.LAST, axes, sensor, rng) == ()


def test_the_nominal_range_is_that_of_the_flights(flights):
    for sensor, truth in ((Sensor.ACC, flights.specific_force), (Sensor.IMU, flights.angular_rate)):
        high = np.quantile(np.abs(truth), 0.998, axis=(0, 1))
        assert high == pytest.approx(np.array(NOMINAL_HIGH[sensor]), rel=0.35)


def test_energy_is_the_distance_from_the_truth_in_sigmas():
    fault = stuck(axes=Axes.X, mode=Mode.GIVEN, values=(0.25,))
    expected = np.sqrt(((READINGS.clean[100:160, 0] - 0.25) ** 2).sum()) / MODEL.white
    assert fault.energy(READINGS) == pytest.approx(expected)


@pytest.mark.parametrize(
    "wrong",
    [
        {"start": 0},
        {"duration": 0},
        {"values": (1.0,)},
        {"mode": Mode.GIVEN},
        {"mode": Mode.GIVEN, "axes": Axes.X, "values": (1.0, 2.0, 3.0)},
    ],
)
def test_an_impossible_fault_is_refused(wrong):
    with pytest.raises(ValueError, match=r"fault|values"):
        stuck(**wrong)
