from collections.abc import Callable
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from models.atmonsat import WATCHED_DAY
from models.atmonsat_cnn import PredictorTraining
from models.check import findings
from models.metadata import digest, read_card
from models.recipes import train_atmonsat_cnn, train_stuck_cnn
from models.training import DenseTraining, Progress

StuckParts = Callable[..., tuple[np.ndarray, np.ndarray]]


def test_the_stuck_value_cnn_is_built_end_to_end_from_a_seed(stuck_parts: StuckParts, tmp_path: Path) -> None:
    settings = DenseTraining(epochs=3, steps=6, batch=4, crop=256, rate=1e-2)
    progress: list[Progress] = []
    cards = [
        train_stuck_cnn(stuck_parts, tmp_path / name, seed, progress.append, settings)
        for name, seed in (("a.onnx", 7), ("b.onnx", 7))
    ]
    assert cards[0] == cards[1]
    assert (tmp_path / "a.onnx").read_bytes() == (tmp_path / "b.onnx").read_bytes()
    assert findings(tmp_path / "a.onnx") == []
    card, _ = read_card(tmp_path / "a.onnx")
    assert card == cards[0]
    assert [c.name for c in card.channels] == ["acc.x", "acc.y", "acc.z", "imu.x", "imu.y", "imu.z"]
    assert [o.name for o in card.outputs] == ["acc", "imu"]
    assert (card.period, card.window, card.shape) == (0.1, 180, (6,))
    assert card.command == "fdir train stuck-cnn --mission configs/hopper --trajectories 6 --seed 7"
    assert set(card.data) == {"train", "validation"}
    faults = card.metrics["acc.faults"] + card.metrics["imu.faults"]
    assert faults == 12
    assert "imu.nominal_false_reactions" in card.metrics
    assert len(progress) == 6


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for seed, (day, kind) in enumerate(
        [("2022.04.06", "normal"), ("2022.05.18", "normal"), (WATCHED_DAY, "validation")]
    ):
        n = 260
        rng = np.random.default_rng(seed)
        temperatures = 40 + np.cumsum(rng.integers(-1, 2, (n, 9)), axis=0) % 6
        times = np.datetime64("2022-04-06T10:00", "ms") + np.arange(n) * np.timedelta64(10_000, "ms")
        columns = {"time": times} | {f"temp_{i}": temperatures[:, i].astype(np.int8) for i in range(9)}
        pq.write_table(pa.table(columns), tmp_path / f"{day}_{kind}.parquet")
    return tmp_path


def test_the_atmonsat_cnn_is_built_end_to_end_from_a_folder(folder: Path) -> None:
    out = folder / "out.onnx"
    progress: list[Progress] = []
    card = train_atmonsat_cnn(folder, out, 4, progress.append, PredictorTraining(epochs=2))
    assert findings(out) == []
    assert read_card(out)[0] == card
    assert [c.name for c in card.channels[8:10]] == ["islcc.8", "temp.0"]
    assert [c.unit for c in card.channels[8:10]] == ["samples", "degC"]
    assert (card.period, card.window, card.shape) == (None, 151, (18,))
    assert card.data == {
        day: digest(folder / f"{day}_normal.parquet") for day in ("2022.04.06", "2022.05.18")
    }
    [distance] = card.outputs
    assert 0 < distance.off <= distance.on
    metrics = card.metrics
    assert metrics["alarms_per_hour_at_repetition"] <= metrics["alarms_per_hour_without_hysteresis"]
    assert metrics["nominal_hours"] == pytest.approx(2 * 110 * 10 / 3600, abs=0.01)
    assert card.command == "fdir train atmonsat-cnn --data DIR --seed 4"
    assert len(progress) == 3 * 2
