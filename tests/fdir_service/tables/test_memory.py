"""Long files are read and converted in constant memory, whatever their format."""

import json
import subprocess
import sys

import pytest

PROGRAM = """
import json, sys
from pathlib import Path

import numpy as np

from fdir_service import recording
from fdir_service.convert import convert
from fdir_service.tables.layout import Layout
from tests.fdir_service.tables.builders import SECOND, samples, source
from fdir_service.tables.write import Output

COLUMNS, ROWS, PART = 8, int(sys.argv[2]), 4096
OF = source(*(f"p.{k}" for k in range(COLUMNS)))
MS = SECOND // 1000


def resident():
    "Octets of this process in memory; pages of mapped files are the system's to take back."
    lines = Path("/proc/self/status").read_text().splitlines()
    return 1024 * sum(int(line.split()[1]) for line in lines if line.startswith(("RssAnon", "RssFile")))


def make(path):
    "Write a long recording, part by part, and the same numbers as an array."
    random = np.random.default_rng(1)
    array = np.lib.format.open_memmap(path.with_suffix(".npy"), "w+", "f8", (ROWS, COLUMNS))
    with Output(path, OF) as output:
        for start in range(0, ROWS, PART):
            values = random.normal(size=(min(PART, ROWS - start), COLUMNS))
            array[start : start + len(values)] = values
            output.write(samples(start, (start + np.arange(len(values))) * MS, values))


class Watch:
    "The most memory while the second tenth is read, and while the last nine are."

    def __init__(self):
        self.seen, self.early, self.late = 0, 0, 0

    def __call__(self, n):
        self.seen += n
        if self.seen > ROWS // 5:
            self.late = max(self.late, resident())
        elif self.seen > ROWS // 10:
            self.early = max(self.early, resident())


folder = Path(sys.argv[1])
make(folder / "long.rec")
steps = ["long.rec long.parquet", "long.parquet long.csv", "long.csv again.rec", "long.npy array.parquet"]
result = {}
for step in steps:
    file, to = (folder / name for name in step.split())
    layout = Layout(period=MS) if file.suffix == ".npy" else Layout()
    watch = Watch()
    conversion = convert(file, to, OF, layout, watch)
    assert conversion.account.received == ROWS
    result[step] = [watch.early, watch.late]
print(json.dumps(result))
"""
MIB = 1 << 20


def memory(folder, rows):
    """Return the most memory early and late in each step, as measured in a process of its own."""
    ended = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(folder), str(rows)], capture_output=True, text=True, timeout=280
    )
    assert ended.returncode == 0, ended.stderr
    return json.loads(ended.stdout)


def test_a_file_of_some_blocks_is_converted_whole(tmp_path):
    assert all(late > 0 for _, late in memory(tmp_path, 100_000).values())


@pytest.mark.slow
def test_memory_does_not_grow_with_the_length_of_a_file(tmp_path):
    rows = 2_000_000  # 122 MiB of values
    grown = {step: (late - early) / MIB for step, (early, late) in memory(tmp_path, rows).items()}
    assert {step: round(growth) for step, growth in grown.items() if growth > 24} == {}
