import numpy as np
import pytest
import torch

from models.atmonsat.autoencoder import AutoEncoder
from models.atmonsat.cnn import HISTORY, Cnn
from models.atmonsat.error_statistics import ErrorDetector, ErrorStatistics, SingularError
from models.atmonsat.network import CHANNEL_NAMES, CHANNELS, errors, windows
from models.training import seeded


@pytest.fixture(scope="module")
def samples() -> np.ndarray:
    rng = np.random.default_rng(0)
    return rng.integers(0, 45, (400, CHANNELS)).astype(np.float32)


@pytest.fixture
def network() -> Cnn:
    with seeded(1):
        return Cnn().eval()


def test_the_channels_are_nine_counters_then_nine_temperatures() -> None:
    assert [c.name for c in CHANNEL_NAMES[7:11]] == ["islcc.7", "islcc.8", "temp.0", "temp.1"]
    assert [c.unit for c in CHANNEL_NAMES[8:10]] == ["samples", "degC"]


def test_windows_end_at_every_sample_with_a_full_history(samples: np.ndarray) -> None:
    view = windows(samples, HISTORY)
    assert view.shape == (250, HISTORY + 1, CHANNELS)
    assert (view[7] == samples[7 : 8 + HISTORY]).all()


def test_errors_are_prediction_minus_the_next_sample(network: Cnn, samples: np.ndarray) -> None:
    found = errors(network, samples, batch=100)
    assert found.shape == (250, CHANNELS)
    with torch.no_grad():
        first = network(torch.from_numpy(samples[None, :HISTORY])).numpy()[0] - samples[HISTORY]
    np.testing.assert_allclose(found[0], first, rtol=1e-4, atol=1e-4)
    np.testing.assert_allclose(errors(network, samples, stride=7), found[::7], rtol=1e-4, atol=1e-4)


def test_the_autoencoders_error_is_that_of_the_samples_before_the_newest(samples: np.ndarray) -> None:
    with seeded(1):
        network = AutoEncoder(20, (6, 4, 3)).eval()
    found = errors(network, samples[:30])
    assert found.shape == (10, 20 * CHANNELS)
    changed = samples[:30].copy()
    changed[20] += 5
    again = errors(network, changed)
    assert (again[0] == found[0]).all()
    assert not np.allclose(again[1], found[1])


def test_the_distance_is_the_squared_mahalanobis_distance() -> None:
    rng = np.random.default_rng(1)
    spread = rng.standard_normal((500, CHANNELS)) @ rng.standard_normal((CHANNELS, CHANNELS)) + 3.0
    statistics = ErrorStatistics.fit(spread)
    centred = spread - spread.mean(axis=0)
    inverse = np.linalg.inv(centred.T @ centred / len(spread))
    expected = np.einsum("ni,ij,nj->n", centred, inverse, centred)
    np.testing.assert_allclose(statistics.distance(spread), expected, rtol=1e-6)
    assert statistics.distance(spread).mean() == pytest.approx(CHANNELS)


def test_the_detector_gives_both_errors_of_its_newest_sample(network: Cnn, samples: np.ndarray) -> None:
    found = errors(network, samples)
    statistics = ErrorStatistics.fit(found)
    view = torch.from_numpy(windows(samples, HISTORY).copy())
    with torch.no_grad():
        scores = ErrorDetector(network, statistics).eval()(view).numpy()
        alone = ErrorDetector(network, statistics, euclidean=False).eval()(view).numpy()
    np.testing.assert_allclose(scores[:, 0], statistics.distance(found), rtol=1e-3)
    np.testing.assert_allclose(scores[:, 1], np.linalg.norm(found, axis=1), rtol=1e-4)
    assert (alone == scores[:, :1]).all()


def test_too_few_errors_for_a_covariance_are_refused() -> None:
    with pytest.raises(SingularError, match="10 errors of 18 numbers"):
        ErrorStatistics.fit(np.random.default_rng(0).integers(0, 9, (10, CHANNELS)) * 1.0)
