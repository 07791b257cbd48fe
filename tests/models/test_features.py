import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from models.features import ALL_FEATURES, PAPER_FEATURES, USED, FeatureConstants, SensorFeatures

KINDS = len(ALL_FEATURES)
float32 = st.floats(width=32, allow_nan=False, allow_infinity=False)


@pytest.fixture(scope="module")
def constants() -> FeatureConstants:
    return FeatureConstants.fit(np.random.default_rng(0).standard_normal((3, 400, 2)) * [1.0, 1e-3] + 0.5)


def features_of(constants: FeatureConstants, signal: np.ndarray) -> np.ndarray:
    """Return (2 * KINDS, T - USED) of a signal (T, 2)."""
    x = torch.tensor(signal.T[None], dtype=torch.float64)
    return SensorFeatures(constants, ALL_FEATURES).double()(x)[0].numpy()


def test_the_features_are_as_defined(constants: FeatureConstants) -> None:
    signal = np.random.default_rng(1).standard_normal((50, 2)) * [1.0, 1e-3] + 0.5
    found = features_of(constants, signal)
    assert found.shape == (2 * KINDS, 50 - USED)
    for k, feature in enumerate(ALL_FEATURES):
        values = signal[feature.lag :] - (signal[: -feature.lag] if feature.lag else 0.0)
        if feature.span:
            squares = np.square(values / constants.resolution)
            rolling = np.stack([squares[i : i + feature.span].mean(axis=0) for i in range(len(squares))])
            expected = 0.5 * np.log1p(rolling[: len(squares) - feature.span + 1])
        else:
            expected = np.arcsinh(constants.of(feature)(values))
        np.testing.assert_allclose(found[k::KINDS].T, expected[-(50 - USED) :], rtol=1e-5, atol=1e-5)


@given(value=float32)
def test_a_frozen_reading_has_energies_of_exactly_zero(constants: FeatureConstants, value: float) -> None:
    x = torch.full((1, 2, 20), value)
    found = SensorFeatures(constants, ALL_FEATURES)(x)[0].numpy()
    for k, feature in enumerate(ALL_FEATURES):
        assert not found[k::KINDS].any() or not feature.span


@given(st.lists(float32, min_size=20, max_size=20))
def test_every_float32_gives_finite_features(constants: FeatureConstants, values: list[float]) -> None:
    x = torch.tensor([[values, values]], dtype=torch.float32).clamp(-1e38, 1e38)
    assert torch.isfinite(SensorFeatures(constants, ALL_FEATURES)(x)).all()


def test_signal_and_derivative_keep_their_sign_and_energies_have_none() -> None:
    constants = FeatureConstants.fit(np.tile([[-1.0, 1.0]], (50, 50)).reshape(1, -1, 1).repeat(2, axis=2))
    signal = np.random.default_rng(2).standard_normal((30, 2))
    centre = constants.signal.center
    up, down = features_of(constants, centre + signal), features_of(constants, centre - signal)
    np.testing.assert_allclose(up[0], -down[0], atol=1e-9)
    for k, feature in enumerate(ALL_FEATURES):
        if feature.span:
            np.testing.assert_allclose(up[k], down[k], atol=1e-9)


def test_the_paper_s_features_are_a_part_of_ours_and_as_many_in_time(constants: FeatureConstants) -> None:
    signal = np.random.default_rng(0).standard_normal((50, 2))
    paper = SensorFeatures(constants, PAPER_FEATURES).double()(torch.tensor(signal.T[None]))[0].numpy()
    every = features_of(constants, signal)
    assert paper.shape == (4, 50 - USED)
    np.testing.assert_allclose(paper[:2], every[:2])


def test_a_later_sample_never_changes_earlier_features(constants: FeatureConstants) -> None:
    signal = np.random.default_rng(3).standard_normal((40, 2))
    changed = signal.copy()
    changed[30:] = 1e6
    kept = 30 - USED
    assert (features_of(constants, signal)[:, :kept] == features_of(constants, changed)[:, :kept]).all()
