"""A Parquet file through the whole service, against the loop that one would write."""

import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

from fdir_service.bench import reference
from fdir_service.bench.engines import WINDOWS, Naive
from fdir_service.bench.rounds import DisagreementError, Pair, Row, Timed, UnavailableError, multiple
from fdir_service.replay import replay
from fdir_service.stream import Stream
from fdir_service.tables.times import epoch_ns

ROWS_OURS = 100_000
LONGER = 10


def write(path: Path, values: reference.Floats) -> None:
    """Write readings (n, 10) of the hopper as a table with a column a parameter.

    Raises
    ------
    UnavailableError
        Without pyarrow.

    """
    arrow, parquet = _pyarrow()
    mission = reference.mission()
    (source,) = mission.file.source
    stamps = epoch_ns(mission.profile.epoch) + reference.PERIOD * np.arange(len(values))
    columns = {"time": arrow.array(stamps, arrow.timestamp("ns"))}
    for parameter, column in zip(source.parameters, values.T, strict=True):
        columns[parameter.name] = arrow.array(column)
    parquet.write_table(arrow.table(columns), path)


def _pyarrow() -> tuple[Any, Any]:
    try:
        import pyarrow as pa  # noqa: PLC0415  only with the extra "data"
        import pyarrow.parquet as pq  # noqa: PLC0415
    except ImportError:
        raise UnavailableError("pyarrow is not installed: pip install 'fdir-service[data]'") from None
    return pa, pq


def _timed(run: Callable[[], object], rows: int) -> float:
    """Return CPU seconds of the process for a row: pyarrow reads in threads of its own."""
    start = time.process_time()
    run()
    return (time.process_time() - start) / rows


def _ours(path: Path, rows: int) -> float:
    stream = Stream(reference.mission())

    def run() -> None:
        for _ in replay(stream, path):
            pass

    seconds = _timed(run, rows)
    (pool,) = stream.pools.values()
    (detector,) = pool.sliding
    windows = rows - detector.window + 1
    if detector.windows != windows:
        raise DisagreementError(f"{detector.windows} of {windows} windows were scored")
    return seconds


def _theirs(path: Path, before: reference.Floats, rows: int) -> float:
    """Read the rows of the table as dictionaries; score the window of each."""
    _, parquet = _pyarrow()
    engine = Naive(reference.setup(), before)

    def run() -> None:
        for batch in parquet.ParquetFile(path).iter_batches():
            for row in batch.to_pylist():
                engine.take(row)

    return _timed(run, rows)


def _prepare(quick: bool) -> Pair:
    ours, theirs = (1_000, 8) if quick else (ROWS_OURS, WINDOWS)
    values = reference.readings(ours)
    before = reference.setup().card.window - 1
    with ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory()))
        write(folder / "long.parquet", values)
        write(folder / "short.parquet", values[before : before + theirs])
        close = stack.pop_all().close
    history = values[:before, : reference.CHANNELS]
    return (
        Timed(lambda: _ours(folder / "long.parquet", ours), close),
        Timed(lambda: _theirs(folder / "short.parquet", history, theirs)),
    )


def _longer(quick: bool) -> Pair:
    """Return how ten times as many rows are replayed, and once as many."""
    short = 500 if quick else ROWS_OURS
    long = LONGER * short
    with ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory()))
        for rows in (short, long):
            write(folder / f"{rows}.parquet", reference.readings(rows))
        close = stack.pop_all().close
    return (
        Timed(lambda: _ours(folder / f"{long}.parquet", long), close),
        Timed(lambda: _ours(folder / f"{short}.parquet", short)),
    )


ROWS = (
    Row(
        "replay_parquet_vs_naive_loop",
        "a Parquet file of 100,000 rows through the whole service, against a naive loop over rows; a row",
        45,
        70,
        _prepare,
    ),
    Row(
        "replay_10x_vs_1x",
        "a Parquet file of 1,000,000 rows through the whole service, against 100,000; a row",
        1.2,
        1.0,
        _longer,
        multiple,
        at_most=True,
    ),
)
