"""The mission of OPS-SAT's photodiodes: a diode in shadow is not stuck, one that is lit and frozen is."""

import csv
from pathlib import Path

import numpy as np
import pytest

from fdir_service.journal import Journal
from fdir_service.mission import load
from fdir_service.replay import replay
from fdir_service.stream import Stream

MISSION = Path(__file__).parents[2] / "configs" / "opssat" / "mission.toml"
PERIOD = 5
ROWS = 240
FROZEN = slice(180, 240)
LIT = 0.38


def write_run(path):
    """Write a run of a turning satellite, half of its diodes in shadow, whose readings freeze."""
    angle = np.arange(ROWS)[:, None] / 20 + np.arange(6)
    values = np.round(np.maximum(np.sin(angle), 0.0) * 1.2, 4)
    values[:, 5] = 0.0
    values[FROZEN] = values[FROZEN.start]
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["time", *(f"pd{k}" for k in range(1, 7)), *(f"pd{k}_valid" for k in range(1, 7))])
        for row, readings in enumerate(values):
            time = np.datetime64("2021-04-16T18:00:00") + row * PERIOD
            writer.writerow([time, *readings, *(readings > LIT).astype(int)])
    return values


def events(mission, path):
    stream = Stream(mission)
    journal = Journal(mission)
    records = [record for output in replay(stream, path) for record in journal.records(output)]
    return [(r["time_s"], r["name"]) for r in records if r["kind"] == "event"]


@pytest.fixture
def run(tmp_path):
    path = tmp_path / "run.csv"
    return path, write_run(path)


def test_only_lit_diodes_that_are_frozen_are_reported(run):
    path, values = run
    lit = [f"pd{k + 1}-stuck" for k in range(6) if values[-1, k] > LIT]
    found = events(load(MISSION), path)
    assert sorted(name for _, name in found) == sorted(lit) != []
    assert len({time for time, _ in found}) == 1


def test_without_the_condition_every_shadow_is_reported(run, tmp_path):
    lines = MISSION.read_text().splitlines()
    naive = tmp_path / "mission.toml"
    naive.write_text("\n".join(line for line in lines if not line.startswith("validity")))
    found = [name for _, name in events(load(naive), run[0])]
    assert "pd6-stuck" in found
    assert len(found) > len(events(load(MISSION), run[0])) + 3
