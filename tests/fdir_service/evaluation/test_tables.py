"""Rows and tables say what the tallies hold."""

import json
from dataclasses import replace

import numpy as np
import pytest

from fdir_service.evaluation.rows import FIGURES, average, groups, published_row, rows, spread
from fdir_service.evaluation.summary import summarise
from fdir_service.evaluation.tables import (
    LEAST_PRECISION,
    by_energy,
    by_type,
    chain,
    delays,
    false_positives,
    false_reactions,
    fault_types,
    isolation,
    sweep,
)
from fdir_service.evaluation.tally import SWEEP, Tally
from models.metrics import f_beta
from sim.sensors import Sensor

KEYS = {
    *("missed", "uncertain", "precision", "recall", "false_positive_percentage", "strict_precision"),
    *("strict_recall", "not_triggered", "strict_j", "persistency", "seeds", "role", "detector"),
}
PAIRED = KEYS - {"strict_j", "persistency", "seeds", "role", "detector"}


def row_of(evaluation, name):
    return next(row for row in rows(evaluation) if row["detector"] == name)


def test_every_row_has_the_same_keys_and_a_value_for_each_sensor(evaluation):
    found = rows(evaluation)
    assert all(set(row) == KEYS for row in found)
    assert all(set(row[name]) == {"acc", "imu"} for row in found for name in PAIRED)
    assert set(FIGURES) == PAIRED
    assert [row["role"] for row in found] == ["classical", "ours", "faithful", "ours", "guard", "published"]


def test_a_row_is_the_mean_over_its_seeds(evaluation):
    row = row_of(evaluation, "frozen")
    own = [evaluation.tallies[k, Sensor.IMU] for k in (1, 2)]
    assert row["seeds"] == [1, 2]
    assert row["strict_recall"]["imu"] == pytest.approx(np.mean([t.strict.recall for t in own]))
    assert row["missed"]["imu"] == pytest.approx(np.mean([t.outcomes.missed.mean() for t in own]))


def test_strict_j_is_the_mean_f_half_of_the_sensors(evaluation):
    row = row_of(evaluation, "plain")
    terms = [f_beta(row["strict_precision"][s], row["strict_recall"][s]) for s in ("acc", "imu")]
    assert row["strict_j"] == pytest.approx(np.mean(terms))


def test_the_guard_looks_good_in_literal_metrics_only(evaluation):
    guard, classical = (row_of(evaluation, name) for name in ("PUS or coin 10 %", "PUS limit or repeat"))
    for sensor in ("acc", "imu"):
        assert guard["missed"][sensor] < 0.05 < classical["missed"][sensor]
        assert guard["recall"][sensor] > 0.95
        assert guard["strict_recall"][sensor] == pytest.approx(classical["strict_recall"][sensor], abs=0.03)
        assert guard["not_triggered"][sensor] > 0.2


def test_the_published_row_is_of_other_data_and_tells_no_more_than_the_paper():
    row = published_row()
    assert (row["detector"], row["role"], row["seeds"]) == ("paper (other data)", "published", [])
    assert row["missed"] == {"acc": 0.0503, "imu": 0.1381}
    assert row["strict_recall"] == {"acc": None, "imu": None}


def test_the_spread_is_told_of_what_has_several_seeds(evaluation):
    found = spread(evaluation)
    assert [row["detector"] for row in found] == ["frozen", "frozen or PUS"]
    low, high = found[0]["recall"]["acc"]
    assert low <= row_of(evaluation, "frozen")["recall"]["acc"] <= high


def test_faults_by_type_and_by_energy_are_all_faults(evaluation):
    for table in (by_type(evaluation), by_energy(evaluation)):
        for sensor in Sensor:
            counted = sum(row["faults"] for row in table if row["sensor"] == sensor)
            assert counted == len(evaluation.faults[sensor]) > 0
    assert {row["type"] for row in by_type(evaluation)} <= set(fault_types())
    assert len(fault_types()) == 12


def test_classical_checks_miss_what_has_noise_inside_the_range_and_find_what_is_frozen(evaluation):
    for row in by_type(evaluation):
        shares = row["detectors"]["PUS limit or repeat"]
        if "clean" in row["type"]:
            assert shares["missed"] == 0
        if "last, noise" in row["type"]:
            assert shares == {"missed": 1, "answered": 0}


