"""A detector's scores equal one window after the other, and unknown inputs make unknown outputs."""

import math
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fdir_service.detector import Detector, DetectorError
from fdir_service.mission.compiled import DetectorSetup, OutputSetup
from fdir_service.session import BATCH, ROWS, WindowSession
from models.metadata import digest
from tests.fdir_service.builders import PERIOD, card, write_weighted
from tests.fdir_service.test_hysteresis import naive_index

CHUNK = 48
WEIGHTS = np.random.default_rng(7).normal(size=(8, 2)).astype(np.float32)


def setup(path, of=None, outputs=(0, 1)):
    of = of or card()
    outs = tuple(OutputSetup(of.outputs[k].name, k, 2 * k, 2 * k + 1, 0.75, 0.25) for k in outputs)
    return DetectorSetup("weighted", "s", path, digest(path), of, (1, 2), outs)


@pytest.fixture(scope="module")
def weighted(tmp_path_factory):
    path = tmp_path_factory.mktemp("detector") / "weighted.onnx"
    write_weighted(path, card(), WEIGHTS)
    return setup(path)


def at(n, first=0):
    """Times of n samples a period apart."""
    return PERIOD * np.arange(first, first + n)


def naive_scores(setup, times, inputs):
    """One window at a time: known where all of its samples are, a period after one another."""
    window, period = setup.card.window, setup.card.period
    scores = np.full((len(setup.outputs), len(times)), np.nan)
    for k in range(window - 1, len(times)):
        mine = slice(k - window + 1, k + 1)
        late = abs(np.diff(times[mine]) * 1e-9 - period) > setup.card.period_tolerance * period
        if np.isfinite(inputs[:, mine]).all() and not late.any():
            scores[:, k] = inputs[:, mine].T.astype(np.float32).reshape(-1) @ WEIGHTS
    return scores


def in_chunks(detector, times, inputs, cuts):
    edges = [0, *sorted({k for k in cuts if 0 < k < len(times)}), len(times)]
    parts = [detector.step(times[a:b], inputs[:, a:b]) for a, b in pairwise(edges)]
    return np.concatenate([p[0] for p in parts], axis=1), np.concatenate([p[1] for p in parts], axis=1)


