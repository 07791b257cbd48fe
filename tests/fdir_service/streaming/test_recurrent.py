"""A recurrent model whose card says so carries its state; the self-check has the last word."""

import numpy as np
import pytest

from fdir_service.detector import Detector
from fdir_service.mission.compiled import DetectorSetup, OutputSetup
from fdir_service.streaming.compile import compile_model
from fdir_service.streaming.verdict import Compiled
from models.metadata import digest
from tests.fdir_service.builders import PERIOD, card
from tests.fdir_service.streaming.networks import Network, scores_of_stream, scores_of_windows

W, C, H = 60, 3, 4
GATES = {"LSTM": 4, "GRU": 3, "RNN": 1}


def layer(n, x, kind, inputs, keep=0.0, **attributes):
    """Append a layer; `keep` is the bias of an LSTM's forget gate: the larger, the longer it remembers."""
    gates = GATES[kind]
    bias = np.zeros((1, 2 * gates * H), np.float32)
    if kind == "LSTM":
        bias[0, 2 * H : 3 * H] = keep
    weights = 0.5 * n.weights(1, gates * H, inputs), 0.5 * n.weights(1, gates * H, H)
    return n(kind, x, *weights, bias, outputs=2, hidden_size=H, **attributes)


def network(kind="LSTM", keep=0.0, layers=1):
    """Return a model: recurrent layers over the window, the last hidden state, a product, a sigmoid."""
    n = Network(W, C)
    x, inputs = n("Transpose", "window", perm=[1, 0, 2]), C
    for _ in range(layers):
        y, last = layer(n, x, kind, inputs, keep)
        x, inputs = n("Squeeze", y, np.array([1])), H
    sums = n("MatMul", n("Squeeze", last, np.array([0])), n.weights(H, 1))
    return n.model(n("Sigmoid", sums), 1)


def setup(folder, octets, *, carried):
    path = folder / "net.onnx"
    path.write_bytes(octets)
    of = card(W, tuple("xyz"), ("x",)).model_copy(update={"carried": carried})
    return DetectorSetup(
        "net", "s", path, digest(path), of, (0, 1, 2), (OutputSetup("x", 0, 0, 1, 0.6, 0.4),)
    )


def record(n):
    return np.random.default_rng(3).normal(size=(n, C)).astype(np.float32)


@pytest.mark.parametrize("layers", [1, 2])
@pytest.mark.parametrize("kind", GATES)
def test_from_a_fresh_start_the_first_window_is_exact_and_later_ones_are_close(kind, layers):
    octets = network(kind, keep=-1.0, layers=layers)
    graph = compile_model(octets, W, (C,), carried=True)
    assert isinstance(graph, Compiled)
    assert graph.field == W
    assert len(graph.states) == layers * (2 if kind == "LSTM" else 1)
    samples = record(W + 40)
    streamed = scores_of_stream(graph, samples, [1, 5, 17, 2])[W - 1 :]
    single = scores_of_windows(octets, samples, W)
    np.testing.assert_allclose(streamed[0], single[0], atol=1e-6)
    np.testing.assert_allclose(streamed, single, atol=1e-4)


def test_without_the_word_of_the_card_every_window_starts_anew(tmp_path):
    verdict = Detector(setup(tmp_path, network(keep=-1.0), carried=False), 40).verdict
    assert (verdict.path, verdict.compiled) == ("batched", None)
    assert "a state of its own" in str(verdict.refusals[0])


def test_with_the_word_of_the_card_chunks_and_single_samples_carry_the_state(tmp_path):
    detector = Detector(setup(tmp_path, network(keep=-1.0), carried=True), 40)
    assert detector.verdict.path == "streaming"
    detector.streaming.pays_from = 1
    samples = record(2 * W).astype(np.float64)
    times = PERIOD * np.arange(len(samples))
    parts = [slice(0, 40), slice(40, 80), *(slice(k, k + 1) for k in range(80, len(samples)))]
    found = np.concatenate([detector.step(times[part], samples[part].T)[0] for part in parts], axis=1)
    assert np.isnan(found[0, : W - 1]).all()
    wanted = scores_of_windows(detector.setup.path.read_bytes(), samples.astype(np.float32), W)
    np.testing.assert_allclose(found[0, W - 1 :], wanted[:, 0], atol=1e-5)
    assert detector.scored.keys() == {"streaming"}


