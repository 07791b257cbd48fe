"""What is counted batch by batch is what the metrics say of all flights at once."""

from dataclasses import replace

import numpy as np
import pytest

from fdir_service.evaluation import flights
from fdir_service.evaluation.contenders import Role
from fdir_service.evaluation.run import evaluate
from fdir_service.evaluation.tally import SWEEP
from models.classical import repeat_check
from models.fault_outcomes import exact_axes, outcomes
from models.metrics import false_positive_durations, literal_reactions, missed, strict_reactions, uncertain
from sim.sensors import Sensor
from tests.fdir_service.evaluation.conftest import PERSISTENCY, PLAN


def position(evaluation, name):
    return next(k for k, entry in enumerate(evaluation.entries) if entry.name == name)


@pytest.mark.parametrize("sensor", Sensor)
@pytest.mark.parametrize("name", ["PUS limit or repeat", "frozen", "frozen or PUS", "PUS or coin 10 %"])
def test_tallies_are_the_metrics_of_what_the_chain_has_seen(evaluation, batches, sensor, name):
    k, (batch,) = position(evaluation, name), batches
    labels, index, tally = batch.labels(sensor), batch.index(k, sensor), evaluation.tallies[k, sensor]
    assert tally.literal == literal_reactions(labels, index, PERSISTENCY)
    assert tally.strict == strict_reactions(labels, index, PERSISTENCY)
    assert tally.sweep == {p: strict_reactions(labels, index, p) for p in SWEEP}
    assert tally.outcomes.missed.mean() == pytest.approx(missed(labels, index))
    assert tally.outcomes.uncertain.mean() == pytest.approx(uncertain(labels, index))
    assert tally.outcomes.answered.sum() == outcomes(labels, index, PERSISTENCY).answered.sum()
    assert tally.false_positive_durations.tolist() == false_positive_durations(labels, index).tolist()
    assert len(evaluation.faults[sensor]) == tally.literal.faults


@pytest.mark.parametrize("sensor", Sensor)
def test_reactions_are_counted_with_those_that_come_during_a_fault(evaluation, batches, sensor):
    k, (batch,) = position(evaluation, "PUS or coin 10 %"), batches
    fired = [(row, s) for row, found in enumerate(batch.reactions(k, sensor)) for s in found]
    tally = evaluation.tallies[k, sensor]
    assert tally.reactions == len(fired) > 0
    assert tally.in_fault == sum(batch.labels(sensor)[place] for place in fired)
    assert tally.long_runs >= tally.reactions


@pytest.mark.parametrize("sensor", Sensor)
def test_axes_are_isolated_where_they_are_scored(evaluation, batches, sensor):
    k, (batch,) = position(evaluation, "frozen"), batches
    exact = exact_axes(batch.axes(sensor), batch.index(k, sensor), batch.named(k, sensor))
    assert evaluation.tallies[k, sensor].isolation == exact.mean() > 0.8
    assert evaluation.tallies[position(evaluation, "plain"), sensor].isolation is None


def test_isolation_is_not_known_where_nothing_is_detected(evaluation):
    tally = replace(evaluation.tallies[0, Sensor.ACC], _exact=[np.zeros(0, np.bool_)])
    assert np.isnan(tally.isolation)


def test_the_detector_of_frozen_axes_is_the_repeat_check(evaluation, batches):
    k, (batch,) = position(evaluation, "frozen"), batches
    repeats = repeat_check(batch.batch.signals[..., :3].astype(np.float32), 1e-30)
    assert (batch.index(k, Sensor.ACC) == (repeats & batch.counted)).all()


def test_all_are_judged_from_the_longest_window_on(evaluation, batches):
    assert evaluation.first == 8
    assert not batches[0].counted[:, :8].any()
    assert evaluation.judged_samples == batches[0].counted.sum()
    assert evaluation.nominal_samples == PLAN.nominal * (PLAN.samples - 8)


def test_nothing_depends_on_the_size_of_batches(hopper, files, evaluation, monkeypatch):
    monkeypatch.setattr(flights, "BATCH", 4)
    sizes, advanced = [], []
    again = evaluate(
        hopper, files, PLAN, PERSISTENCY, [lambda b: sizes.append(len(b.watched))], advanced.append
    )
    assert (sizes, len(advanced)) == ([4, 2], PLAN.trajectories + PLAN.nominal)
    for key, tally in evaluation.tallies.items():
        assert again.tallies[key].literal == tally.literal
        assert again.tallies[key].reactions == tally.reactions
        assert again.tallies[key].outcomes.delay.tolist() == tally.outcomes.delay.tolist()


def test_the_line_up_is_complete(evaluation):
    assert {entry.role for entry in evaluation.entries} == set(Role) - {Role.PUBLISHED}
