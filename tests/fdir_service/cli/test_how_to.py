"""The commands of the page on replaying telemetry run, one after the other, as a reader would type them."""

import shlex
import shutil
from datetime import UTC, datetime
from pathlib import Path

import h5py
import numpy as np

from tests.test_documents import shell_lines

ROOT = Path(__file__).parents[3]
PAGE = ROOT / "docs" / "how-to" / "replay-telemetry.md"


def archive(folder):
    """Make the arrays that the page takes as examples of an archive."""
    board = np.full((20, 11), 40, np.int16)
    board[:, 10] = 0
    np.save(folder / "board.npy", board)
    start = datetime(2022, 6, 15, tzinfo=UTC).timestamp()
    with h5py.File(folder / "flight.h5", "w") as file:
        file["flight/t"] = start + np.arange(20)
        for k, name in enumerate([*(f"temp_{i}" for i in range(9)), "curSolar", "reboot"]):
            file[f"flight/{name}"] = board[:, k]


def test_every_command_of_the_page_on_replaying_telemetry_runs(fdir, tmp_path, monkeypatch):
    shutil.copytree(ROOT / "configs", tmp_path / "configs")
    archive(tmp_path)
    monkeypatch.chdir(tmp_path)
    lines = [shlex.split(line) for line in shell_lines(PAGE)]
    assert len(lines) >= 7
    for command, *words in lines:
        assert command == "fdir"
        ended = fdir(*words)
        assert ended.code == 0, (words, ended.err)
        assert ended.out
