"""Every path gives the scores of single windows, through gaps, unknown values and any chunking."""

import math
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fdir_service import detector as detector_module
from fdir_service.detector import Detector
from fdir_service.mission.compiled import DetectorSetup, OutputSetup
from models.metadata import digest
from tests.fdir_service.builders import PERIOD, card
from tests.fdir_service.streaming.networks import Network, networks, scores_of_windows

CHUNK = 40


def write(folder, octets, window, channels, outputs, *, compiled_step=False):
    """Write a model with its card; return how a mission would use it."""
    names = [f"c{k}" for k in range(max(channels, outputs))]
    of = card(window, tuple(names[:channels]), tuple(names[:outputs]))
    path = folder / f"{abs(hash(octets))}.onnx"
    path.write_bytes(octets)
    outs = tuple(OutputSetup(names[k], k, 2 * k, 2 * k + 1, 0.6, 0.4) for k in range(outputs))
    return DetectorSetup("drawn", "s", path, digest(path), of, tuple(range(channels)), outs, compiled_step)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("drawn")


@st.composite
def records(draw, channels, most=110):
    """Draw times and inputs (channels, n) with gaps and unknown values, and where to cut them."""
    n = draw(st.integers(1, most))
    inputs = np.random.default_rng(draw(st.integers(0, 99))).normal(size=(channels, n))
    for k in draw(st.lists(st.integers(0, n - 1), max_size=3)):
        inputs[draw(st.integers(0, channels - 1)), k] = draw(st.sampled_from([math.nan, math.inf]))
    steps = np.full(n, PERIOD)
    for k in draw(st.lists(st.integers(0, n - 1), max_size=2)):
        steps[k] = 9 * PERIOD
    return np.cumsum(steps), inputs, draw(st.lists(st.integers(0, n), max_size=12))


def chunks(n, cuts):
    """Return the slices of n samples that `cuts` make, none longer than CHUNK."""
    edges = sorted({0, n, *(k for k in cuts if k < n), *range(0, n, CHUNK)})
    return [slice(a, b) for a, b in pairwise(edges)]


def expected(setup, times, inputs):
    """Return the scores of single windows, known where all samples are and follow one another."""
    window = setup.card.window
    known = np.isfinite(inputs).all(axis=0)
    on_time = np.concatenate([[True], np.diff(times) == PERIOD])
    scores = np.full((len(setup.outputs), len(times)), np.nan)
    if len(times) >= window:
        record = np.where(known, inputs, 0.0).T.astype(np.float32)
        scores[:, window - 1 :] = scores_of_windows(setup.path.read_bytes(), record, window).T
    for k in range(len(times)):
        mine = slice(max(0, k - window + 1), k + 1)
        if k + 1 < window or not (known[mine].all() and on_time[mine][1:].all()):
            scores[:, k] = np.nan
    return scores


@settings(max_examples=60)
@given(data=st.data())
def test_scores_are_those_of_single_windows_on_every_path(folder, data):
    octets, window, channels, outputs = data.draw(networks())
    setup = write(folder, octets, window, channels, outputs)
    times, inputs, cuts = data.draw(records(channels))
    wanted = expected(setup, times, inputs)
    indices = []
    for pays_from, stepping in ((1, False), (data.draw(st.integers(2, 12)), False), (None, False), (1, True)):
        setup = replace(setup, compiled_step=stepping)
        detector = Detector(setup, CHUNK, streaming=pays_from is not None)
        if pays_from:
            detector.streaming.pays_from = pays_from
        parts = [detector.step(times[part], inputs[:, part]) for part in chunks(len(times), cuts)]
        scores = np.concatenate([scores for scores, _ in parts], axis=1)
        np.testing.assert_allclose(scores, wanted, rtol=1e-5, atol=1e-5)
        indices.append(np.concatenate([index for _, index in parts], axis=1))
        assert detector.windows == detector.scored.total() == np.isfinite(wanted[0]).sum()
        assert pays_from != 1 or set(detector.scored) <= (
            {"step", "streaming"} if stepping else {"streaming"}
        )
    for others in indices[1:]:
        np.testing.assert_array_equal(others, indices[0])


@settings(max_examples=25)
@given(data=st.data())
def test_a_detector_restored_anywhere_gives_the_very_same_remainder(folder, data):
    octets, window, channels, outputs = data.draw(networks())
    setup = write(folder, octets, window, channels, outputs, compiled_step=data.draw(st.booleans()))
    times, inputs, cuts = data.draw(records(channels))
    first, second = Detector(setup, CHUNK), Detector(setup, CHUNK)
    first.streaming.pays_from = second.streaming.pays_from = data.draw(st.integers(1, 4))
    parts = chunks(len(times), cuts)
    at = data.draw(st.integers(0, len(parts)))
    for part in parts[:at]:
        first.step(times[part], inputs[:, part])
    for name in ("clean", "last_time", "carried"):
        setattr(second, name, getattr(first, name))
    for name in ("ring", "next"):
        setattr(second.history, name, getattr(first.history, name))
    second.history.ring = first.history.ring.copy()
    for part in parts[at:]:
        both = [detector.step(times[part], inputs[:, part])[0] for detector in (first, second)]
        np.testing.assert_array_equal(*both)


