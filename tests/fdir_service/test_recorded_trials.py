"""Recorded trials with faults: seconds whatever the rate, never the trial that is left out."""

import numpy as np
import pytest

from fdir_service.imu_recordings import read_recordings
from fdir_service.recorded_flights import Polled
from fdir_service.recorded_trials import INJECTIONS, JUDGED, RecordedTrials
from fdir_service.tables.faults import TableError
from models.metrics import flat, runs
from sim.schedule import ScheduleSettings
from sim.sensors import Sensor
from tests.fdir_service.recorded import write_broad, write_xio


@pytest.fixture(scope="module")
def recordings(tmp_path_factory):
    folder = tmp_path_factory.mktemp("trials")
    return read_recordings(write_broad(folder / "broad", trials=3))


@pytest.mark.parametrize("every", [1, 4])
def test_faults_last_as_long_at_any_rate(recordings, every):
    polled = Polled(recordings[0], every)
    batches = [polled.injected(np.random.default_rng(k), ScheduleSettings()) for k in range(8)]
    found = np.concatenate([runs(flat(b.labels.any(axis=-1))).length for b in batches]) * polled.period
    assert len(found) == sum(len(b.faults) for b in batches) > 5
    assert (found.min() > 2.9) & (found.max() < 11.1)


def test_what_is_not_stuck_is_as_recorded(recordings):
    polled = Polled(recordings[0], 4, phase=1)
    batch = polled.injected(np.random.default_rng(0), ScheduleSettings(), number=7)
    recorded = recordings[0].sensors[Sensor.ACC].measured[1::4]
    assert polled.samples == len(recorded) == batch.signals.shape[1]
    free = ~batch.axis_labels[0, :, :3]
    assert (batch.signals[0, :, :3][free] == recorded[free]).all()
    assert {fault.trajectory for fault in batch.faults} == {7}
    assert not polled.unfaulted().labels.any()


def test_classical_checks_find_a_frozen_register_and_nothing_in_the_recording(recordings):
    polled = Polled(recordings[0], 4)
    signals = polled.unfaulted().signals[0]
    assert polled.classical(signals, Sensor.ACC).mean() < 0.01
    signals[300:500, 1] = signals[299, 1]
    assert polled.classical(signals, Sensor.ACC)[305:500].all()


def test_the_trial_that_is_left_out_is_in_no_epoch(recordings):
    data = RecordedTrials(recordings)
    everything, without = data.epoch(1, 0, None), data.epoch(1, 0, 1)
    kept = [0, 2]
    expected = [k * INJECTIONS + i for k in kept for i in range(INJECTIONS)]
    assert (without.signals == everything.signals[expected]).all()
    assert not np.array_equal(data.epoch(1, 1, None).signals, everything.signals)
    assert (data.epoch(1, 0, None).signals == everything.signals).all()


def test_a_trial_is_judged_by_the_same_faults_every_time(recordings):
    data = RecordedTrials(recordings)
    first, again = data.trial(2), data.trial(2)
    assert (first.flights.signals == again.flights.signals).all()
    assert len(first.flights.signals) == len(first.classical) == JUDGED
    assert first.nominal.shape == (1, *first.flights.signals.shape[1:])
    assert data.period == pytest.approx(0.04)
    assert list(data.digests) == ["trial-0", "trial-1", "trial-2"]


def test_trials_of_one_rate_are_needed(recordings, tmp_path):
    with pytest.raises(TableError, match="two or more trials of one rate"):
        RecordedTrials(recordings[:1])
    others = read_recordings(write_xio(tmp_path / "xio", rate=50.0))
    with pytest.raises(TableError, match="two or more trials of one rate"):
        RecordedTrials([*recordings, *others])
