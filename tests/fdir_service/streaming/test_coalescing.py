"""Windows of a recurrent model are run together where they come to the same state, and only there."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fdir_service.detector import Detector, DetectorError
from fdir_service.mission.compiled import DetectorSetup, OutputSetup
from fdir_service.session import WindowSession
from fdir_service.streaming import coalescing
from fdir_service.streaming.coalescing import CoalescingSession
from fdir_service.streaming.compile import compile_model
from fdir_service.streaming.equality import difference
from fdir_service.streaming.verdict import Compiled
from models.metadata import digest
from tests.fdir_service.builders import PERIOD, card
from tests.fdir_service.streaming.networks import Network, scores_of_windows
from tests.fdir_service.streaming.test_recurrent import GATES, layer

W, C, H = coalescing.SHORTEST, 3, 4


def network(kind="LSTM", keep=0.0, layers=1, head="last", window=W):
    """Return a model: recurrent layers over the window, something of their states, a product, a sigmoid."""
    n = Network(window, C)
    x, inputs = n("Transpose", "window", perm=[1, 0, 2]), C
    for _ in range(layers):
        y, last = layer(n, x, kind, inputs, keep)
        x, inputs = n("Squeeze", y, np.array([1])), H
    states = {
        "last": lambda: n("Squeeze", last, np.array([0])),
        "mean": lambda: n("ReduceMean", x, np.array([0]), keepdims=0),
        "change": lambda: n("Sub", n("Squeeze", last, np.array([0])), n("Gather", x, np.array(-3), axis=0)),
    }
    return n.model(n("Sigmoid", n("MatMul", states[head](), n.weights(H, 1))), 1)


def record(n, seed=3):
    return np.random.default_rng(seed).normal(size=(n, C)).astype(np.float32)


def session(folder, octets, window=W):
    path = folder / "net.onnx"
    path.write_bytes(octets)
    graph = compile_model(octets, window, (C,), carried=True, rows=True)
    assert isinstance(graph, Compiled), [str(refusal) for refusal in graph]
    return CoalescingSession(graph, WindowSession(path, window, (C,)))


def assert_equal(found, octets, samples, window=W):
    wanted = scores_of_windows(octets, samples, window)
    assert found.shape == wanted.shape
    assert difference(found, wanted) <= coalescing.TOLERANCE


@pytest.mark.parametrize("head", ["last", "change"])
@pytest.mark.parametrize("layers", [1, 2])
@pytest.mark.parametrize("kind", GATES)
def test_windows_that_forget_are_run_together_with_the_same_scores(kind, layers, head, tmp_path):
    octets, n = network(kind, -1.0, layers, head), coalescing.LEAST + 5
    together, samples = session(tmp_path, octets), record(W + n - 1)
    assert_equal(together.slide(samples), octets, samples)
    assert together.coalesced == n


@pytest.mark.parametrize("keep", [1.5, 6.0])
def test_windows_that_remember_are_run_as_a_whole(tmp_path, keep):
    octets = network(keep=keep)
    together, samples = session(tmp_path, octets), record(2 * W)
    assert_equal(together.slide(samples), octets, samples)
    assert together.coalesced == 0


def test_scores_that_look_at_all_states_need_whole_windows(tmp_path):
    octets = network(keep=-1.0, head="mean")
    together, samples = session(tmp_path, octets), record(2 * W)
    assert_equal(together.slide(samples), octets, samples)
    assert together.coalesced == 0


def test_each_part_of_a_long_chunk_is_tried_by_itself(tmp_path):
    octets, n = network(keep=-1.0), 2 * coalescing.MOST + coalescing.LEAST - 1
    together, samples = session(tmp_path, octets), record(W + n - 1)
    assert_equal(together.slide(samples), octets, samples)
    assert together.coalesced == 2 * coalescing.MOST


def integrator():
    """Return a model whose one cell goes on where the first channel is above zero, and else starts anew."""
    n = Network(W, C)
    weights = np.zeros((1, 4, C), np.float32)
    weights[0, 2, 0], weights[0, 3, 1:] = 1e3, 0.01
    bias = np.array([[1e3, 1e3, 0, 0, 0, 0, 0, 0]], np.float32)
    turned = n("Transpose", "window", perm=[1, 0, 2])
    last = n("LSTM", turned, weights, np.zeros((1, 4, 1), np.float32), bias, outputs=2, hidden_size=1)[1]
    return n.model(n("Squeeze", last, np.array([0])), 1)


def test_what_the_samples_decide_is_found_out_in_every_chunk(tmp_path):
    octets, n = integrator(), coalescing.MOST
    together = session(tmp_path, octets)
    forgets, remembers = record(W + n - 1), record(W + n - 1)
    forgets[::10, 0], remembers[:, 0] = -1.0, 1.0
    # The first windows come to the state of the oldest, those that start after the middle do not.
    half = np.where(np.arange(W + n - 1)[:, None] < n // 2, forgets, remembers)
    for samples, coalesced in ((forgets, n), (remembers, n), (half, n), (forgets, 2 * n)):
        assert_equal(together.slide(samples), octets, samples)
        assert together.coalesced == coalesced


@pytest.mark.parametrize("limits", [{"EQUAL": 1e3}, {"EQUAL": 1e3, "SAME": 1e3}])
def test_states_that_only_look_alike_are_seen_in_their_scores_or_in_a_whole_window(
    limits, tmp_path, monkeypatch
):
    octets = network(keep=6.0)
    together, samples = session(tmp_path, octets), record(2 * W)
    for name, value in limits.items():
        monkeypatch.setattr(coalescing, name, value)
    assert_equal(together.slide(samples), octets, samples)
    assert together.coalesced == 0


def test_a_difference_in_the_middle_of_a_chunk_is_seen_although_the_newest_window_agrees(
    tmp_path, monkeypatch
):
    octets, n = integrator(), coalescing.MOST
    together, samples = session(tmp_path, octets), record(W + n - 1)
    samples[:, 0] = np.where(np.arange(len(samples)) < W + n // 2, 1.0, -1.0)
    for name in ("EQUAL", "SAME"):
        monkeypatch.setattr(coalescing, name, 1e3)
    assert_equal(together.slide(samples), octets, samples)
    assert together.coalesced == 0


def test_equal_states_have_to_be_scored_alike(tmp_path, monkeypatch):
    octets = network(keep=-1.0)
    together, samples = session(tmp_path, octets), record(2 * W)
    together.slide(samples)
    assert together.coalesced == W + 1
    monkeypatch.setattr(coalescing, "SAME", -1.0)
    together.slide(samples)
    assert together.coalesced == W + 1


def test_states_that_are_no_numbers_are_equal_to_none(tmp_path):
    octets = network("RNN")
    together, samples = session(tmp_path, octets), record(2 * W)
    samples[5:7] = [[np.inf], [-np.inf]]
    scores = together.slide(samples)
    assert np.isnan(scores).any()
    assert_equal(scores, octets, samples)
    assert together.coalesced == 0


def test_a_graph_that_does_not_run_says_whose_it_is(tmp_path):
    together = session(tmp_path, network())
    with pytest.raises(DetectorError, match=r"net\.onnx: coalescing graph: "):
        together.slide(np.zeros((2 * W, C + 1), np.float32))


def setup(folder, octets, window=W):
    path = folder / "net.onnx"
    path.write_bytes(octets)
    output = OutputSetup("x", 0, 0, 1, 0.6, 0.4)
    return DetectorSetup(
        "net", "s", path, digest(path), card(window, tuple("xyz"), ("x",)), (0, 1, 2), (output,)
    )


def test_a_detector_takes_the_path_by_itself_and_counts_it(tmp_path):
    octets = network(keep=-1.0)
    detector = Detector(setup(tmp_path, octets), 2 * W)
    assert detector.verdict.path == "coalescing"
    assert detector.verdict.differences.keys() == {"batched", "coalescing"}
    samples = record(2 * W + 9)
    parts = [slice(0, 2 * W), slice(2 * W, 2 * W + 8), slice(2 * W + 8, 2 * W + 9)]
    times = PERIOD * np.arange(len(samples))
    found = [detector.step(times[part], samples[part].T.astype(np.float64))[0][0] for part in parts]
    assert_equal(np.concatenate(found)[W - 1 :, None].astype(np.float32), octets, samples)
    assert detector.scored == {"coalescing": W + 1, "batched": 8, "window": 1}


def test_without_streaming_it_is_not_taken(tmp_path):
    detector = Detector(setup(tmp_path, network(keep=-1.0)), 2 * W, streaming=False)
    assert detector.verdict.path == "batched"
    detector.step(PERIOD * np.arange(2 * W), record(2 * W).T.astype(np.float64))
    assert detector.scored == {"batched": W + 1}


def test_cells_that_remember_and_windows_that_are_short_do_without(tmp_path):
    verdict = Detector(setup(tmp_path, network(keep=6.0)), 2 * W).verdict
    assert verdict.path == "batched"
    assert "of 513 windows come to the state of another one" in str(verdict.refusals[-1])
    short = W - 1
    verdict = Detector(setup(tmp_path, network(keep=-1.0, window=short), short), 2 * W).verdict
    assert (verdict.path, len(verdict.refusals)) == ("batched", 1)


@settings(max_examples=15)
@given(
    kind=st.sampled_from(list(GATES)),
    keep=st.floats(-2, 4),
    layers=st.integers(1, 2),
    gaps=st.lists(st.integers(0, 3 * W), max_size=2),
    cuts=st.lists(st.integers(1, 3 * W), max_size=4),
    loud=st.sampled_from([0.01, 1.0, 30.0]),
)
def test_any_chunks_and_gaps_give_the_scores_of_single_windows(
    tmp_path_factory, kind, keep, layers, gaps, cuts, loud
):
    octets = network(kind, keep, layers)
    detector = Detector(setup(tmp_path_factory.mktemp("net"), octets), 3 * W)
    samples = loud * record(3 * W).astype(np.float64)
    samples[[gap for gap in gaps if gap < len(samples)]] = np.nan
    bounds = sorted({0, *(cut for cut in cuts if cut < len(samples)), len(samples)})
    parts = [slice(*pair) for pair in pairwise(bounds)]
    times = PERIOD * np.arange(len(samples))
    found = np.concatenate([detector.step(times[part], samples[part].T)[0][0] for part in parts])[W - 1 :]
    wanted = scores_of_windows(octets, samples.astype(np.float32), W)[:, 0]
    known = ~np.isnan(np.lib.stride_tricks.sliding_window_view(samples[:, 0], W)).any(axis=1)
    np.testing.assert_array_equal(np.isnan(found), ~known)
    np.testing.assert_allclose(found[known], wanted[known], atol=1e-5)
