from itertools import pairwise

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from models.features import FeatureConstants
from models.inertial_features import (
    CENTRE,
    DEVIATIONS,
    DRIFT_ENERGIES,
    DRIFTS,
    ENERGIES,
    FEATURES,
    LARGEST_STEP,
    SIGNED,
    STEP_ENERGY,
    TURN,
    USED,
    InertialFeatures,
    Mounting,
    deviation_kernel,
    drift_kernel,
)

MOUNTING = Mounting((0.25, -0.10, 0.15), 0.1)
RESOLUTION = np.repeat([2e-5, 4e-6], 3)
float32 = st.floats(width=32, allow_nan=False, allow_infinity=False)


def readings(seed: int, samples: int) -> np.ndarray:
    """Return a walk with noise (T, 6), rounded to the resolution."""
    rng = np.random.default_rng(seed)
    walk = np.cumsum(rng.standard_normal((samples, 6)), axis=0) * 5 + rng.standard_normal((samples, 6)) * 20
    return np.round(walk) * RESOLUTION


@pytest.fixture(scope="module")
def constants() -> FeatureConstants:
    found = FeatureConstants.fit(np.stack([readings(seed, 600) for seed in range(3)]))
    return FeatureConstants(found.signal, found.derivative, RESOLUTION)


@pytest.fixture(scope="module")
def features(constants: FeatureConstants) -> InertialFeatures:
    return InertialFeatures(constants, MOUNTING)


def of(features: InertialFeatures, signal: np.ndarray) -> np.ndarray:
    """Return (FEATURES, T - USED) of a signal (T, 6)."""
    return features(torch.tensor(signal.T[None], dtype=torch.float32))[0].numpy()


def means(values: np.ndarray, samples: int) -> np.ndarray:
    """Return the moving average of each column (T - samples + 1, C)."""
    return np.stack([values[i : i + samples].mean(axis=0) for i in range(len(values) - samples + 1)])


def drifts(x: np.ndarray, samples: int, lag: int) -> np.ndarray:
    slow = means(x, samples)
    return slow[lag:] - slow[:-lag]


def energy(values: np.ndarray, samples: int) -> np.ndarray:
    return 0.5 * np.log1p(means(np.square(values), samples)) - CENTRE


