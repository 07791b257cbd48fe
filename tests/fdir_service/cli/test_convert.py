"""`fdir convert` writes telemetry in another format, says what it left out, and leaves no half file."""

import json
from itertools import pairwise
from pathlib import Path

import h5py
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from fdir_service import recording
from fdir_service.recording import Recorder
from pus.samples import Tick
from tests.fdir_service.builders import samples, write_mission

DAY = Path(__file__).parents[3] / "configs" / "atmonsat" / "2022.06.15.csv"
ROWS = len(DAY.read_text().splitlines()) - 1


def convert(fdir, file, to, *words, mission="atmonsat"):
    return fdir("convert", file, to, "--mission", mission, *words)


def report(ended):
    assert ended.code == 0, ended.err
    return json.loads(ended.out)


def test_real_telemetry_goes_round_through_all_formats(fdir, tmp_path):
    files = [DAY, *(tmp_path / f"day.{suffix}" for suffix in ("parquet", "rec", "csv"))]
    for file, to in pairwise(files):
        ended = convert(fdir, file, to)
        assert (ended.code, ended.err) == (0, "")
        assert ended.out == f"{to}: {ROWS} sample(s) of board written\n"
    reports = [fdir("replay", file, "--mission", "atmonsat", "--json").out for file in files]
    assert len(set(reports)) == 1


def test_the_report_counts_rows_sources_and_what_was_dropped(fdir, tmp_path):
    lines = DAY.read_text().splitlines(keepends=True)
    day = tmp_path / "day.csv"
    day.write_text("".join([*lines[:4], "soon" + lines[4][19:], lines[3], *lines[5:8]]))
    ended = convert(fdir, day, tmp_path / "day.rec", "--json")
    result = report(ended)
    assert result.pop("seconds") > 0
    assert result == {
        "in": str(day),
        "out": str(tmp_path / "day.rec"),
        "source": "board",
        "rows": 6,
        "duration_s": 31.0,
        "sources": {"board": 6},
        "left_out": {},
        "dropped": {"time": 1, "time order": 1},
        "gaps": 1,
        "missing": 2,
    }
    assert ended.err.splitlines() == [
        f"{day}: dropped: 1 sample(s) of board: time",
        f"{day}: dropped: 1 sample(s) of board: time order",
        f"  {day}: line 5: column time: Invalid isoformat string: 'soon'",
        f"  {day}: line 6: time does not increase",
        f"{day}: 1 gap(s), 2 sample(s) missing, kept as gaps",
    ]


def test_one_source_of_several_is_converted_and_the_others_are_counted(fdir, tmp_path):
    mission = write_mission(tmp_path / "bench")
    with Recorder(tmp_path / "run.rec") as recorder:
        for message in (samples(0, [[1.0, 2.0, 0.0]]), Tick(5), samples(0, [1.0, 2.0], "other")):
            recorder.write(message)
    ended = convert(fdir, tmp_path / "run.rec", tmp_path / "run.csv", mission=mission)
    assert (ended.code, "several" in ended.err) == (2, True)
    ended = convert(
        fdir, tmp_path / "run.rec", tmp_path / "run.csv", "--source", "s", "--json", mission=mission
    )
    result = report(ended)
    assert result["sources"] == {"s": 1, "other": 2}
    assert result["left_out"] == {"ticks": 1}
    assert "left out: 2 sample(s) of other" in ended.err
    assert "left out: 1 ticks" in ended.err


# --- tables that do not speak for themselves -----------------------------------------------------------


@pytest.fixture
def mission(tmp_path):
    path = tmp_path / "mission.toml"
    path.write_text(
        '[mission]\nname = "m"\napid = 5\nepoch = "2021-01-01T00:00:00Z"\n'
        '[[source]]\nname = "s"\nparameters = [{ id = 1, name = "pd1" }, { id = 2, name = "pd2" }]\n'
    )
    return path


def taken(path):
    (part,) = recording.read(path)
    return part.times.tolist(), part.values.tolist()


def test_times_may_be_numbers_from_any_epoch_in_any_column(fdir, tmp_path, mission):
    table = {"t_ms": [1_609_459_200_000, 1_609_459_200_250], "pd1": [1, 2], "pd2": [3, 4]}
    pq.write_table(pa.table(table), tmp_path / "run.parquet")
    words = ("--time", "t_ms", "--time-unit", "ms", "--epoch", "1970-01-01T00:00:00Z")
    report(convert(fdir, tmp_path / "run.parquet", tmp_path / "run.rec", *words, "--json", mission=mission))
    assert taken(tmp_path / "run.rec") == ([0, 250_000_000], [[1.0, 3.0], [2.0, 4.0]])


