from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from models.segments.benchmark import COUNTS, ranks
from models.segments.mixture import INPUTS

MODEL = Path(__file__).parents[3] / "configs" / "opssat" / "segment-mixture.onnx"


def test_photodiode_segments_at_five_seconds_are_ranked_by_channel_and_pooled(tmp_path):
    rng = np.random.default_rng(1)
    n = 40
    table = {COUNTS.get(name, name): np.abs(rng.normal(0.1, 0.01, n)) for name in INPUTS}
    odd = np.arange(n) % 4 == 0
    table["diff2_var"][odd] = 1e4
    channel = np.where(np.arange(n) < 20, "CADC0884", "CADC0888")
    channel[:2] = "CADC0872"
    odd[20:] = False
    table |= {"channel": channel, "anomaly": odd.astype(int), "len": np.full(n, 50)}
    table["sampling"] = np.where(np.arange(n) == 39, 1, 5)
    pq.write_table(pa.table(table), tmp_path / "train.parquet")
    found = ranks(tmp_path / "train.parquet", MODEL)
    assert [(r.channel, r.nominal, r.anomalous) for r in found] == [
        ("CADC0884", 14, 4),
        ("CADC0888", 19, 0),
        ("pooled", 33, 4),
    ]
    assert found[0].auc == 1
    assert np.isnan(found[1].auc)
    assert 0.5 < found[2].auc < 1