def cross(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    return np.cross(a, b, axis=1)


def newest(parts: list[np.ndarray], length: int) -> np.ndarray:
    return np.concatenate([part[-length:] for part in parts], axis=1)


def by_axis(parts: list[np.ndarray], length: int) -> np.ndarray:
    """Return (length, 6 * parts): the first axis of all parts, the second one of all, ..."""
    return np.stack([part[-length:] for part in parts], axis=2).reshape(length, -1)


def test_the_features_are_as_defined(constants: FeatureConstants, features: InertialFeatures) -> None:
    signal = readings(7, 140)
    length = 140 - USED
    x, steps = signal / RESOLUTION, np.diff(signal / RESOLUTION, axis=0)
    noise = constants.derivative.scale / RESOLUTION / 2
    angular = np.diff(steps[:, 3:] * RESOLUTION[3:], axis=0) / MOUNTING.period
    rigid = (
        steps[1:, :3] - cross(angular, np.broadcast_to(MOUNTING.lever_arm, angular.shape)) / RESOLUTION[:3]
    )
    turned = means(cross(signal[:, 3:], signal[:, :3]) / RESOLUTION[:3], TURN) * TURN * MOUNTING.period
    changed = x[TURN:, :3] - x[:-TURN, :3] + turned[1:]
    moving = [drifts(x, *pair) for pair in DRIFTS]
    gains = [samples**0.5 / noise for samples, _ in DRIFTS]
    signed = newest(
        [
            constants.signal(signal),
            constants.derivative(np.diff(signal, axis=0)),
            by_axis([drift * gain for drift, gain in zip(moving, gains, strict=True)], length),
            *(part / noise[:3] for part in (rigid, turned, changed)),
        ],
        length,
    )
    deviations = [energy((x[n - 1 :] - means(x, n)), n) for n in DEVIATIONS]
    slow = [energy(drift, n) for drift, n in zip(moving, DRIFT_ENERGIES, strict=True)]
    energies = newest(
        [
            energy(steps, 1),
            energy(steps, STEP_ENERGY),
            by_axis(deviations, length),
            by_axis(slow, length),
            energy(rigid, STEP_ENERGY),
        ],
        length,
    )
    found = of(features, signal)
    assert found.shape == (FEATURES, length)
    assert (signed.shape[1], energies.shape[1]) == (SIGNED, ENERGIES)
    np.testing.assert_allclose(found[:SIGNED].T, np.arcsinh(signed), atol=2e-4)
    np.testing.assert_allclose(found[SIGNED:].T, energies, atol=2e-4)


@given(value=float32)
def test_a_frozen_reading_has_no_energy_at_all(features: InertialFeatures, value: float) -> None:
    found = of(features, np.full((USED + 2, 6), value))
    assert (found[SIGNED:] == -CENTRE).all()


@given(st.lists(float32, min_size=USED + 1, max_size=USED + 1))
def test_every_float32_gives_finite_features(features: InertialFeatures, values: list[float]) -> None:
    signal = np.clip(np.tile(np.array(values)[:, None], (1, 6)), -1e38, 1e38)
    assert np.isfinite(of(features, signal)).all()


def test_a_later_sample_never_changes_earlier_features(features: InertialFeatures) -> None:
    signal = readings(3, USED + 20)
    changed = signal.copy()
    changed[USED + 5 :] = 1e6
    assert (of(features, signal)[:, :5] == of(features, changed)[:, :5]).all()


def test_the_features_of_a_sample_do_not_depend_on_how_much_is_behind_it(features: InertialFeatures) -> None:
    signal = readings(4, USED + 300)
    signal[100:150, 2] = 4e5
    signal[160:200, 4] = signal[159, 4]
    whole = of(features, signal)
    for length, next_length in pairwise((1, 7, 150, 300)):
        part = of(features, signal[next_length - length :][: USED + length])
        start = next_length - length
        np.testing.assert_allclose(part, whole[:, start : start + length], atol=2e-6)


def test_kernels_of_steps_are_deviation_and_drift() -> None:
    x = np.random.default_rng(5).integers(-99, 99, 60).astype(float)
    steps = np.diff(x)
    for n in DEVIATIONS:
        expected = x[-1] - x[-n:].mean()
        assert deviation_kernel(n) @ steps[-(n - 1) :] / n == pytest.approx(expected)
    for n, lag in DRIFTS[:2]:
        kernel = drift_kernel(n, lag)
        expected = x[-n:].mean() - x[-n - lag : -lag].mean()
        assert kernel @ steps[-len(kernel) :] / n == pytest.approx(expected)


def test_sums_of_steps_stay_exact_in_float32() -> None:
    largest = max(kernel.sum() for kernel in (deviation_kernel(DEVIATIONS[-1]), drift_kernel(*DRIFTS[-1])))
    assert largest * LARGEST_STEP < 2**24


def test_what_an_angular_acceleration_does_at_the_lever_arm_leaves_no_step(
    features: InertialFeatures,
) -> None:
    """A force of dw/dt x r alone, in resolutions of 2e-5 m/s2: only rounding is left."""
    rng = np.random.default_rng(6)
    rate = np.cumsum(rng.integers(-50, 50, (USED + 40, 3)), axis=0) * RESOLUTION[3:]
    angular = np.diff(rate, axis=0, prepend=rate[:1]) / MOUNTING.period
    force = np.round(cross(angular, np.broadcast_to(MOUNTING.lever_arm, angular.shape)) / RESOLUTION[:3])
    with_force = of(features, np.concatenate([force * RESOLUTION[:3], rate], axis=1))
    without = of(features, np.concatenate([0 * force, rate], axis=1))
    assert with_force[-3:].max() < -CENTRE + 0.5
    assert without[-3:].mean() > with_force[-3:].mean() + 1.0


def test_a_force_that_stands_still_outside_turns_in_a_turning_body(features: InertialFeatures) -> None:
    rate, force = 0.004, 0.02
    angle = rate * MOUNTING.period * np.arange(USED + 30)
    body = np.stack([force * np.cos(angle), -force * np.sin(angle), 0 * angle], axis=1)
    spin = np.broadcast_to([0.0, 0.0, rate], body.shape)
    measured = np.round(np.concatenate([body, spin], axis=1) / RESOLUTION) * RESOLUTION
    found = of(features, measured)
    turned, left = found[SIGNED - 6 : SIGNED - 3], found[SIGNED - 3 : SIGNED]
    assert np.abs(turned[1]).min() > 4 * np.abs(left[1]).max()
