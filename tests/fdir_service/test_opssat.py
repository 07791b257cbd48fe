"""The mission of OPS-SAT's photodiodes: stuck values, odd segments, and devices that must not see the sun."""

import csv
import json
import shutil
from itertools import repeat
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from fdir_service.cli.app import app
from fdir_service.journal import Journal
from fdir_service.mission import load
from fdir_service.pool import Pool
from fdir_service.replay import replay
from fdir_service.stream import CHUNK, Stream
from fdir_service.testing import ChainTest
from models.segments.cutting import GAP_S, HOP, SAMPLES, cut
from models.segments.mixture import COLUMNS, INPUTS
from pus.samples import Samples

MISSION = Path(__file__).parents[2] / "configs" / "opssat" / "mission.toml"
SHIPPED = MISSION.with_name("2021-04-17_21-20-34.csv")
DEVICES = {"camera": "hd_camera_safe", "receiver": "optical_rx_safe", "star-tracker": "star_tracker_safe"}
PERIOD = 5
ROWS = 240
FROZEN = slice(180, 240)
LIT = 0.38


def write_run(path):
    """Write a run of a turning satellite, half of its diodes in shadow, whose readings freeze."""
    angle = np.arange(ROWS)[:, None] / 20 + np.arange(6)
    values = np.round(np.maximum(np.sin(angle), 0.0) * 1.2, 4)
    values[:, 5] = 0.0
    values[FROZEN] = values[FROZEN.start]
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["time", *(f"pd{k}" for k in range(1, 7)), *(f"pd{k}_valid" for k in range(1, 7))])
        for row, readings in enumerate(values):
            time = np.datetime64("2021-04-16T18:00:00") + row * PERIOD
            writer.writerow([time, *readings, *(readings > LIT).astype(int)])
    return values


def events(mission, path):
    stream = Stream(mission)
    journal = Journal(mission)
    records = [record for output in replay(stream, path) for record in journal.records(output)]
    return [(r["time_s"], r["name"]) for r in records if r["kind"] == "event"]


@pytest.fixture
def run(tmp_path):
    path = tmp_path / "run.csv"
    return path, write_run(path)


def test_only_lit_diodes_that_are_frozen_are_reported(run):
    path, values = run
    lit = [f"pd{k + 1}-stuck" for k in range(6) if values[-1, k] > LIT]
    found = events(load(MISSION), path)
    stuck = [(time, name) for time, name in found if name.endswith("-stuck")]
    assert sorted(name for _, name in stuck) == sorted(lit) != []
    assert len({time for time, _ in stuck}) == 1


def test_without_the_condition_every_shadow_is_reported(run, tmp_path):
    lines = MISSION.read_text().splitlines()
    naive = tmp_path / "mission.toml"
    naive.write_text("\n".join(line for line in lines if not line.startswith("validity")))
    shutil.copy(MISSION.with_name("segment-mixture.onnx"), tmp_path)
    found = [name for _, name in events(load(naive), run[0])]
    assert "pd6-stuck" in found
    assert len(found) > len(events(load(MISSION), run[0])) + 3


# --- the shipped run ---------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def mission():
    return load(MISSION)


@pytest.fixture(scope="module")
def shipped(mission):
    """The shipped run: times (ns since 1970), readings and flags (T, 12), labels by column."""
    with SHIPPED.open(newline="") as file:
        rows = list(csv.DictReader(file))
    names = [p.name for p in mission.source("adcs").parameters]
    times = np.array([row["time"] for row in rows], "datetime64[ns]").astype(np.int64)
    values = np.array([[float(row[name] or "nan") for name in names] for row in rows])
    labels = {device: [row[column] for row in rows] for device, column in DEVICES.items()}
    return times, values, labels


@pytest.fixture(scope="module")
def records(mission):
    stream, journal = Stream(mission), Journal(mission)
    return [record for output in replay(stream, SHIPPED) for record in journal.records(output)]


def test_devices_are_off_when_the_experiment_says_but_for_two_samples_on_the_way_back(
    mission, shipped, records
):
    times, _, labels = shipped
    epoch = np.datetime64("2021-01-01", "ns").astype(np.int64)
    for device, safe in labels.items():
        said = {r["time_s"]: r["name"] for r in records if r["kind"] == "event" and device in r["name"]}
        state, off = [], False
        for time in ((times - epoch) / 1e9).tolist():
            off = {f"{device}-unsafe": True, f"{device}-safe": False}.get(said.get(time, ""), off)
            state.append("0" if off else "1")
        differ = [k for k, label in enumerate(safe) if label and label != state[k]]
        unsafe = [k for k, label in enumerate(safe) if label == "0"]
        assert len(unsafe) > 20
        assert differ == [unsafe[-1] + 1, unsafe[-1] + 2]


