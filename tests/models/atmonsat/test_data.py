import re
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from models.atmonsat.data import (
    REPLAY_DAY,
    UNLABELLED_DAY,
    DataSetError,
    export_day,
    normal_days,
    read_day,
    read_injections,
)
from models.metadata import digest

CONFIG = Path(__file__).parents[3] / "configs" / "atmonsat"


def write_day(folder: Path, day: str, kind: str, n: int = 200, start: str | None = None) -> Path:
    first = np.datetime64(start or f"{day.replace('.', '-')}T10:00:00", "ms")
    times = first + np.arange(n) * np.timedelta64(5000, "ms")
    rng = np.random.default_rng([ord(c) for c in day + kind])
    columns: dict[str, object] = {"time": times}
    for i in range(9):
        columns[f"temp_{i}"] = (40 + np.cumsum(rng.random(n) < 0.02)).astype(np.int8)
    if kind == "anomalous":
        columns["scored"] = np.arange(n) < n - 20
        columns["reboot"] = np.arange(n) == 7
        columns["curSolar"] = np.where(np.arange(n) < 50, 29.9, 30.0)
        columns["hit_window"] = [None if i < 3 else i > n // 2 for i in range(n)]
    path = folder / f"{day}_{kind}.parquet"
    pq.write_table(pa.table(columns), path)
    return path


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for day in ("2022.06.08", "2022.04.06", REPLAY_DAY, UNLABELLED_DAY):
        write_day(tmp_path, day, "normal")
    write_day(tmp_path, REPLAY_DAY, "anomalous")
    (tmp_path / "anomalies.csv").write_text(
        "day,start,duration_s,scored_upstream\n"
        f"{REPLAY_DAY},2022-06-15 15:05:00,60,True\n"
        f"{REPLAY_DAY},2022-06-15 15:20:00,,False\n"
        "2022.06.08,2022-06-08 16:46:56,30,True\n"
    )
    return tmp_path


def test_training_days_are_sorted_and_without_the_shipped_and_the_unlabelled_day(folder: Path) -> None:
    assert [day.name for day in normal_days(folder)] == ["2022.04.06", "2022.06.08"]


def test_a_day_carries_its_temperatures_flags_and_digest(folder: Path) -> None:
    day = read_day(folder, REPLAY_DAY, "anomalous")
    assert len(day) == 200
    assert day.temperatures.shape == (200, 9)
    assert day.temperatures.dtype == np.float64
    assert (day.scored.sum(), day.hit.sum()) == (180, 99)
    assert day.digest == digest(folder / f"{REPLAY_DAY}_anomalous.parquet")
    assert np.flatnonzero(day.reboot).tolist() == [7]
    assert np.flatnonzero(day.converters_on)[0] == 50


def test_what_a_file_does_not_say_is_the_usual(folder: Path) -> None:
    day = read_day(folder, "2022.04.06", "normal")
    assert not (day.scored | day.hit | day.reboot).any()
    assert day.converters_on.all()


def test_a_normal_file_that_overlaps_the_test_part_is_cut(tmp_path: Path) -> None:
    write_day(tmp_path, "2022.06.03", "normal", start="2022-06-03T13:30:00")
    [day] = normal_days(tmp_path)
    assert day.times[0] == np.datetime64("2022-06-03T13:35:00")
    assert len(day) == len(day.temperatures) == 140


def test_only_scored_injections_are_read(folder: Path) -> None:
    [injection] = read_injections(folder, REPLAY_DAY)
    assert injection.start.isoformat() == "2022-06-15T15:05:00"
    assert injection.end.isoformat() == "2022-06-15T15:06:00"


@pytest.mark.parametrize("text", [None, "day\n2022.06.15\n", "day,start,duration_s,scored_upstream\nx,y,z\n"])
def test_a_table_of_injections_that_is_not_one_is_refused(tmp_path: Path, text: str | None) -> None:
    if text is not None:
        (tmp_path / "anomalies.csv").write_text(text.replace("x,y,z", f"{REPLAY_DAY},noon,1,True"))
    with pytest.raises(DataSetError, match=r"anomalies\.csv"):
        read_injections(tmp_path, REPLAY_DAY)


def test_a_missing_file_a_missing_column_and_an_empty_folder_are_refused(tmp_path: Path) -> None:
    with pytest.raises(DataSetError, match="no file DAY_normal"):
        normal_days(tmp_path)
    with pytest.raises(DataSetError, match="no such file"):
        read_day(tmp_path, "2022.04.06", "normal")
    pq.write_table(pa.table({"time": [0], "temp_0": [40]}), tmp_path / "2022.04.06_normal.parquet")
    with pytest.raises(DataSetError, match="columns temp_1, temp_2"):
        normal_days(tmp_path)


def test_the_exported_day_is_the_scored_range_and_its_labels(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    samples, labels = export_day(folder, out)
    lines = samples.read_text().splitlines()
    assert lines[0] == "time," + ",".join(f"temp.{i}" for i in range(9)) + ",curSolar,reboot"
    assert re.fullmatch(r"2022-06-15T10:00:00(,4[01]){9},29,0", lines[1])
    assert len(lines) == 181
    assert labels.read_text() == "start,end,label\n2022-06-15T15:05:00,2022-06-15T15:06:00,heat\n"


def test_the_shipped_day_has_the_two_scored_injections_and_ends_at_16_20() -> None:
    lines = (CONFIG / f"{REPLAY_DAY}.csv").read_text().splitlines()
    assert len(lines) == 1113
    assert lines[1].startswith("2022-06-15T14:45:03,")
    assert "2022-06-15T16:19" < lines[-1] < "2022-06-15T16:20:01"
    labels = (CONFIG / f"{REPLAY_DAY}.labels.csv").read_text().splitlines()
    assert labels[1:] == [
        "2022-06-15T15:05:00,2022-06-15T15:06:00,heat",
        "2022-06-15T15:46:29,2022-06-15T15:47:29,heat",
    ]
    assert "Apache-2.0" in (CONFIG / "NOTICE").read_text()


def test_a_bad_value_in_the_table_is_named_with_its_line(tmp_path: Path) -> None:
    head = "day,start,duration_s,scored_upstream\n"
    (tmp_path / "anomalies.csv").write_text(head + "2022.06.08,2022-06-08 16:46:56,long,true\n")
    with pytest.raises(DataSetError, match="line 2: start, duration_s: could not convert"):
        read_injections(tmp_path, "2022.06.08")
    (tmp_path / "anomalies.csv").write_text("day,start\n")
    with pytest.raises(DataSetError, match="columns duration_s, scored_upstream are missing"):
        read_injections(tmp_path, "2022.06.08")


def test_a_file_that_is_no_table_or_not_in_order_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "2022.06.08_normal.parquet"
    path.write_bytes(b"no Parquet")
    with pytest.raises(DataSetError, match=r"2022\.06\.08_normal\.parquet: "):
        read_day(tmp_path, "2022.06.08", "normal")
    columns = {"time": np.array([2, 1], "datetime64[ms]")} | {f"temp_{i}": [40, 40] for i in range(9)}
    for table in (pa.table(columns), pa.table(columns)[:0]):
        pq.write_table(table, path)
        with pytest.raises(DataSetError, match="in order of time"):
            read_day(tmp_path, "2022.06.08", "normal")


def test_the_protocol_trains_on_the_day_that_is_shipped_for_replay_too(folder: Path) -> None:
    assert REPLAY_DAY in [day.name for day in normal_days(folder, replayed=True)]
