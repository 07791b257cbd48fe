from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from models.atmonsat.data import WATCHED_DAY
from models.atmonsat.recipe import train_atmonsat_cnn
from models.atmonsat.training import NetworkTraining
from models.check import findings
from models.metadata import digest, read_card
from models.training import Progress


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
    card = train_atmonsat_cnn(folder, out, 4, progress.append, NetworkTraining(epochs=2))
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
