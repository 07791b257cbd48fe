"""The chain of the evaluation mission: reactions are what the reference of symmetric persistency says."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fdir_service.evaluation import ChainDisagreementError, chain_run
from fdir_service.evaluation.chain_mission import evaluation_mission, events
from fdir_service.evaluation.chain_run import ChainRun
from fdir_service.evaluation.contenders import line_up
from fdir_service.ladder.state import Outcome
from fdir_service.mission import MissionError
from models.symmetric_persistency import reactions
from sim.sensors import Sensor
from tests.fdir_service.evaluation.builders import frozen_detector

ENTRIES = line_up([])
"""Classical checks and the guard: whatever index is given is watched."""


def flown(run, index, judged=None):
    """Let an index (e, 2, T) pass, whatever the sensors read."""
    samples = index.shape[-1]
    signals = np.random.default_rng(1).standard_normal((samples, 6))
    return run.fly(signals, np.ones(samples, np.bool_) if judged is None else judged, index)


def blocks(draw, samples):
    lengths = draw(st.lists(st.integers(1, 12), min_size=samples // 4, max_size=samples // 4))
    row = np.repeat(np.arange(len(lengths)) % 2, lengths)[:samples]
    return np.pad(row, (0, samples - len(row))).astype(np.float64)


@st.composite
def indices(draw):
    """Draw what is given on one flight: an index of each entry and sensor, and where it is judged."""
    samples = draw(st.integers(1, 90))
    index = np.array([[blocks(draw, samples) for _ in Sensor] for _ in ENTRIES])
    judged = blocks(draw, samples) == 0
    return index, judged


@settings(max_examples=25)
@given(persistency=st.integers(1, 9), flights=st.lists(indices(), min_size=1, max_size=3))
def test_the_chain_reacts_where_the_reference_does_on_any_indices(hopper, persistency, flights):
    run = ChainRun(evaluation_mission(hopper, ENTRIES, persistency), ENTRIES, persistency)
    for index, judged in flights:
        found = flown(run, index, judged).reactions
        for (k, sensor), samples in found.items():
            own = np.where(judged, index[k, list(Sensor).index(sensor)], np.nan)
            assert samples == reactions(own, persistency)


def test_flights_of_many_chunks_agree_with_the_reference_as_well(hopper):
    rng = np.random.default_rng(2)
    index = np.repeat(rng.random((len(ENTRIES), 2, 300)) < 0.5, 25, axis=2).astype(np.float64)
    run = ChainRun(evaluation_mission(hopper, ENTRIES, 20), ENTRIES, 20)
    found = flown(run, index)
    assert min(len(samples) for samples in found.reactions.values()) > 5


def test_a_latch_at_the_end_of_a_flight_is_not_of_the_next_one(hopper):
    run = ChainRun(evaluation_mission(hopper, ENTRIES, 3), ENTRIES, 3)
    failing = np.ones((len(ENTRIES), 2, 5))
    for _ in range(2):
        assert set(map(tuple, flown(run, failing).reactions.values())) == {(2,)}


def test_every_reaction_is_a_request_that_leaves_for_the_vehicle(hopper):
    mission = evaluation_mission(hopper, ENTRIES, 3)
    run, outputs = ChainRun(mission, ENTRIES, 3), []
    take = run.stream.take
    run.stream.take = lambda messages: outputs.append(take(messages)) or outputs[-1]
    index = np.zeros((len(ENTRIES), 2, 40))
    index[0, 0, 5:9] = index[0, 0, 20:30] = index[1, 1, 10:16] = 1
    found = flown(run, index).reactions
    assert [len(samples) for samples in found.values()] == [2, 0, 0, 1]
    requests = [packet for output in outputs for packet in output.requests]
    sent = [s for output in outputs for s in output.steps if s.outcome is Outcome.SENT and s.apid == 80]
    assert len(requests) == len(sent) == 3


def test_a_detector_is_watched_alone_and_or_ed_with_the_checks(hopper, tmp_path):
    entries = line_up([frozen_detector(tmp_path)])
    run = ChainRun(evaluation_mission(hopper, entries, 3), entries, 3)
    signals = np.random.default_rng(1).standard_normal((60, 6))
    signals[20:40, 4] = 0.25
    index = np.zeros((len(entries), 2, 60))
    index[2, 1, 10:30] = 1
    judged = np.arange(60) >= 5
    found = run.fly(signals, judged, index)
    assert [entry.name for entry in entries][1:3] == ["frozen", "frozen or PUS"]
    assert np.flatnonzero(found.indices[1, 1] == 1).tolist() == list(range(25, 40))
    assert np.flatnonzero(found.indices[2, 1] == 1).tolist() == list(range(10, 40))
    assert np.flatnonzero(found.axes[1, 4] == 1).tolist() == list(range(25, 40))
    assert np.isnan(found.indices[..., :5]).all()
    assert np.isnan(found.scores[0]).all()
    assert (found.scores[1, 1, 25:40] == 1.0).all()
    assert (found.reactions[1, Sensor.IMU], found.reactions[2, Sensor.IMU]) == ([27], [12])


def test_a_chain_that_reacts_elsewhere_is_an_error(hopper, monkeypatch):
    monkeypatch.setattr(chain_run, "expected_reactions", lambda *_: [7])
    run = ChainRun(evaluation_mission(hopper, ENTRIES, 3), ENTRIES, 3)
    reason = r"PUS limit or repeat, acc, flight 1: the chain reacts at samples \[\], the reference at \[7\]"
    with pytest.raises(ChainDisagreementError, match=reason):
        flown(run, np.zeros((len(ENTRIES), 2, 9)))


def test_the_mission_has_a_chain_for_every_index_and_no_ladder(hopper):
    mission = evaluation_mission(hopper, ENTRIES, 27)
    assert mission.levels == ()
    assert len(mission.fmons) == len(events(ENTRIES)) == 2 * len(ENTRIES)
    assert {pmon.repetition for pmon in mission.pmons.values()} == {27}
    assert len(mission.pmons) == 2 * len(mission.fmons)
    assert mission.apid == hopper.apid


def test_a_detector_that_changes_after_it_was_read_is_refused(hopper, tmp_path):
    file = frozen_detector(tmp_path)
    frozen_detector(tmp_path, metrics={"x": 1.0})
    with pytest.raises(MissionError, match=r"detector\.0\.sha256"):
        evaluation_mission(hopper, line_up([file]), 27)
