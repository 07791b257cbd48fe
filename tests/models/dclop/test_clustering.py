import numpy as np
import pytest
import torch

from models.dclop import assignment
from models.dclop.autoencoder import DeepEmbeddedAutoencoder
from models.dclop.clustering import (
    JointSettings,
    cluster_jointly,
    divergence,
    soft_assignment,
    target_distribution,
)
from models.dclop.huber import StaticLoss
from models.training import seeded


def test_q_is_the_same_in_torch_and_in_the_float64_reference():
    rng = np.random.default_rng(0)
    points, centres = rng.normal(size=(9, 3)), rng.normal(size=(4, 3))
    found = soft_assignment(torch.from_numpy(points), torch.from_numpy(centres)).numpy()
    assert found == pytest.approx(assignment.soft_assignment(points, centres))


def test_the_target_sharpens_and_evens_out_frequencies():
    q = torch.tensor([[0.8, 0.2], [0.8, 0.2], [0.4, 0.6]])
    p = target_distribution(q)
    raised = np.array([[0.64 / 2, 0.04 / 1], [0.64 / 2, 0.04 / 1], [0.16 / 2, 0.36 / 1]])
    assert p.numpy() == pytest.approx(raised / raised.sum(axis=1, keepdims=True))


def test_a_cluster_without_weight_has_no_share_in_the_target():
    assert target_distribution(torch.tensor([[1.0, 0.0]])).tolist() == [[1.0, 0.0]]


def test_the_divergence_is_zero_for_equals_and_the_mean_over_samples_otherwise():
    p, q = torch.tensor([[0.5, 0.5], [1.0, 0.0]]), torch.tensor([[0.5, 0.5], [0.5, 0.5]])
    assert float(divergence(q, q)) == 0
    assert float(divergence(p, q)) == pytest.approx(np.log(2) / 2)


def _run(settings, seed=0):
    rng = np.random.default_rng(seed)
    rows = np.concatenate([rng.normal(size=(40, 4)) + 6 * k for k in range(3)]) / 6
    samples = torch.from_numpy(rows.astype(np.float32))
    with seeded(seed) as generator:
        network = DeepEmbeddedAutoencoder(4, (8, 4, 8), 2)
        latent = network.reference()(rows)
        before = network.reference()
        found = cluster_jointly(network, samples, latent[::40], StaticLoss(), settings, generator)
    return before, network.reference(), latent[::40], found


def test_the_phase_trains_before_its_first_test():
    before, after, centres, found = _run(JointSettings(interval=20, least=40, iterations=400, tolerance=0.05))
    assert 40 <= found.iterations < 400
    assert found.iterations % 20 == 0
    assert not np.array_equal(before.layers[0].weight, after.layers[0].weight)
    assert not np.allclose(centres, found.centres)


def test_the_test_as_printed_stops_before_the_first_update_of_the_labels_counts():
    _, _, _, found = _run(JointSettings(interval=1, least=0, iterations=50, rate=0.0))
    assert found.iterations == 1


def test_at_most_so_many_iterations_are_run():
    _, _, _, found = _run(JointSettings(interval=5, least=100, iterations=12))
    assert found.iterations == 12


def test_the_seed_decides_everything():
    first, again, other = (_run(JointSettings(least=20), seed)[3].centres for seed in (1, 1, 2))
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)