@st.composite
def runs(draw):
    """Inputs with some values not known, times with some gaps, and cuts between chunks."""
    n = draw(st.integers(1, CHUNK))
    inputs = np.random.default_rng(draw(st.integers(0, 99))).normal(size=(2, n))
    for k in draw(st.lists(st.integers(0, n - 1), max_size=3)):
        inputs[draw(st.integers(0, 1)), k] = draw(st.sampled_from([math.nan, math.inf, -math.inf]))
    steps = np.full(n, PERIOD)
    for k in draw(st.lists(st.integers(0, n - 1), max_size=2)):
        steps[k] = draw(st.sampled_from([PERIOD // 2, PERIOD * 104 // 100, PERIOD * 106 // 100, 9 * PERIOD]))
    return np.cumsum(steps), inputs, draw(st.lists(st.integers(0, n), max_size=6))


@given(runs())
def test_only_what_becomes_an_index_has_one(weighted, run):
    times, inputs, cuts = run
    first, second = weighted.outputs
    plain = replace(first, index=None, on=None, off=None)
    mixed = Detector(replace(weighted, outputs=(plain, second)), CHUNK)
    scores, indices = in_chunks(mixed, times, inputs, cuts)
    wanted, both = in_chunks(Detector(weighted, CHUNK), times, inputs, cuts)
    np.testing.assert_array_equal(scores, wanted)
    np.testing.assert_array_equal(indices, both[1:])
    assert len(mixed.indices) == 1


def test_a_detector_of_plain_scores_has_no_index(weighted):
    plain = tuple(replace(output, index=None, on=None, off=None) for output in weighted.outputs)
    detector = Detector(replace(weighted, outputs=plain), CHUNK)
    for n in (1, 4, 1):
        scores, indices = detector.step(at(n), np.zeros((2, n)))
        assert (scores.shape, indices.shape) == ((2, n), (0, n))


@given(runs())
def test_scores_of_any_chunking_equal_one_window_at_a_time(weighted, run):
    times, inputs, cuts = run
    scores, indices = in_chunks(Detector(weighted, CHUNK), times, inputs, cuts)
    np.testing.assert_allclose(scores, naive_scores(weighted, times, inputs), atol=1e-5)
    for row, index in zip(scores, indices, strict=True):
        np.testing.assert_array_equal(index, naive_index(row, 0.75, 0.25))


def test_more_windows_than_a_batch_holds_are_scored_in_order(weighted):
    n = BATCH + 11
    inputs = np.random.default_rng(1).normal(size=(2, n))
    detector = Detector(weighted, n)
    scores, _ = detector.step(at(n), inputs)
    np.testing.assert_allclose(scores, naive_scores(weighted, at(n), inputs), atol=1e-5)
    assert detector.windows == n - 3


def test_rows_share_a_call_of_a_model_of_single_samples_and_images_do_not(tmp_path):
    path = tmp_path / "single.onnx"
    write_weighted(path, of := card(window=1), np.eye(2, dtype=np.float32))
    calls = []
    for shape, most in (((2,), ROWS), ((1, 1, 2), BATCH)):
        session = WindowSession(path, 1, shape)
        session.run = lambda windows: calls.append(len(windows)) or np.zeros((len(windows), 2))
        assert session.slide(np.zeros((most, 2), np.float32)).shape == (most, 2)
        assert session.slide(np.zeros((most + 3, 2), np.float32)).shape == (most + 3, 2)
    assert calls == [ROWS, ROWS, 3, BATCH, BATCH, 3]
    inputs = np.random.default_rng(1).normal(size=(2, ROWS + 3))
    scores, _ = Detector(setup(path, of), ROWS + 3, streaming=False).step(at(ROWS + 3), inputs)
    np.testing.assert_array_equal(scores, inputs.astype(np.float32))


def test_a_cold_window_knows_nothing(weighted):
    scores, indices = Detector(weighted, CHUNK).step(at(4), np.ones((2, 4)))
    assert np.isnan(scores[:, :3]).all()
    assert np.isnan(indices[:, :3]).all()
    assert np.isfinite(scores[:, 3]).all()


def test_after_a_flush_the_window_must_fill_again(weighted):
    detector = Detector(weighted, CHUNK)
    detector.step(at(5), np.ones((2, 5)))
    detector.flush()
    scores, _ = detector.step(at(5, first=70), np.ones((2, 5)))
    assert np.isnan(scores[0]).tolist() == [True, True, True, False, False]


def test_a_step_within_the_tolerance_is_no_gap_and_one_beyond_it_is(weighted):
    for step, known in ((PERIOD * 105 // 100, True), (PERIOD * 105 // 100 + 1000, False)):
        detector = Detector(weighted, CHUNK)
        detector.step(at(4), np.ones((2, 4)))
        scores, _ = detector.step(np.array([3 * PERIOD + step]), np.ones((2, 1)))
        assert np.isfinite(scores).all() == known


def test_a_tolerance_of_zero_accepts_the_exact_period(tmp_path):
    path = tmp_path / "exact.onnx"
    write_weighted(path, of := card(period=0.3, tolerance=0.0), WEIGHTS)
    scores, _ = Detector(setup(path, of), CHUNK).step(3 * at(6), np.ones((2, 6)))
    assert np.isfinite(scores[:, 3:]).all()


def test_a_card_without_a_period_counts_samples_whatever_their_times(tmp_path):
    path = tmp_path / "counted.onnx"
    write_weighted(path, of := card(period=None), WEIGHTS)
    scores, _ = Detector(setup(path, of), CHUNK).step(at(5) ** 2, np.ones((2, 5)))
    assert np.isfinite(scores[:, 3:]).all()


def test_a_mission_may_use_some_outputs_in_its_own_order(weighted):
    swapped = Detector(setup(weighted.path, outputs=(1, 0)), CHUNK)
    single = Detector(setup(weighted.path, outputs=(1,)), CHUNK)
    inputs = np.random.default_rng(3).normal(size=(2, 9))
    both = Detector(weighted, CHUNK).step(at(9), inputs)[0]
    np.testing.assert_array_equal(swapped.step(at(9), inputs)[0], both[::-1])
    np.testing.assert_array_equal(single.step(at(9), inputs)[0], both[1:])


def test_a_flush_forgets_the_index_too(tmp_path):
    path = tmp_path / "single.onnx"
    write_weighted(path, of := card(window=1), np.eye(2, dtype=np.float32))
    detector = Detector(setup(path, of), CHUNK)
    assert detector.step(at(2), np.array([[1.0, 0.5], [0.0, 0.0]]))[1][0].tolist() == [1.0, 1.0]
    detector.flush()
    assert detector.step(at(1, first=50), np.array([[0.5], [0.0]]))[1][0].tolist() == [0.0]


# --- files that cannot be used -----------------------------------------------------------------------


def test_a_missing_file_is_named(weighted, tmp_path):
    found = replace(weighted, path=tmp_path / "none.onnx")
    with pytest.raises(DetectorError, match=r"none\.onnx: cannot be opened"):
        Detector(found, CHUNK)


def test_a_file_that_is_no_model_is_named(tmp_path):
    path = tmp_path / "text.onnx"
    path.write_text("hello")
    with pytest.raises(DetectorError, match=r"text\.onnx: cannot be opened"):
        Detector(setup(path), CHUNK)


def test_a_file_that_changed_since_the_mission_was_loaded_is_refused(weighted):
    with pytest.raises(DetectorError, match=r"weighted\.onnx: the file changed"):
        Detector(replace(weighted, sha256="0" * 64), CHUNK)


def test_another_name_of_the_input_is_refused(tmp_path):
    path = tmp_path / "named.onnx"
    write_weighted(path, card(), WEIGHTS, input_name="x")
    with pytest.raises(DetectorError, match=r"named\.onnx: inputs and outputs are"):
        Detector(setup(path), CHUNK)


def test_another_number_of_outputs_than_the_card_says_is_refused(tmp_path):
    path = tmp_path / "three.onnx"
    write_weighted(path, card(), np.ones((8, 3), np.float32))
    with pytest.raises(DetectorError, match=r"three\.onnx: scores have shape"):
        Detector(setup(path), CHUNK)


def test_another_window_than_the_card_says_is_refused(tmp_path):
    path = tmp_path / "long.onnx"
    write_weighted(path, card(window=5), np.ones((10, 2), np.float32))
    with pytest.raises(DetectorError, match=r"long\.onnx"):
        Detector(setup(path), CHUNK)


def test_a_model_that_takes_only_one_window_at_a_time_is_refused_before_it_flies(tmp_path):
    path = tmp_path / "single.onnx"
    write_weighted(path, card(), WEIGHTS, batch=1)
    with pytest.raises(DetectorError, match=r"single\.onnx"):
        Detector(setup(path), CHUNK)
