import numpy as np
import pytest

from sim.noise import first_order, second_order

DT = 0.1


@pytest.fixture(scope="module")
def white() -> np.ndarray:
    return np.random.default_rng(1).standard_normal((4000, 60))


@pytest.mark.parametrize("coloured", [first_order, second_order])
def test_coloured_noise_has_unit_variance(coloured, white):
    settled = coloured(white, 1.0, DT)[200:]
    assert settled.std() == pytest.approx(1.0, rel=0.03)
    assert settled.mean() == pytest.approx(0.0, abs=0.03)


def test_first_order_noise_is_stationary_from_the_first_sample(white):
    assert first_order(white, 50.0, DT)[0] == pytest.approx(white[0])


@pytest.mark.parametrize("tau", [0.5, 1.0, 3.0])
def test_first_order_noise_forgets_with_its_correlation_time(tau, white):
    noise = first_order(white, tau, DT)
    lag = round(tau / DT)
    correlation = (noise[lag:] * noise[:-lag]).mean() / (noise * noise).mean()
    assert correlation == pytest.approx(np.exp(-1.0), abs=0.03)


def test_second_order_noise_is_smoother(white):
    rough = np.diff(first_order(white, 1.0, DT), axis=0).std()
    assert np.diff(second_order(white, 1.0, DT), axis=0).std() < rough / 3


def test_the_white_noise_is_left_alone(white):
    before = white.copy()
    second_order(white, 1.0, DT)
    assert (white == before).all()
