"""The segments of OPS-SAT-AD beside ours: whether a detector of photodiode runs ranks their anomalies.

The table has one row a segment: ``channel``, ``anomaly``, ``sampling``, ``len`` and 16 features. Its segments
are cut by people around what happens, ours by the clock. Counts of peaks become rates by ``len``.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import onnxruntime as ort
import pyarrow.parquet as pq
from numpy.typing import NDArray
from sklearn.metrics import roc_auc_score

from models.card import INPUT_NAME
from models.segments.mixture import INPUTS

Floats = NDArray[np.float64]

PHOTODIODES: Final = tuple(f"CADC08{k}" for k in (84, 86, 88, 90, 92, 94))
COUNTS: Final = {"peak_rate": "n_peaks", "diff_peak_rate": "diff_peaks", "diff2_peak_rate": "diff2_peaks"}
SAMPLING_S: Final = 5


@dataclass(frozen=True, slots=True)
class Rank:
    """Segments of a channel (or ``pooled``) at five seconds, and the AUC of the score; NaN: one kind only."""

    channel: str
    nominal: int
    anomalous: int
    auc: float


def ranks(table: Path, model: Path) -> list[Rank]:
    """Score the photodiode segments of `table` (.parquet) with the detector file `model`."""
    columns = {name: np.array(column) for name, column in pq.read_table(table).to_pydict().items()}
    chosen = np.isin(columns["channel"], PHOTODIODES) & (columns["sampling"] == SAMPLING_S)
    rows = {name: column[chosen] for name, column in columns.items()}
    session = ort.InferenceSession(model, providers=["CPUExecutionProvider"])
    window = inputs(rows).astype(np.float32)[:, None]
    scores = session.run(None, {INPUT_NAME: window})[0][:, 0]
    groups = {name: rows["channel"] == name for name in PHOTODIODES if (rows["channel"] == name).any()}
    groups["pooled"] = np.ones(len(scores), np.bool_)
    return [_rank(name, rows["anomaly"][mask] == 1, scores[mask]) for name, mask in groups.items()]


def inputs(rows: Mapping[str, NDArray[Any]]) -> Floats:
    """Return what the detector sees (n, 9) of rows of the table."""
    columns = [rows[COUNTS[name]] / rows["len"] if name in COUNTS else rows[name] for name in INPUTS]
    return np.stack([np.asarray(column, np.float64) for column in columns], axis=1)


def _rank(channel: str, odd: NDArray[np.bool_], scores: Floats) -> Rank:
    both = odd.any() and not odd.all()
    auc = float(roc_auc_score(odd, scores)) if both else float("nan")
    return Rank(channel, int((~odd).sum()), int(odd.sum()), auc)
