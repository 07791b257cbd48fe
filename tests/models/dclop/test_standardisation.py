import numpy as np
import pytest

from models.dclop.standardisation import Standardisation


def test_every_channel_gets_mean_zero_and_deviation_one():
    samples = np.random.default_rng(0).normal([3, -40], [0.1, 200], (500, 2))
    found = Standardisation.fit(samples)(samples)
    assert found.mean(axis=0) == pytest.approx([0, 0], abs=1e-12)
    assert found.std(axis=0) == pytest.approx([1, 1])


def test_a_constant_channel_is_zero_and_not_divided_by_nothing():
    samples = np.full((7, 1), 0.1)
    standardisation = Standardisation.fit(samples)
    assert standardisation(samples).tolist() == [[0.0]] * 7
    assert standardisation(samples + 2).ravel() == pytest.approx(2)


def test_values_are_limited_only_if_a_limit_is_given():
    samples = np.array([[-1.0], [1.0]])
    assert Standardisation.fit(samples)(np.array([[50.0]])).tolist() == [[50.0]]
    assert Standardisation.fit(samples, clip=8.0)(np.array([[50.0], [-9.0]])).tolist() == [[8.0], [-8.0]]