def test_each_event_asks_for_the_device_to_be_switched(records):
    asked = [(r["time_s"], r["action"]) for r in records if r["kind"] == "recovery"]
    named = [(r["time_s"], r["name"]) for r in records if r["kind"] == "event"]
    assert [time for time, _ in asked] == [time for time, _ in named]
    assert len(asked) == 9


def test_labelled_intervals_are_found_at_once_without_false_alarms():
    labels = SHIPPED.with_suffix(".labels.csv")
    words = ["replay", str(SHIPPED), "--mission", str(MISSION), "--labels", str(labels), "--json"]
    ended = CliRunner().invoke(app(), words)
    assert ended.exit_code == 0
    report = json.loads(ended.stdout)
    assert (report["found"], report["false_alarms"]) == (3, 0)
    assert [label["delay_s"] for label in report["labels"]] == [0, 0, 0]


def pool_values(mission, times, values, sizes):
    pool, parts, at = Pool(mission, "adcs", CHUNK), [], 0
    while at < len(times):
        n = next(sizes)
        message = Samples("adcs", 1, at, times[at : at + n], values[at : at + n])
        parts.append(pool.step(message, {}).values)
        at += n
    return np.concatenate(parts, axis=1)


@pytest.mark.parametrize("size", [1, 37, CHUNK])
def test_the_features_on_board_are_those_that_the_detector_was_fitted_to(mission, shipped, size):
    times, values, _ = shipped
    found = pool_values(mission, times, values, repeat(size))
    row = mission.parameters.row
    for setup, diode in zip(mission.detectors, range(6), strict=True):
        assert [mission.parameters.by_id[k].name.split(".", 1)[1] for k in setup.inputs] == list(INPUTS)
        segments = cut(times, values[:, diode])
        board = found[[row[k] for k in setup.inputs]]
        np.testing.assert_allclose(
            board[:, segments.ends], segments.features[:, COLUMNS].T, rtol=1e-9, atol=1e-9
        )
        assert np.isnan(board[:, : segments.ends[0]]).all()


def test_the_mission_cuts_the_segments_of_the_training(mission):
    cuts = {(s.samples, s.step, s.gap_s) for s in mission.file.segment}
    assert cuts == {(SAMPLES, HOP, GAP_S)}


def test_a_noisy_diode_is_odd_and_no_other(mission, shipped):
    times, values, _ = shipped
    noisy = values.copy()
    lit = slice(250, 400)
    noise = np.random.default_rng(1).normal(0, 0.1, 150)
    noisy[lit, 2] = np.clip(noisy[lit, 2] + noise, 0, 1.57)
    found = pool_values(mission, times, noisy, repeat(CHUNK))
    row = {name: mission.parameters.row[p.id] for name, p in mission.parameters.by_name.items()}
    assert [name for name in row if name.endswith(".odd") and np.nansum(found[row[name]])] == ["pd3.odd"]


# --- the rules ---------------------------------------------------------------------------------------


def test_the_camera_is_switched_off_at_the_first_reading_and_on_at_the_third_safe_one():
    chain = ChainTest("opssat", period_s=PERIOD)
    chain.feed({"pd6": 1.05, "pd6_valid": 1}, samples=3)
    chain.expect_request("CAMERA_OFF", unit="camera", at_s=0.0)
    chain.feed({"pd6": 1.04}, samples=3)
    chain.expect_request("CAMERA_ON", unit="camera", at_s=25.0)


def test_a_diode_that_does_not_vouch_for_its_reading_switches_nothing_off():
    chain = ChainTest("opssat", period_s=PERIOD)
    chain.feed({"pd6": 1.3, "pd6_valid": 0}, samples=5)
    chain.expect_no_request("CAMERA_OFF")


def test_a_device_is_on_again_when_its_diode_falls_into_shadow_at_once():
    chain = ChainTest("opssat", period_s=PERIOD)
    chain.feed({"pd3": 1.3, "pd3_valid": 1}, samples=2)
    chain.expect_request("STR_OFF", unit="star-tracker", at_s=0.0)
    chain.feed({"pd3": 0.0, "pd3_valid": 0}, samples=3)
    chain.expect_request("STR_ON", unit="star-tracker", at_s=20.0)


def test_a_feature_may_be_given_like_the_output_of_a_detector():
    chain = ChainTest("opssat", {"pd1.mean": 0.7}, period_s=PERIOD)
    chain.feed({"pd1": 0.1}, samples=70)
    assert chain.state.value("pd1.mean") == 0.7
