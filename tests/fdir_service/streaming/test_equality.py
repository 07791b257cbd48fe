"""The self-check refuses a path whose scores are not those of single windows, and says by how much."""

from dataclasses import replace

import numpy as np
import pytest

from fdir_service.session import WindowSession
from fdir_service.streaming import equality, step
from fdir_service.streaming.step import PLAIN
from models.card import INPUT_NAME
from tests.fdir_service.streaming.networks import Network, compiled

W, C = 6, 2


@pytest.fixture
def model(tmp_path):
    """A convolution: session on windows, streaming graph."""
    n = Network(W, C)
    octets = n.model(n("Flatten", n("GlobalAveragePool", n.conv(n.turned(), C, 2, 3))), 2)
    return session(tmp_path, octets), compiled(octets, W, C)


def session(folder, octets):
    path = folder / "model.onnx"
    path.write_bytes(octets)
    return WindowSession(path, W, (C,))


def test_equal_paths_are_all_accepted_with_their_differences(model):
    verdict = equality.check(model[0], C, model[1])
    assert (verdict.compiled, verdict.batched, verdict.refusals) == (model[1], True, ())
    assert verdict.path == "streaming"
    assert set(verdict.differences) == {"batched", "streaming"}
    assert max(verdict.differences.values()) < 1e-6


def test_a_model_without_a_graph_is_checked_in_batches(model):
    verdict = equality.check(model[0], C, None)
    assert (verdict.path, list(verdict.differences)) == ("batched", ["batched"])


def test_a_graph_of_other_weights_is_refused(model):
    n = Network(W, C, seed=1)
    other = n.model(n("Flatten", n("GlobalAveragePool", n.conv(n.turned(), C, 2, 3))), 2)
    verdict = equality.check(model[0], C, compiled(other, W, C))
    assert verdict.compiled is None
    (refusal,) = verdict.refusals
    assert refusal.reason.startswith("streaming scores differ by")


@pytest.mark.parametrize("interpreter", [way for way in (PLAIN, step.interpreter()) if way])
def test_a_step_is_checked_where_there_is_what_runs_it(model, interpreter):
    verdict = equality.check(model[0], C, model[1], interpreter)
    assert (verdict.compiled, verdict.interpreter) == (model[1], interpreter.made)
    assert verdict.differences["step"] <= equality.TOLERANCE


def test_a_step_of_other_weights_is_refused_and_the_graph_is_not(model):
    n = Network(W, C, seed=1)
    other = n.model(n("Flatten", n("GlobalAveragePool", n.conv(n.turned(), C, 2, 3))), 2)
    mixed = replace(model[1], step=compiled(other, W, C).step)
    verdict = equality.check(model[0], C, mixed, PLAIN)
    (refusal,) = verdict.refusals
    assert refusal.reason.startswith("step scores differ by")
    assert verdict.compiled == replace(mixed, step=refusal.reason)


def test_a_graph_that_does_not_run_is_refused(model):
    broken = replace(model[1], graph=b"nonsense")
    (refusal,) = equality.check(model[0], C, broken).refusals
    assert refusal.reason.startswith("streaming: ")
    wrong = replace(model[1], states=((C, 1, "float32"),) * 2)
    (refusal,) = equality.check(model[0], C, wrong).refusals
    assert "streaming graph" in refusal.reason


def test_a_model_whose_windows_depend_on_their_batch_is_run_one_by_one(tmp_path):
    n = Network(W, C)
    first = n("ReduceMax", n("Flatten", INPUT_NAME), np.array([1]))
    mixed = n("Sub", first, n("ReduceMean", first, np.array([0])))
    windows = session(tmp_path, n.model(mixed, 1))
    verdict = equality.check(windows, C, None)
    assert (verdict.path, verdict.batched) == ("window", False)
    assert verdict.refusals[0].reason.startswith("batched scores differ by")


def test_a_difference_is_relative_to_scores_above_one_and_knows_what_is_not_a_number():
    one, nan, inf = np.float32(1), np.float32(np.nan), np.float32(np.inf)
    assert equality.difference(np.array([0.5, 2000], "f4"), np.array([0.25, 1000], "f4")) == 1.0
    assert equality.difference(np.array([nan, inf, -inf]), np.array([nan, inf, -inf])) == 0.0
    for got, wanted in ((nan, one), (one, nan), (inf, one), (one, inf), (inf, -inf)):
        assert not equality.difference(np.array([got]), np.array([wanted])) <= equality.TOLERANCE


def test_the_samples_are_the_same_every_time_and_of_all_sizes():
    record = equality.samples(600, 2)
    np.testing.assert_array_equal(record, equality.samples(600, 2))
    assert np.abs(record[:50]).max() < 0.02
    assert np.abs(record[-50:]).max() > 50
