"""The shipped scenarios over real sockets, in two processes, come to the decisions of the lock-step loop."""

import json

import pytest

from fdir_service.journal import Journal
from fdir_service.stream import Stream
from tests.fdir_service.lockstep import hopper, rounds, vehicle
from tests.fdir_service.test_end_to_end import run_demo
from tests.fdir_service.test_golden import NAMES

SPEED = 20
IN_CI = ("both-failed",)


def steps(records):
    """Return what the ladder did, without the times: answers take a moment on a wire."""
    return [
        (r["level"], r["name"], r["action"], r["attempt"], r["outcome"], r["reason"])
        for r in records
        if r["kind"] == "recovery"
    ]


def in_lock_step(name):
    mission = hopper()
    journal = Journal(mission)
    outputs = [output for _, output in rounds(Stream(mission), vehicle(name), 2)]
    return steps(record for output in outputs for record in journal.records(output))


@pytest.mark.parametrize(
    "name",
    [pytest.param(n, marks=() if n in IN_CI else pytest.mark.slow) for n in NAMES if n != "nominal"],
)
def test_a_scenario_over_sockets_comes_to_the_same_decisions(name, tmp_path):
    events = tmp_path / "events.jsonl"
    ended = run_demo("--scenario", name, "--speed", SPEED, "--json", "--events", events)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert steps(json.loads(line) for line in events.read_text().splitlines()) == in_lock_step(name)