def test_a_state_does_not_survive_an_unknown_sample(tmp_path):
    of = setup(tmp_path, network(keep=-1.0), carried=True)
    samples = record(3 * W).astype(np.float64)
    times = PERIOD * np.arange(len(samples))
    broken = samples.copy()
    broken[W] = np.nan
    after = Detector(of, 3 * W).step(times, broken.T)[0]
    fresh = Detector(of, 3 * W).step(times[W + 1 :], samples[W + 1 :].T)[0]
    assert np.isnan(after[0, W : 2 * W]).all()
    np.testing.assert_array_equal(after[0, W + 1 :], fresh[0])


def test_cells_that_remember_longer_than_a_window_fail_the_check_and_are_run_again(tmp_path):
    verdict = Detector(setup(tmp_path, network(keep=6.0), carried=True), 40).verdict
    assert verdict.path == "batched"
    assert "streaming scores differ" in str(verdict.refusals[0])


def test_the_word_of_the_card_is_part_of_what_is_kept(tmp_path):
    octets = network(keep=-1.0)
    assert Detector(setup(tmp_path, octets, carried=True), 40).verdict.path == "streaming"
    assert Detector(setup(tmp_path, octets, carried=False), 40).verdict.path == "batched"


def backwards(n, x):
    return layer(n, x, "LSTM", C, direction="reverse")[1]


def of_its_own_length(n, x):
    weights = n.weights(1, 4 * H, C), n.weights(1, 4 * H, H), n.weights(1, 8 * H)
    return n("LSTM", x, *weights, np.array([W - 1], np.int32), outputs=2, hidden_size=H)[1]


def from_somewhere(n, x):
    weights = n.weights(1, 4 * H, C), n.weights(1, 4 * H, H), n.weights(1, 8 * H)
    return n("LSTM", x, *weights, "", n.weights(1, 1, H), outputs=2, hidden_size=H)[1]


def every_other_sample(n, x):
    thin = n("Slice", x, np.array([0]), np.array([W]), np.array([0]), np.array([2]))
    return layer(n, thin, "LSTM", C)[1]


def convolved(n, x):
    wide = n.conv(n("Transpose", x, perm=[1, 2, 0]), C, C, 3)
    return layer(n, n("Transpose", wide, perm=[2, 0, 1]), "LSTM", C)[1]


def batch_first(n, x):
    return layer(n, n("Transpose", x, perm=[1, 0, 2]), "LSTM", C, layout=1)[1]


REFUSED = [
    (backwards, "backwards"),
    (of_its_own_length, "lengths of its own"),
    (from_somewhere, "does not start from zeros"),
    (every_other_sample, "not single samples"),
    (convolved, "not single samples"),
    (batch_first, "batch first"),
]


@pytest.mark.parametrize(("build", "reason"), REFUSED, ids=lambda value: getattr(value, "__name__", ""))
def test_what_cannot_be_carried_is_named(build, reason):
    n = Network(W, C)
    last = build(n, n("Transpose", "window", perm=[1, 0, 2]))
    (refusal,) = compile_model(n.model(n("Squeeze", last, np.array([0])), H), W, (C,), carried=True)
    assert refusal.op_type == "LSTM"
    assert reason in refusal.reason


def test_a_carried_state_has_no_compiled_step():
    compiled = compile_model(network(keep=-1.0), W, (C,), carried=True)
    assert isinstance(compiled, Compiled)
    assert compiled.step == "has a recurrent layer (LSTM)"
