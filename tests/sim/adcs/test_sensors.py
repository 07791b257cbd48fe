import numpy as np
import pytest

from sim.adcs.environment import faces
from sim.adcs.sensors import (
    EARTH,
    GYRO,
    IRRADIANCE,
    MAG1,
    MAG2,
    NAMES,
    SUN,
    TEMPERATURE,
    UNITS,
    Satellite,
    Truth,
    sun_vector,
)

N = 4000


def truth(irradiance: float = 700.0) -> Truth:
    rng = np.random.default_rng(5)
    return Truth(
        field=rng.normal(0.0, 25.0, (N, 3)),
        rate=rng.normal(0.0, 0.1, (N, 3)),
        irradiance=np.full((N, 6), irradiance),
        nadir=np.broadcast_to([0.0, 0.6, -0.8], (N, 3)),
        temperature=np.full((N, 6), 12.3),
    )


def measured(**fields: float) -> np.ndarray:
    return Satellite().measure(truth(**fields), np.random.default_rng(1))


def test_there_are_27_parameters_with_units():
    assert len(NAMES) == len({*NAMES}) == len(UNITS) == 27
    assert measured().shape == (N, 27)


def test_readings_are_near_the_truth():
    values, real = measured(), truth()
    assert np.abs(values[:, MAG1] - real.field).max() < 6.0
    assert np.abs(values[:, GYRO] - real.rate).max() < 0.4
    assert np.abs(values[:, EARTH] - real.nadir).max() < 0.1
    assert np.abs(values[:, TEMPERATURE] - 12.3).max() < 1.5


@pytest.mark.parametrize(
    ("columns", "step"), [(MAG1, 0.073), (MAG2, 0.073), (IRRADIANCE, 2.0), (TEMPERATURE, 0.25)]
)
def test_readings_come_in_steps(columns, step):
    counts = measured()[:, columns] / step
    assert counts == pytest.approx(np.rint(counts))


def test_the_errors_are_the_satellites_and_the_noise_is_the_samples():
    same, other = Satellite(0), Satellite(1)
    one = same.measure(truth(), np.random.default_rng(1))
    again = Satellite(0).measure(truth(), np.random.default_rng(1))
    new = same.measure(truth(), np.random.default_rng(2))
    foreign = other.measure(truth(), np.random.default_rng(1))
    assert (one == again).all()
    assert (one != new).any()
    assert one[:, MAG1].mean(axis=0) == pytest.approx(new[:, MAG1].mean(axis=0), abs=0.02)
    assert np.abs(one[:, MAG2].mean(axis=0) - foreign[:, MAG2].mean(axis=0)).max() > 0.1


def test_a_dark_photodiode_reads_zero_and_a_dim_one_never_less():
    assert not measured(irradiance=0.0)[:, IRRADIANCE].any()
    assert measured(irradiance=1.0)[:, IRRADIANCE].min() >= 0.0


def test_the_sun_vector_follows_from_the_irradiance():
    direction = np.array([[0.48, -0.6, 0.64]])
    assert sun_vector(1361.0 * faces(direction)) == pytest.approx(direction, abs=1e-3)


def test_there_is_no_sun_vector_in_the_dark():
    assert not measured(irradiance=0.0)[:, SUN].any()
