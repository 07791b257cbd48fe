import csv

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from models.segments.photodiodes import (
    REPLAY_RUN,
    RunError,
    export_run,
    fresh_rows,
    intervals,
    read_ground,
    read_runs,
)
from tests.models.segments.made import ROWS, write_data, write_ground


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return write_data(tmp_path_factory.mktemp("orbitai"))


def test_runs_are_read_in_order_with_what_was_not_received_unknown(folder):
    runs = read_runs(folder)
    assert [run.name for run in runs][-1] == REPLAY_RUN
    assert len(runs) == 4
    assert np.isnan(runs[0].values[0, 0])
    assert np.isfinite(runs[0].values[1:]).all()
    assert runs[0].times[1] - runs[0].times[0] == 5_003_000_000


def test_a_run_is_fresh_until_everything_repeats_to_its_end(folder):
    assert [run.fresh for run in read_runs(folder)] == [ROWS, ROWS, ROWS, ROWS // 2 + 1]


def test_a_shadow_is_no_stale_log():
    moving = np.array([[0.0, 0.0, 0.0, 0.0], [1.0, 2.0, 3.0, 3.0]])
    assert fresh_rows(moving) == 3
    assert fresh_rows(np.zeros((2, 4))) == 1
    assert fresh_rows(np.array([[np.nan, np.nan, 1.0, 1.0]])) == 3


def test_days_on_the_ground_are_runs_of_two_diodes(folder, tmp_path):
    days = read_ground(folder)
    assert [(day.name, day.values.shape) for day in days] == [
        ("ground-2020-11-15", (2, 180)),
        ("ground-2020-11-16", (2, 40)),
    ]
    assert read_ground(tmp_path) == ()


@pytest.mark.parametrize(
    ("columns", "reason"), [({"time": [1]}, "no column pd3"), ({"time": [], "pd3": [], "pd6": []}, "no rows")]
)
def test_a_file_that_is_not_what_is_promised_is_refused(tmp_path, columns, reason):
    pq.write_table(pa.table(columns), tmp_path / "ground_photodiodes.parquet")
    with pytest.raises(RunError, match=reason):
        read_ground(tmp_path)


def test_a_folder_without_runs_and_a_file_that_is_none_are_refused(tmp_path):
    with pytest.raises(RunError, match=r"no \.parquet files"):
        read_runs(tmp_path)
    (tmp_path / "runs").mkdir()
    (tmp_path / "runs" / "a.parquet").write_text("no")
    with pytest.raises(RunError, match=r"a\.parquet: cannot be read"):
        read_runs(tmp_path)


def test_a_run_is_exported_with_the_intervals_in_which_devices_must_be_off(folder, tmp_path):
    samples, labels = export_run(folder, tmp_path)
    rows = list(csv.DictReader(samples.read_text().splitlines()))
    [run] = [run for run in read_runs(folder) if run.name == REPLAY_RUN]
    found = [[float(row[f"pd{k}"] or "nan") for k in range(1, 7)] for row in rows]
    np.testing.assert_array_equal(np.array(found, np.float32), run.values.T.astype(np.float32))
    assert rows[0]["time"] == "2021-04-16T19:06:40.000"
    unsafe = sum(row["star_tracker_safe"] == "0" for row in rows)
    told = [
        row
        for row in csv.DictReader(labels.read_text().splitlines())
        if row["label"] == "star_tracker must be off"
    ]
    lengths = [
        np.datetime64(row["end"]) - np.datetime64(row["start"]) + np.timedelta64(5003, "ms") for row in told
    ]
    assert sum(lengths, np.timedelta64(0, "ms")) == unsafe * np.timedelta64(5003, "ms")


def test_intervals_are_runs_of_true_values():
    assert intervals(np.array([True, False, True, True])) == [(0, 1), (2, 4)]
    assert intervals(np.zeros(3, bool)) == []


def test_ground_times_may_be_of_any_resolution(tmp_path):
    write_ground(tmp_path / "ground_photodiodes.parquet")
    assert np.diff(read_ground(tmp_path)[1].times).tolist() == [5_000_000_000] * 39