def test_a_bin_without_faults_has_no_shares(evaluation):
    nothing = replace(evaluation, faults={s: [] for s in Sensor}, tallies={})
    empty = {
        key: replace(t, _outcomes=[t.outcomes.of(np.zeros(len(t.outcomes), np.bool_))])
        for key, t in evaluation.tallies.items()
    }
    table = by_energy(replace(nothing, tallies=empty))
    assert {share for row in table for d in row["detectors"].values() for share in d.values()} == {None}


def test_delays_are_those_of_all_seeds_together(evaluation):
    row = next(r for r in delays(evaluation) if (r["detector"], r["sensor"]) == ("frozen", "acc"))
    own = np.concatenate([evaluation.tallies[k, Sensor.ACC].delays for k in (1, 2)])
    assert (row["median"], row["p99"]) == (np.median(own), np.quantile(own, 0.99))


def test_false_positives_tell_how_many_would_trigger(evaluation):
    guard = next(r for r in false_positives(evaluation) if r["detector"] == "PUS or coin 10 %")
    assert guard["runs"] > 100
    assert (guard["median"], guard["long_enough"]) == (1, 0)
    classical = false_positives(evaluation)[0]
    assert (classical["runs"], classical["longest"], classical["median"]) == (0, None, None)


def test_isolation_is_told_of_detectors_that_score_axes(evaluation):
    (row,) = isolation(evaluation)
    assert row["detector"] == "frozen"
    assert 0.9 < row["acc"] <= 1


def test_the_chain_is_told_beside_the_count_of_the_paper(evaluation):
    for row in chain(evaluation):
        assert 0 < row["during_a_fault"] <= row["reactions"] <= row["runs_of_at_least_the_persistency"]
        assert row["false_on_nominal_flights"] == 0
    hours = {row["detector"]: row["nominal_hours"] for row in chain(evaluation)}
    assert hours["frozen"] == 2 * hours["plain"] > 0.2


def test_the_best_persistency_is_the_one_with_the_best_recall_at_enough_precision(evaluation):
    found = next(row for row in sweep(evaluation) if row["detector"] == "plain")
    steps = found["by_persistency"]
    assert [step["persistency"] for step in steps] == list(SWEEP)
    best = found["best_recall_at_precision"]["imu"]
    enough = [s["imu"]["strict_recall"] for s in steps if s["imu"]["strict_precision"] >= LEAST_PRECISION]
    assert best["strict_recall"] == max(enough)


def test_the_mean_leaves_out_what_is_not_known():
    assert average([0.5, np.nan, 1.0]) == 0.75
    assert average([np.nan]) is None


def test_the_summary_is_plain_data_with_what_others_need_to_repeat_it(evaluation):
    found = json.loads(json.dumps(summarise(evaluation), allow_nan=False))
    assert (found["data"]["seed"], found["data"]["setting"], found["data"]["trajectories"]) == (3, "N", 6)
    assert [d["seed"] for d in found["detectors"]] == [1, 2, 1]
    assert len(found["detectors"][0]["sha256"]) == 64
    assert found["detectors"][0]["thresholds"] == {"acc": [0.5, 0.5], "imu": [0.5, 0.5]}


def test_groups_keep_the_order_of_the_entries(evaluation):
    names = [group.name for group in groups(evaluation)]
    assert names == ["PUS limit or repeat", "frozen", "plain", "frozen or PUS", "PUS or coin 10 %"]


def test_without_any_detection_there_are_no_delays():
    tally = Tally(27)
    tally.add(np.zeros((1, 30), np.bool_), np.zeros((1, 30), np.bool_), [[]])
    assert len(tally.delays) == 0


def test_reactions_to_nothing_are_summed_over_sensors_and_seeds_and_bound_the_rate(evaluation):
    found = {row["detector"]: row for row in false_reactions(evaluation)}
    own = found["frozen"]
    assert own["false"] == sum(evaluation.tallies[k, s].nominal for k in (1, 2) for s in Sensor)
    assert own["hours"] == pytest.approx(2 * evaluation.nominal_samples * 0.1 / 3600)
    assert own["per_hour_below"] >= 2.99 / own["hours"]
    assert false_reactions(replace(evaluation, nominal_samples=0))[0]["per_hour_below"] is None