def test_an_array_needs_a_period_and_names(fdir, tmp_path, mission):
    np.save(tmp_path / "run.npy", np.array([[3, 9, 1], [4, 9, 2]]))
    words = ("--period", "0.5", "--start", "2021-01-01T00:00:01", "--columns", "pd2, other, pd1")
    assert convert(fdir, tmp_path / "run.npy", tmp_path / "run.rec", *words, mission=mission).code == 0
    assert taken(tmp_path / "run.rec") == ([10**9, 15 * 10**8], [[1.0, 3.0], [2.0, 4.0]])


def test_a_data_set_of_an_hdf5_file_is_named(fdir, tmp_path, mission):
    with h5py.File(tmp_path / "run.h5", "w") as file:
        file["flight/photodiodes"] = [[1, 3], [2, 4]]
        file["note"] = 5
    words = ("--dataset", "flight/photodiodes", "--period", "1")
    assert convert(fdir, tmp_path / "run.h5", tmp_path / "run.rec", *words, mission=mission).code == 0
    assert taken(tmp_path / "run.rec") == ([0, 10**9], [[1.0, 3.0], [2.0, 4.0]])


@pytest.mark.parametrize(
    ("file", "words", "reason"),
    [
        ("run.rec", "--time t", "--time: run.rec is a recording"),
        ("run.csv", "--columns a,b", "--columns: run.csv has column names"),
        ("run.npy", "--dataset a", "--dataset: run.npy is no HDF5 file"),
        ("run.csv", "--period 1 --time t", "--period is for tables without times, --time for"),
        ("run.csv", "--start 2021-01-01", "--start needs --period"),
        ("run.csv", "--epoch 2021-01-01", "--epoch needs --time-unit"),
        ("run.csv", "--time-unit s --epoch soon", "--epoch: Invalid isoformat string"),
        ("run.csv", "--period 1 --start soon", "--start: Invalid isoformat string"),
        ("run.csv", "--period 0", "--period: 0.0 s is not a time of 1 ns or more"),
        ("run.csv", "--period nan", "--period: nan s"),
        ("run.csv", "--period inf", "--period: inf s"),
        ("run.csv", "--period=-1", "--period: -1.0 s"),
        ("run.csv", "--period 1e30", "--period: 1e+30 s"),
        ("run.csv", "--time-unit years", "'years' is not one of 's', 'ms', 'us', 'ns'"),
    ],
)  # fmt: skip
def test_options_that_do_not_fit_are_refused(fdir, file, words, reason, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    Path(file).touch()
    ended = convert(fdir, file, "out.csv", *words.split())
    assert ended.code == 2
    assert reason in " ".join(ended.err.replace("│", "").split())


# --- files -------------------------------------------------------------------------------------------


def test_an_existing_file_is_replaced_only_when_asked_to(fdir, tmp_path):
    to = tmp_path / "day.csv"
    to.write_text("precious")
    ended = convert(fdir, DAY, to)
    assert (ended.code, "exists; --force replaces it" in ended.err) == (2, True)
    assert to.read_text() == "precious"
    assert convert(fdir, DAY, to, "--force").code == 0
    assert len(to.read_text().splitlines()) == ROWS + 1
    assert convert(fdir, to, to, "--force").code == 0
    assert len(to.read_text().splitlines()) == ROWS + 1


@pytest.mark.parametrize(
    ("file", "to", "reason"),
    [
        ("none.csv", "day.rec", "none.csv: no such file"),
        (".", "day.rec", "no such file"),
        (DAY, "day.npy", "day.npy: cannot be written: known are .rec, .csv, .parquet"),
        (DAY, "folder", "folder: exists"),
        (DAY.with_name("mission.toml"), "day.rec", "mission.toml: is no recording"),
        (DAY.with_name("2022.06.15.labels.csv"), "day.rec", "labels.csv: column(s) missing: time, temp.0"),
    ],
)
def test_files_that_cannot_be_used_are_refused(fdir, tmp_path, file, to, reason, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("folder").mkdir()
    ended = convert(fdir, file, to, "--force")
    assert ended.code == 2
    assert reason in ended.err
    assert [path.name for path in tmp_path.iterdir()] == ["folder"]


def test_a_folder_that_is_not_there_is_a_failure(fdir, tmp_path):
    ended = convert(fdir, DAY, tmp_path / "none" / "day.rec")
    assert (ended.code, "No such file" in ended.err) == (1, True)
