import numpy as np
import pytest

from sim.control import ATTITUDE, TRANSLATION, DeadBand, respond

DT = 0.1


def push(acceleration: float, samples: int = 3000) -> np.ndarray:
    return np.full((samples, 2, 3), acceleration)


def flying(samples: int = 3000) -> np.ndarray:
    return np.ones((samples, 2), np.bool_)


def test_undisturbed_nothing_fires():
    response = respond(ATTITUDE, push(0.0), np.ones_like(push(0.0)), flying(), DT)
    assert not response.pulses.any()
    assert not response.error.any()


@pytest.mark.parametrize("acceleration", [5e-5, -5e-5])
def test_pulses_balance_the_disturbance(acceleration):
    response = respond(ATTITUDE, push(acceleration), np.ones((3000, 2, 3)), flying(), DT)
    assert response.pulses.sum(axis=0) == pytest.approx(-acceleration * 300, abs=2e-3)
    assert (np.sign(response.pulses[response.pulses != 0]) == -np.sign(acceleration)).mean() > 0.9


@pytest.mark.parametrize(("loop", "acceleration"), [(ATTITUDE, 6e-5), (TRANSLATION, 4e-5)])
def test_the_error_stays_near_the_dead_band(loop: DeadBand, acceleration):
    response = respond(loop, push(acceleration), np.ones((3000, 2, 3)), flying(), DT)
    assert np.abs(response.error).max() < 1.5 * loop.band / loop.stiffness
    assert np.abs(response.rate).max() < loop.band + 2 * loop.pulse


def test_every_pulse_has_the_size_asked_for():
    sizes = np.full((3000, 2, 3), 1.05)
    pulses = respond(TRANSLATION, push(1e-4), sizes, flying(), DT).pulses
    assert np.unique(np.abs(pulses)) == pytest.approx([0.0, 1.05 * TRANSLATION.pulse])


def test_on_the_ground_nothing_moves_or_fires():
    airborne = flying()
    airborne[:1000] = airborne[2000:] = False
    response = respond(ATTITUDE, push(1e-4), np.ones((3000, 2, 3)), airborne, DT)
    for series in (response.error, response.rate, response.pulses):
        assert not series[:1000].any()
        assert not series[2000:].any()
        assert series[1000:2000].any()
