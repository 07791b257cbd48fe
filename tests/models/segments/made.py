"""Small made runs of six photodiodes on a turning satellite, as the data set stores them."""

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

ROWS = 150
STALE = 165
START = 1_618_600_000_000


def readings(rows: int, seed: int) -> np.ndarray:
    """Return (6, rows): half-waves with a little noise while lit, 0 in shadow."""
    rng = np.random.default_rng(seed)
    angle = np.arange(rows) / (25 + seed) + np.arange(6)[:, None] + rng.random((6, 1))
    lit = np.maximum(np.sin(angle), 0) * 1.2
    return np.round(lit + (lit > 0) * rng.normal(0, 0.002, lit.shape).clip(-lit, None), 4)


def write_run(path: Path, seed: int, stale: int = 0) -> np.ndarray:
    """Write a run whose last `stale` rows repeat; return its readings."""
    rows = ROWS // 2 + stale if stale else ROWS
    values = readings(rows, seed)
    turn = np.cos(np.arange(rows) / 50)
    if stale:
        values[:, -stale:] = values[:, [-stale]]
        turn[-stale:] = turn[-stale]
    columns = {"t_ms": pa.array(START + 5003 * np.arange(rows))}
    for k, row in enumerate(values, 1):
        reading = row.astype(np.float32).tolist()
        columns[f"pd{k}"] = pa.array([None, *reading[1:]] if k == 1 else reading, pa.float32())
        columns[f"pd{k}_valid"] = pa.array((row > 0.38).astype(np.int8))
    columns |= {f"q{k}": pa.array(turn) for k in range(4)}
    for name, k, most in (("hd_camera", 5, 1.0472), ("optical_rx", 5, 0.6632), ("star_tracker", 2, 1.0996)):
        columns[f"{name}_safe"] = pa.array((values[k] <= most).astype(np.int8))
    path.parent.mkdir(exist_ok=True)
    pq.write_table(pa.table(columns), path)
    return values


def write_ground(path: Path) -> None:
    """Write two days of two diodes, with a gap in the first."""
    time = np.concatenate([np.arange(100) * 5, 900 + np.arange(80) * 5, 86_400 + np.arange(40) * 5])
    stamps = np.datetime64("2020-11-15T00:00:00", "ms") + (time * 1000).astype("timedelta64[ms]")
    values = readings(len(time), 9)
    pq.write_table(pa.table({"time": stamps, "pd3": values[2], "pd6": values[5]}), path)


def write_data(folder: Path) -> Path:
    """Write four runs, one of them stale at its end, and the days on the ground."""
    for seed in (1, 2, 3):
        write_run(folder / "runs" / f"2021-04-0{seed}_00-00-00.parquet", seed)
    write_run(folder / "runs" / "2021-04-17_21-20-34.parquet", 4, stale=STALE)
    write_ground(folder / "ground_photodiodes.parquet")
    return folder
