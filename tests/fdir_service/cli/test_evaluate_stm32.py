"""`fdir evaluate atmonsat-stm32`: a table, a document for machines, and how it ends."""

import json
import shutil
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.fdir_service.cli.conftest import Fdir

SHIPPED = Path(__file__).parents[2] / "data" / "atmonsat-stm32"
COMMAND = ("evaluate", "atmonsat-stm32", "--data")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(SHIPPED, tmp_path / "runs"))


def test_the_shipped_excerpt_has_parity(fdir: Fdir) -> None:
    ended = fdir(*COMMAND, SHIPPED, "--json")
    assert (ended.code, ended.err) == (0, "")
    found = json.loads(ended.out)
    assert found["parity"] is True
    assert found["machine"]["cores"] >= 1
    assert [row["path"] for row in found["rows"]] == ["window", "reply", "streaming"]


def test_people_get_a_table(fdir: Fdir) -> None:
    ended = fdir(*COMMAND, SHIPPED)
    assert ended.code == 0
    for text in ("2022.06.01", "streaming", "622", "yes", "leave it out when counting"):
        assert text in ended.out


def test_detector_and_answers_can_be_kept(fdir: Fdir, tmp_path: Path) -> None:
    model = tmp_path / "firmware.onnx"
    assert fdir(*COMMAND, SHIPPED, "--detector", model, "--outputs", tmp_path).code == 0
    assert fdir("models", "check", model).code == 0
    ours, recorded = (pq.read_table(f / "2022.06.01_outputs.parquet") for f in (tmp_path, SHIPPED))
    assert ours.drop_columns(["distance"]).equals(recorded.drop_columns(["distance"]))


def test_a_missed_parity_ends_with_three_and_says_where(fdir: Fdir, folder: Path) -> None:
    path = folder / "2022.06.01_outputs.parquet"
    table = pq.read_table(path)
    late = pa.array([row + 1 for row in table["reply_row"].to_pylist()], pa.int32())
    pq.write_table(table.set_column(1, "reply_row", late), path)
    ended = fdir(*COMMAND, folder)
    assert ended.code == 3
    assert "2022.06.01, window: reply_row: 622 of 622 differ, the first at output 0" in ended.out


def test_without_recorded_answers_there_is_nothing_to_miss(fdir: Fdir, folder: Path) -> None:
    (folder / "2022.06.01_outputs.parquet").unlink()
    ended = fdir(*COMMAND, folder)
    assert ended.code == 0
    assert "2022.06.01: no recorded answers to compare with" in ended.out
    assert json.loads(fdir(*COMMAND, folder, "--json").out)["parity"] is None


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (("missing",), "--data missing: no such folder"),
        ((SHIPPED, "--detector", "a.txt"), "--detector a.txt: the file must end in .onnx"),
        ((SHIPPED, "--detector", "no/a.onnx"), "--detector no: no such folder"),
        ((SHIPPED, "--outputs", "no"), "--outputs no: no such folder"),
        ((SHIPPED, "--outputs", SHIPPED), "the recorded answers are there"),
    ],
)
def test_bad_options_are_usage(fdir: Fdir, words: tuple[object, ...], reason: str) -> None:
    ended = fdir(*COMMAND, *words)
    assert ended.code == 2
    assert reason in ended.err


def test_a_bad_file_is_usage_and_named(fdir: Fdir, folder: Path) -> None:
    (folder / "firmware.npz").unlink()
    ended = fdir(*COMMAND, folder)
    assert ended.code == 2
    assert "firmware.npz: cannot be read: No such file or directory" in ended.err