@pytest.fixture(scope="module")
def small(folder):
    """A convolution over 8 samples of two channels."""
    n = Network(8, 2)
    x = n("MaxPool", n("Relu", n.conv(n.turned(), 2, 4, 3)), kernel_shape=[2], strides=[2])
    return write(folder, n.model(n("Gemm", n("Flatten", x), n.weights(12, 1)), 1), 8, 2, 1)


def run(detector, first, n, seed=0):
    inputs = np.random.default_rng(seed).normal(size=(2, 200))[:, first : first + n]
    return detector.step(PERIOD * np.arange(first, first + n), inputs)[0]


def test_a_carried_state_of_another_model_is_not_taken_up(small):
    detector, whole = Detector(small, CHUNK), Detector(small, CHUNK, streaming=False)
    detector.streaming.pays_from = 1
    run(detector, 0, 30)
    run(whole, 0, 30)
    detector.carried = [0, np.zeros((1, 3, 3), np.float32)]
    assert detector.carried == []
    np.testing.assert_allclose(run(detector, 30, 9), run(whole, 30, 9), atol=1e-6)


def test_a_state_that_has_fallen_behind_a_whole_field_is_not_kept(small):
    detector = Detector(small, CHUNK)
    detector.streaming.pays_from = 5
    run(detector, 0, 30)
    assert detector.carried[0] == 0
    for k in range(30, 36):
        run(detector, k, 1)
    assert detector.carried[0] == 6
    run(detector, 36, 2)
    assert detector.carried == []
    assert detector.scored == {"streaming": 23, "window": 6, "batched": 2}


def test_no_state_survives_a_flush_or_an_unknown_sample(small):
    detector, fresh = Detector(small, CHUNK), Detector(small, CHUNK)
    detector.streaming.pays_from = fresh.streaming.pays_from = 1
    run(detector, 0, 40)
    detector.flush()
    np.testing.assert_array_equal(run(detector, 50, 20), run(fresh, 50, 20))
    hole = np.full((2, 1), math.nan)
    detector.step(np.array([PERIOD * 70]), hole)
    fresh.flush()
    np.testing.assert_array_equal(run(detector, 71, 20), run(fresh, 71, 20))


def test_a_mission_that_wants_a_step_gets_it_for_few_samples(small):
    pytest.importorskip("numba")
    detector, whole = Detector(replace(small, compiled_step=True), CHUNK), Detector(small, CHUNK)
    detector.streaming.step.most, detector.streaming.pays_from = 6, 7
    parts = [30, 1, 1, 6, 7, 1, 2, 12]
    for first, n in zip(np.cumsum([0, *parts]), parts, strict=False):
        np.testing.assert_allclose(run(detector, first, n), run(whole, first, n), atol=1e-6)
    assert detector.scored == {"streaming": 23 + 7 + 12, "step": 1 + 1 + 6 + 1 + 2}
    assert detector.carried[0] == 0
    assert detector.lacks_step == whole.lacks_step == ""


def test_no_step_survives_a_flush_or_an_unknown_sample(small):
    stepping = replace(small, compiled_step=True)
    detector, fresh = Detector(stepping, CHUNK), Detector(stepping, CHUNK)
    for k in range(40):
        run(detector, k, 1)
    detector.step(np.array([PERIOD * 40]), np.full((2, 1), math.nan))
    for k in range(41, 60):
        np.testing.assert_array_equal(run(detector, k, 1), run(fresh, k, 1))


def test_a_detector_says_why_it_lacks_the_step_that_its_mission_wants(small, folder, monkeypatch):
    monkeypatch.setattr(detector_module, "interpreter", lambda: None)
    detector = Detector(replace(small, compiled_step=True), CHUNK)
    assert detector.lacks_step == "numba is not installed (the extra fast)"
    run(detector, 0, 30)
    assert run(detector, 30, 1).shape == (1, 1)
    n = Network(8, 2)
    asin = n("Flatten", n("GlobalMaxPool", n("Asin", n("Tanh", n.turned()))))
    setup = write(folder, n.model(asin, 2), 8, 2, 2, compiled_step=True)
    assert Detector(setup, CHUNK).lacks_step == "has the operator Asin"


def test_a_refused_network_gives_right_scores_and_says_why(folder):
    n = Network(8, 2)
    x = n("Relu", n.conv(n.turned(), 2, 2, 3, pads=[1, 1]))
    setup = write(folder, n.model(n("Flatten", n("GlobalMaxPool", x)), 2), 8, 2, 2)
    detector = Detector(setup, CHUNK)
    inputs = np.random.default_rng(1).normal(size=(2, 35))
    times = PERIOD * np.arange(35)
    np.testing.assert_allclose(detector.step(times, inputs)[0], expected(setup, times, inputs), atol=1e-6)
    detector.step(times[:1] + 35 * PERIOD, inputs[:, :1])
    (refusal,) = detector.verdict.refusals
    assert (refusal.node, refusal.op_type) == ("Conv1", "Conv")
    assert detector.verdict.path == "batched"
    assert detector.streaming is None
    assert detector.carried == []
    assert detector.scored == {"batched": 28, "window": 1}
    detector = Detector(replace(setup, compiled_step=True), CHUNK)
    assert detector.lacks_step == "the model has no form as a stream"
