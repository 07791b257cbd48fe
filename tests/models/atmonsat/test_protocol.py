from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from models.atmonsat.data import REPLAY_DAY, WATCHED_DAY, DataSetError
from models.atmonsat.protocol import Bound, train_model
from models.atmonsat.significance import SIGNIFICANCES, key, threshold
from models.check import findings
from models.metadata import read_card
from models.training import Progress


def write(folder: Path, day: str, kind: str, n: int = 260) -> None:
    rng = np.random.default_rng([ord(c) for c in day])
    temperatures = 40 + np.cumsum(rng.integers(-1, 2, (n, 9)), axis=0) % 6
    times = np.datetime64("2022-04-06T10:00", "ms") + np.arange(n) * np.timedelta64(10_000, "ms")
    columns = {"time": times} | {f"temp_{i}": temperatures[:, i].astype(np.int8) for i in range(9)}
    pq.write_table(pa.table(columns), folder / f"{day}_{kind}.parquet")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for day in ("2022.04.06", REPLAY_DAY):
        write(tmp_path, day, "normal")
    return tmp_path


def test_a_model_is_trained_and_its_thresholds_come_from_left_out_days(folder: Path) -> None:
    write(folder, WATCHED_DAY, "validation")
    progress: list[Progress] = []
    out = folder / "cnn-100-3.onnx"
    card = train_model("cnn-100", folder, out, 3, progress.append, Bound(epochs=2))
    assert findings(out) == []
    assert read_card(out)[0] == card
    assert (card.window, card.seed, card.period) == (101, 3, None)
    assert sorted(card.data) == ["2022.04.06", REPLAY_DAY]
    assert len(progress) == 3 * 2
    assert np.isfinite(progress[0].validation)
    assert [o.name for o in card.outputs] == ["distance", "euclidean"]
    assert card.metrics["folds"] == 2
    levels = [card.metrics[key(s)] for s in SIGNIFICANCES]
    assert levels == sorted(levels)
    assert card.outputs[0].on == card.metrics[key(0.05)]
    assert card.command == "fdir train atmonsat --model cnn-100 --data DIR --seed 3 --epochs 2"


def test_a_training_can_be_bounded_and_its_card_says_so(folder: Path) -> None:
    card = train_model("cnn-100", folder, folder / "x.onnx", 1, bound=Bound(1, 1, 5))
    assert card.command.endswith("--epochs 1 --folds 1 --stride 5")
    assert (card.metrics["folds"], card.metrics["stride"], card.metrics["epochs"]) == (1, 5, 1)


def test_days_that_cannot_be_left_out_or_fill_no_window_are_refused(folder: Path) -> None:
    write(folder, "2022.05.18", "normal", n=100)
    with pytest.raises(DataSetError, match=r"2022\.05\.18: 100 normal samples, a window needs 101"):
        train_model("cnn-100", folder, folder / "x.onnx", 1)
    for day in ("2022.05.18", REPLAY_DAY):
        (folder / f"{day}_normal.parquet").unlink()
    with pytest.raises(DataSetError, match="one left out needs 2"):
        train_model("cnn-100", folder, folder / "x.onnx", 1)


def test_a_share_of_the_nominal_distances_exceeds_the_threshold() -> None:
    assert threshold(np.arange(101.0)) == 95.0
    assert threshold(np.arange(101.0), 0.01) == 99.0
