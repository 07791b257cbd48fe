"""A long recording: memory is flat, and a sample costs at the end what it cost at the beginning."""

import time
from itertools import islice
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from fdir_service.bench import reference
from fdir_service.replay import replay
from fdir_service.stream import Stream
from fdir_service.tables.times import epoch_ns

SAMPLES = 50_000_000
GROUP = 1 << 19
SHORT = 2 * GROUP
TOLERATED = 16 << 20
"""Octets that the second half of a recording may add: what the allocator keeps."""


def write(path, samples):
    """Write a table of the hopper's readings, the same record again and again, in row groups."""
    mission = reference.mission()
    names = [parameter.name for parameter in mission.file.source[0].parameters]
    values = reference.readings(GROUP)
    columns = [pa.array(column) for column in values.T]
    epoch = epoch_ns(mission.profile.epoch)
    schema = pa.schema([("time", pa.timestamp("ns")), *((name, pa.float64()) for name in names)])
    with pq.ParquetWriter(path, schema) as writer:
        for first in range(0, samples, GROUP):
            size = min(GROUP, samples - first)
            stamps = epoch + reference.PERIOD * (first + np.arange(size))
            arrays = [pa.array(stamps, pa.timestamp("ns")), *(column[:size] for column in columns)]
            writer.write_table(pa.table(arrays, schema=schema))


def resident():
    status = Path("/proc/self/status").read_text()
    return 1024 * int(status.split("VmRSS:")[1].split()[0])


def replayed(path, samples):
    """Replay; return (resident octets, CPU seconds so far) at the first, middle and last tenth."""
    stream, marks = Stream(reference.mission()), []
    outputs, begin = replay(stream, path), time.process_time()
    blocks = samples // 1024
    for part in (blocks // 10, blocks // 2 - blocks // 10, blocks):
        for _ in islice(outputs, part):
            pass
        marks.append((resident(), time.process_time() - begin))
    (account,) = stream.accounts.values()
    assert (account.received, account.lost) == (samples, 0)
    return marks


@pytest.mark.parametrize(
    "samples", [SHORT, pytest.param(SAMPLES, marks=[pytest.mark.slow, pytest.mark.timeout(3600)])]
)
def test_memory_is_flat_however_long_the_recording(samples, tmp_path, capsys):
    write(tmp_path / "long.parquet", samples)
    start, middle, end = replayed(tmp_path / "long.parquet", samples)
    with capsys.disabled():
        sizes = ", ".join(f"{octets / 1e6:.0f} MB" for octets, _ in (start, middle, end))
        costs = (middle[1] - start[1]) / (0.4 * samples), (end[1] - middle[1]) / (0.5 * samples)
        print(  # noqa: T201
            f"\n{samples} samples: resident {sizes}; {costs[0] * 1e6:.2f}, {costs[1] * 1e6:.2f} us a sample"
        )
    assert end[0] - middle[0] < TOLERATED
