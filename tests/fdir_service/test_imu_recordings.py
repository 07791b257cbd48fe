"""Folders of recordings: both layouts, rates, and what is refused with file and column."""

import numpy as np
import pyarrow.parquet as pq
import pytest

from fdir_service.imu_recordings import read_recordings
from fdir_service.tables.faults import TableError
from sim.sensors import Sensor
from tests.fdir_service.recorded import RATE, motion, write, write_broad, write_xio


def columns(folder):
    table = pq.read_table(folder / "trial-0.parquet")
    return {name: table[name].to_numpy() for name in table.column_names}


def test_trials_have_the_rate_of_their_list(tmp_path):
    first, second = read_recordings(write_broad(tmp_path / "broad"))
    assert (first.name, first.rate, second.rate) == ("trial-0", RATE, RATE)
    assert first.hours == pytest.approx(40 / 3600)
    assert first.sha256 != second.sha256
    assert first.sensors[Sensor.ACC].measured == pytest.approx(motion(0)[:, :3], rel=1e-6)
    assert (first.every(0.035), first.every(1e-9)) == (4, 1)


def test_other_units_are_converted_and_the_rate_is_that_of_the_times(tmp_path):
    (found,) = read_recordings(write_xio(tmp_path / "xio"))
    assert found.rate == pytest.approx(RATE)
    assert found.sensors[Sensor.ACC].measured == pytest.approx(motion(9)[:, :3])
    assert found.sensors[Sensor.IMU].measured == pytest.approx(motion(9)[:, 3:])


def test_a_trial_that_is_not_listed_has_the_rate_that_all_others_have(tmp_path):
    folder = write_broad(tmp_path / "broad")
    (folder / "trial-1.parquet").rename(folder / "blind.parquet")
    assert [recording.rate for recording in read_recordings(folder)] == [RATE, RATE]


def test_the_digest_is_that_of_the_readings_not_of_the_file(tmp_path):
    folder = write_broad(tmp_path / "broad", trials=1)
    (before,) = read_recordings(folder)
    write(folder / "trial-0.parquet", columns(folder) | {"movement": np.zeros(4000)})
    (after,) = read_recordings(folder)
    assert before.sha256 == after.sha256


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"acc_x": None}, "column(s) missing: acc_x, y, z or acc_x, y, z_g"),
        ({"gyr_y": np.r_[np.nan, np.zeros(3999)]}, "column gyr_y: 1 value(s) missing"),
        ({"gyr_y": np.full(4000, "a")}, "column gyr_y is string, not a number"),
        ({"gyr_y": np.zeros(4000)}, "too short, or an axis never changes"),
        ({"t_s": np.zeros(4000)}, "column t_s does not increase"),
    ],
)
def test_a_file_that_cannot_be_used_is_named_with_the_reason(tmp_path, change, reason):
    folder = write_broad(tmp_path / "broad", trials=1)
    changed = {k: v for k, v in (columns(folder) | change).items() if v is not None}
    write(folder / "trial-0.parquet", changed)
    with pytest.raises(TableError) as error:
        read_recordings(folder)
    assert str(folder / "trial-0.parquet") in str(error.value)
    assert reason in str(error.value)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (None, "rate not known: no column t_s, no row in trials.csv, no --rate"),
        ("trial,rate_hz\na,100\nb,200\n", "rate not known"),
        ("trial,hz\ntrial-0,100\n", "columns trial and rate_hz: KeyError"),
        ("trial,rate_hz\ntrial-0,fast\n", "columns trial and rate_hz: ValueError"),
        ("trial,rate_hz\ntrial-0,0\n", "rate_hz of trial-0: 0.0"),
    ],
)
def test_a_rate_that_is_not_known_is_not_guessed(tmp_path, text, reason):
    folder = write_broad(tmp_path / "broad", trials=1, listed=False)
    if text:
        (folder / "trials.csv").write_text(text)
    with pytest.raises(TableError) as error:
        read_recordings(folder)
    assert reason in str(error.value)


def test_a_rate_that_a_recording_does_not_tell_can_be_given(tmp_path):
    silent = write_broad(tmp_path / "silent", trials=1, listed=False)
    telling = write_broad(tmp_path / "telling", trials=1)
    assert [read_recordings(folder, 80.0)[0].rate for folder in (silent, telling)] == [80.0, RATE]


def test_no_recording_and_no_parquet_are_named(tmp_path):
    with pytest.raises(TableError, match=r"no folder with \.parquet files"):
        read_recordings(tmp_path)
    (tmp_path / "a.parquet").write_bytes(b"no parquet")
    with pytest.raises(TableError, match=r"a\.parquet: "):
        read_recordings(tmp_path)
