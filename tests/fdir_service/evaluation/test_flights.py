"""Flights come from the seed alone, share nothing with training, and are judged from a full window on."""

from dataclasses import replace

import numpy as np
import pytest

from fdir_service.evaluation.contenders import line_up
from fdir_service.evaluation.flights import (
    BATCH,
    FLIGHT_SEEDS,
    FlightPlan,
    first_judged,
    judged,
    judged_faults,
)
from models.metrics import flat, runs
from sim.dataset import concatenate
from sim.sensors import Sensor, Setting
from tests.fdir_service.evaluation.builders import frozen_detector

PLAN = FlightPlan(Setting.N, seed=1, trajectories=3, nominal=2, samples=900)


def all_of(plan, *, is_nominal=False):
    return concatenate(batch for _, batch in plan.flights(is_nominal=is_nominal))


def test_equal_seeds_give_equal_flights_and_others_do_not():
    first, again, other = (all_of(plan) for plan in (PLAN, PLAN, replace(PLAN, seed=2)))
    assert (first.signals == again.signals).all()
    assert (first.signals == other.signals).mean() < 0.05


def test_seeds_of_flights_are_no_seeds_of_anything_else():
    seeds = [replace(PLAN, seed=k).data_seed(is_nominal=n) for k in range(20) for n in (False, True)]
    assert len(set(seeds)) == len(seeds)
    assert min(seeds) >= FLIGHT_SEEDS > 1 << 32


def test_headings_are_those_of_no_training_grid():
    step = 2 * np.pi / 3
    assert all_of(PLAN).headings / step % 1 == pytest.approx(0.5)
    assert all_of(PLAN, is_nominal=True).headings / (step * 3 / 2) % 1 == pytest.approx(0.75)


def test_nominal_flights_have_no_fault():
    nominal = all_of(PLAN, is_nominal=True)
    assert len(nominal.signals) == 2
    assert not nominal.labels.any()


def test_batches_tell_the_number_of_their_first_flight():
    plan = replace(PLAN, trajectories=BATCH + 2, samples=40)
    assert [(first, len(batch.signals)) for first, batch in plan.flights(is_nominal=False)] == [
        (0, BATCH),
        (BATCH, 2),
    ]


def test_the_longest_window_decides_from_where_on_all_are_judged(tmp_path):
    files = [frozen_detector(tmp_path, window=k, seed=k) for k in (4, 9)]
    assert first_judged(line_up(files)) == 8
    assert first_judged(line_up([])) == 0


def test_a_fault_that_began_before_is_not_judged_at_all():
    labels = np.zeros((2, 12, 2), np.bool_)
    labels[0, 2:7, 0] = labels[0, 9:11, 1] = labels[1, 5:8, 1] = True
    counted = judged(labels, 4)
    assert np.flatnonzero(counted[0]).tolist() == [7, 8, 9, 10, 11]
    assert np.flatnonzero(counted[1]).tolist() == list(range(4, 12))


def test_judged_faults_are_the_runs_of_judged_labels():
    batch = all_of(replace(PLAN, trajectories=20))
    counted = judged(batch.labels, 252)
    faults = judged_faults(batch.faults, 252)
    assert 0 < len(faults) < len(batch.faults)
    for k, sensor in enumerate(Sensor):
        found = runs(flat(batch.labels[..., k] & counted))
        own = [fault.fault for fault in faults if fault.sensor is sensor]
        assert [fault.duration for fault in own] == found.length.tolist()


def test_the_coin_is_tossed_anew_for_each_flight_and_the_same_for_each_run():
    entries, signals = line_up([]), all_of(PLAN).signals
    first, second = PLAN.given(signals[0], 0, entries), PLAN.given(signals[0], 1, entries)
    assert (first[0] == second[0]).all()
    assert not (first[1] == second[1]).all()
    assert (first == PLAN.given(signals[0], 0, entries)).all()
    assert (first[1] >= first[0]).all()
