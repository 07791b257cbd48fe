from collections import Counter

import numpy as np
import onnxruntime as ort
import pytest

from models.errors import DifferenceError, TrainingDataError
from models.metadata import read_card
from models.segments.cutting import HOP, SAMPLES, cut
from models.segments.export import export_mixture
from models.segments.features import FEATURES
from models.segments.injection import FAULTS, FULL, LIT, ONSETS, inject, onsets, trials
from models.segments.left_out import STALE, Figures, Trial, cut_run, fitted, judged
from models.segments.mixture import INPUTS, fit
from models.segments.photodiodes import REPLAY_RUN, read_runs
from models.segments.recipe import metrics, train_opssat_stream
from tests.models.segments.made import write_data


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return write_data(tmp_path_factory.mktemp("orbitai"))


@pytest.fixture(scope="module")
def runs(folder):
    return read_runs(folder)


@pytest.fixture(scope="module")
def cuts(runs):
    return [cut_run(run, 1) for run in runs]


@pytest.fixture(scope="module")
def trained(folder):
    out = folder / "segment-mixture.onnx"
    return train_opssat_stream(folder, out, 1), out


@pytest.fixture(scope="module")
def mixture(cuts):
    return fit(np.concatenate([one.inputs for one in cuts]), 1)


# --- segments and faults -----------------------------------------------------------------------------


def test_no_segment_lies_across_a_gap_or_an_unknown_value():
    times = np.cumsum([5] * 100 + [16] + [5] * 99) * 1_000_000_000
    values = np.random.default_rng(1).random(200)
    values[10] = np.nan
    assert cut(times, values).ends.tolist() == [74, 90, 163, 179, 195]
    assert cut(times[:20], values[:20]).features.shape == (0, len(FEATURES))


def test_a_fault_changes_the_reading_for_its_rows_only_and_within_what_a_diode_reads():
    rng = np.random.default_rng(1)
    values = np.linspace(0.2, 1.2, 300)
    for kind, fault in FAULTS.items():
        found = inject(values, fault, 50, rng)
        changed = np.flatnonzero(found != values)
        assert changed.min() >= 50, kind
        assert changed.max() < (50 + fault.rows if fault.rows else 300), kind
        assert found.min() >= 0, kind
        assert found.max() <= FULL, kind
    assert len(set(inject(values, FAULTS["stuck"], 50, rng)[50:178])) == 1
    assert np.count_nonzero(inject(values, FAULTS["spikes"], 50, rng) != values) == 3


def test_faults_begin_where_a_diode_is_lit_and_are_the_same_for_equal_seeds(runs):
    for diode in range(6):
        chosen = onsets(runs[0], diode, np.random.default_rng(1))
        assert len(chosen) <= ONSETS
        assert (runs[0].values[diode][chosen] > LIT).all()
    first, again, other = (list(trials(runs[0], seed)) for seed in (1, 1, 2))
    for a, b in zip(first, again, strict=True):
        np.testing.assert_array_equal(a[2], b[2])
    assert [trial[1] for trial in first] != [trial[1] for trial in other]


# --- the mixture and its file ------------------------------------------------------------------------


def test_the_score_is_the_negative_log_likelihood_that_scikit_learn_gives(cuts, mixture):
    inputs = cuts[0].inputs
    again = fit(np.concatenate([one.inputs for one in cuts]), 1)
    np.testing.assert_array_equal(mixture.score(inputs), again.score(inputs))
    middle = mixture.centre + mixture.means[0] * mixture.scale
    assert np.isfinite(middle).all()
    weights = np.exp(mixture.constants) * (2 * np.pi) ** 4.5 / np.abs(np.linalg.det(mixture.roots))
    assert weights.sum() == pytest.approx(1)


def test_a_file_that_gives_other_scores_is_not_written(cuts, mixture, trained, tmp_path, monkeypatch):
    card, _ = trained
    inputs = cuts[0].inputs.astype(np.float32)
    difference = export_mixture(mixture, card, tmp_path / "good.onnx", inputs)
    monkeypatch.setattr("models.segments.export.TOLERANCE", difference / 2)
    with pytest.raises(DifferenceError, match=r"bad\.onnx: differs by"):
        export_mixture(mixture, card, tmp_path / "bad.onnx", inputs)
    assert not (tmp_path / "bad.onnx").exists()


# --- runs left out -----------------------------------------------------------------------------------


def test_the_threshold_lies_beyond_every_score_of_runs_left_out(cuts):
    known = cuts[:3]
    mixture, thresholds = fitted(known, 1)
    assert thresholds.on > thresholds.off
    for one in known:
        assert judged(one, mixture, thresholds).alarms <= 1


def test_a_log_that_is_stale_while_a_diode_is_lit_is_a_fault(cuts):
    kinds = [{trial.kind for trial in one.faults} for one in cuts]
    assert [STALE in found for found in kinds] == [False, False, False, True]
    stale = [trial for trial in cuts[3].faults if trial.kind == STALE]
    assert all((trial.segments.ends >= cuts[3].run.fresh).all() for trial in stale)


def test_a_detector_that_has_seen_no_noise_finds_it_and_counts_each_alarm_once(cuts):
    mixture, thresholds = fitted(cuts[:3], 1)
    noisy = Trial("noise", 100, cut(cuts[0].run.times, np.random.default_rng(1).random(150)))
    one = type(cuts[0])(cuts[0].run, (noisy.segments,), (noisy,))
    figures = judged(one, mixture, thresholds)
    assert (figures.alarms, figures.found["noise"], figures.tried["noise"]) == (1, 1, 1)
    assert figures.delays["noise"] == [pytest.approx((SAMPLES - 1 - 100) * 5.003)]
    assert figures.diode_hours == pytest.approx(len(noisy.segments.ends) * HOP * 5 / 3600)


def test_the_recipe_writes_a_file_that_does_not_know_the_shipped_run(trained, cuts):
    card, out = trained
    assert read_card(out)[0] == card
    assert REPLAY_RUN not in card.data
    assert sorted(card.data) == [
        "2021-04-01_00-00-00",
        "2021-04-02_00-00-00",
        "2021-04-03_00-00-00",
        "ground-2020-11-15",
    ]
    assert [channel.name for channel in card.channels] == list(INPUTS)
    assert card.command == "fdir train opssat-stream --data DIR --seed 1"
    assert card.metrics["left_out.stuck.tried"] == sum(t.kind == "stuck" for c in cuts for t in c.faults)
    window = cuts[0].inputs.astype(np.float32)[:, None]
    scores = ort.InferenceSession(out).run(None, {"window": window})[0]
    assert scores.shape == (len(window), 1)
    assert np.isfinite(scores).all()


def test_a_run_alone_cannot_be_left_out(cuts):
    with pytest.raises(TrainingDataError, match="0 segments to fit, at least 6 are needed"):
        fitted(cuts[:1], 1)


def test_a_kind_of_fault_that_was_never_found_has_no_delay():
    figures = Figures("a", 24.0, alarms=1, tried=Counter(jump=2))
    assert metrics([figures]) == {
        "left_out.diode_hours": 24.0,
        "left_out.alarms": 1,
        "left_out.alarms_per_day": 6.0,
        "left_out.jump.tried": 2,
        "left_out.jump.found": 0,
    }
