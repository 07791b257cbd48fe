import numpy as np
import pytest

from models.scaling import RobustScaling, resolution


def test_the_constants_are_median_and_quantile_range() -> None:
    values = np.arange(101.0)[:, None] * [1.0, -2.0]
    scaling = RobustScaling.fit(values, (25.0, 75.0))
    assert scaling.center.tolist() == [50.0, -100.0]
    assert scaling.scale.tolist() == [50.0, 100.0]
    assert scaling(values)[[0, 100]].tolist() == [[-1.0, 1.0], [1.0, -1.0]]


def test_huge_stuck_values_hardly_move_the_constants() -> None:
    values = np.random.default_rng(0).standard_normal((10_000, 1))
    spoilt = values.copy()
    spoilt[::50] = 1e9
    clean, huge = RobustScaling.fit(values), RobustScaling.fit(spoilt)
    assert huge.scale == pytest.approx(clean.scale, rel=0.1)
    assert huge.center == pytest.approx(clean.center, abs=0.05)


def test_a_constant_channel_is_not_divided_by_zero() -> None:
    assert RobustScaling.fit(np.full((5, 1), 3.0)).scale.tolist() == [1.0]


def test_the_resolution_is_the_least_significant_bit_of_a_coarse_channel() -> None:
    rng = np.random.default_rng(0)
    coarse = np.round(rng.standard_normal(20_000) * 3) * 0.5
    steps = np.stack([np.diff(coarse), np.zeros(19_999)], axis=1)
    assert resolution(steps).tolist() == [0.5, 1.0]
