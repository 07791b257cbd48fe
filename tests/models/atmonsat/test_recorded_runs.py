import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from models.atmonsat.firmware import FirmwareError
from models.atmonsat.recorded_runs import COUNTS, Outputs, read_runs, write_outputs

SHIPPED = Path(__file__).parents[2] / "data" / "atmonsat-stm32"
DAY = "2022.06.01"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(SHIPPED, tmp_path / "runs"))


def rewrite(path: Path, change: Callable[[pa.Table], pa.Table]) -> Path:
    pq.write_table(change(pq.read_table(path)), path)
    return path


def test_a_run_has_what_was_sent_and_what_came_back() -> None:
    (run,) = read_runs(SHIPPED, 9)
    assert run.day == DAY
    assert run.temperatures.shape == (640, 9)
    assert run.execution is not None
    assert 3e6 < run.execution < 4e6
    assert run.outputs is not None
    assert len(run.outputs.row) == 622
    assert np.flatnonzero(run.outputs.detection).tolist() == [0, 266, 378, 499]
    assert run.counts == {}


def test_days_come_by_date_with_or_without_answers_and_times(folder: Path) -> None:
    shutil.copy(folder / f"{DAY}_inputs.parquet", folder / "2022.01.02_inputs.parquet")
    rewrite(folder / "2022.01.02_inputs.parquet", lambda t: t.drop_columns(["time", "execution_us"]))
    first, second = read_runs(folder, 9)
    assert (first.day, first.outputs, first.execution) == ("2022.01.02", None, None)
    assert second.day == DAY


def test_counts_are_read_where_they_are_told(folder: Path) -> None:
    (folder / "runs.csv").write_text(f"day,{','.join(COUNTS)}\n{DAY}{',7' * len(COUNTS)}\n")
    assert read_runs(folder, 9)[0].counts == dict.fromkeys(COUNTS, 7)
    (folder / "runs.csv").write_text("day,rows\n2022.01.02,seven\n")
    with pytest.raises(FirmwareError, match=r"runs\.csv: day and rows, .*detections: ValueError"):
        read_runs(folder, 9)
    (folder / "runs.csv").write_text("date,rows\n2022.01.02,7\n")
    with pytest.raises(FirmwareError, match=r"runs\.csv: .*KeyError"):
        read_runs(folder, 9)


def test_our_answers_are_written_as_the_recorded_ones(folder: Path, tmp_path: Path) -> None:
    recorded = read_runs(folder, 9)[0].outputs
    assert recorded is not None
    path = write_outputs(tmp_path, DAY, recorded)
    assert pq.read_table(path).equals(pq.read_table(folder / path.name))


def test_answers_may_be_none_at_all(folder: Path) -> None:
    nothing = np.empty(0)
    empty = Outputs(nothing.astype(int), nothing.astype(int), nothing, nothing.astype(bool))
    write_outputs(folder, DAY, empty)
    outputs = read_runs(folder, 9)[0].outputs
    assert outputs is not None
    assert len(outputs.row) == 0


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda t: t.drop_columns(["temp_3"]), "column temp_3: missing"),
        (lambda t: t.slice(0, 0), "no rows"),
        (
            lambda t: t.set_column(1, "temp_0", pa.array([None] * 2 + [40] * (len(t) - 2))),
            r"column temp_0: 2 value\(s\) missing",
        ),
        (lambda t: t.set_column(1, "temp_0", pa.array(["x"] * len(t))), "column temp_0: string is no number"),
    ],
)
def test_bad_inputs_are_refused_by_file_column_and_reason(
    folder: Path, change: Callable[[pa.Table], pa.Table], reason: str
) -> None:
    path = rewrite(folder / f"{DAY}_inputs.parquet", change)
    with pytest.raises(FirmwareError, match=f"{path}: {reason}"):
        read_runs(folder, 9)


def test_a_folder_without_runs_or_a_broken_file_is_refused(folder: Path) -> None:
    (folder / f"{DAY}_outputs.parquet").write_bytes(b"no parquet")
    with pytest.raises(FirmwareError, match=rf"{DAY}_outputs\.parquet: "):
        read_runs(folder, 9)
    (folder / f"{DAY}_inputs.parquet").unlink()
    with pytest.raises(FirmwareError, match=r"no file DAY_inputs\.parquet"):
        read_runs(folder, 9)


def test_answers_without_inputs_are_refused(folder: Path) -> None:
    shutil.copy(folder / f"{DAY}_outputs.parquet", folder / "2022.01.02_outputs.parquet")
    with pytest.raises(
        FirmwareError, match=r"2022\.01\.02_outputs\.parquet: no 2022\.01\.02_inputs\.parquet"
    ):
        read_runs(folder, 9)


def test_without_pyarrow_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "pyarrow.parquet", None)
    with pytest.raises(FirmwareError, match=r"fdir-service\[data\]"):
        read_runs(SHIPPED, 9)
