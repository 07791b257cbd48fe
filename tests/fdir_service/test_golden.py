"""The shipped scenarios, flown in lock-step, come to the decisions that were reviewed (tests/golden)."""

from pathlib import Path

import pytest

from fdir_service.journal import Journal, describe
from fdir_service.stream import Stream
from tests.fdir_service.lockstep import HOPPER, hopper, rounds, vehicle

GOLDEN = Path(__file__).parents[1] / "golden"
KINDS = ("fmon", "event", "request", "verification", "recovery", "silence")


def decisions(name, chunk):
    mission = hopper()
    journal = Journal(mission)
    outputs = [output for _, output in rounds(Stream(mission), vehicle(name), chunk)]
    records = [record for output in outputs for record in journal.records(output)]
    return "".join(describe(record) + "\n" for record in records if record["kind"] in KINDS)


NAMES = sorted(path.stem for path in (HOPPER / "scenarios").glob("*.toml"))


@pytest.mark.parametrize("name", NAMES)
def test_a_scenario_comes_to_the_reviewed_decisions(name):
    assert decisions(name, 2) == (GOLDEN / f"{name}.txt").read_text()


def test_equal_seeds_give_equal_bytes():
    runs = [
        [tm.pack() for _, output in rounds(Stream(hopper()), vehicle(), 7) for tm in output.telemetry]
        for _ in range(2)
    ]
    assert runs[0] == runs[1]
    assert len(runs[0]) > 100
