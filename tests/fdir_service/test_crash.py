"""The process dies at any point of a recovery: no request is sent twice, and the recovery goes on."""

import os
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from fdir_service import snapshot
from fdir_service.audit.log import AuditLog
from fdir_service.audit.reading import read
from fdir_service.journal import Journal
from fdir_service.snapshot import Keeper
from fdir_service.stream import Output, Stream
from pus.samples import Message, Reply
from sim import scenario
from sim.vehicle import Vehicle
from tests.fdir_service.lockstep import HOPPER, hopper

MISSION = hopper()
STAGES = ("before the audit log", "before the snapshot", "before the requests", "before the answers", "after")
POINTS = [
    *(("entered", ""), ("sent", "reinitialise"), ("executed", "reinitialise"), ("failed", "reinitialise")),
    *(("exhausted", ""), ("sent", "power-cycle"), ("executed", "power-cycle"), ("failed", "power-cycle")),
    *(("sent", "switch"), ("executed", "switch"), ("recovered", "switch")),
]
"""Steps of the demo's recovery: outcome, action."""
SWITCH = ("sent", "switch")


class DiedError(Exception):
    """The process is gone."""


@dataclass
class Flight:
    """The demo's vehicle with a daemon's round around the stream; it dies once, at a step and a stage."""

    folder: Path
    point: tuple[str, str] | None
    stage: str
    away: int = 50
    reached: list[bytes] = field(default_factory=list)

    def __post_init__(self):
        demo = scenario.load(HOPPER / "scenarios" / "demo.toml").model_copy(update={"duration_s": 300.0})
        self.vehicle = Vehicle(demo, session=1)
        self.start()

    def start(self):
        self.stream = Stream(MISSION)
        path = self.folder / "state"
        if path.exists():
            snapshot.read(self.stream, path)
        self.log = AuditLog(self.folder / "audit.jsonl", self.stream, Journal(MISSION), sync=False)
        self.keeper = Keeper(self.stream, path)
        self.follow(self.stream.resume())

    def fly(self):
        while not self.vehicle.done:
            try:
                self.take([self.vehicle.advance(5)])
            except DiedError:
                os.close(self.log._file)  # what the system does for a process that was killed
                self.vehicle.advance(self.away)
                self.start()
        self.log.close()

    def take(self, messages: list[Message]):
        self.follow(self.stream.take(messages))

    def follow(self, output: Output):
        dies = self.stage if self.point in map(name_of, output.steps) else ""
        self.die(dies, STAGES[0])
        self.log.put([], output)
        self.die(dies, STAGES[1])
        self.keeper.put([], output)
        self.die(dies, STAGES[2])
        self.reached += output.requests
        time = self.stream.time
        replies = [Reply(time, tm.pack()) for r in output.requests for tm in self.vehicle.command(r, time)]
        self.die(dies, STAGES[3])
        if replies:
            self.take(replies)
        self.die(dies, STAGES[4])

    def die(self, dies: str, stage: str):
        if dies == stage:
            self.point = None
            raise DiedError

    @property
    def selected(self) -> float:
        return self.stream.chain.latest(MISSION.parameters.by_name["acc.unit"].id)

    def recovery(self, outcome: str):
        records = read(self.folder / "audit.jsonl")
        return [r for r in records if r["kind"] == "recovery" and r["outcome"] == outcome]


def name_of(step):
    level = next((level for level in MISSION.levels if level.id == step.level), None)
    action = "" if level is None or step.action is None else level.actions[step.action].name
    return step.outcome.value, action


def flown(folder, point=None, stage="", away=50):
    flight = Flight(folder, point, stage, away)
    flight.fly()
    assert flight.point is None, "it has never died"
    return flight


def check(flight):
    assert len(set(flight.reached)) == len(flight.reached)
    assert flight.selected == 1
    assert flight.recovery("recovered")[-1]["name"] == "acc-unit"
    assert max(record["level"] for record in flight.recovery("entered")) == 1


def test_without_a_crash_three_actions_lead_to_the_redundant_unit(tmp_path):
    flight = flown(tmp_path)
    assert [record["action"] for record in flight.recovery("sent")] == [
        "reinitialise", "power-cycle", "switch",
    ]  # fmt: skip
    check(flight)


@pytest.mark.parametrize("stage", STAGES)
def test_a_crash_at_the_switch_neither_repeats_nor_forgets_it(tmp_path, stage):
    check(flown(tmp_path, SWITCH, stage))


def test_a_switch_that_never_left_is_known_by_the_unit_that_is_still_selected(tmp_path):
    flight = flown(tmp_path, SWITCH, "before the requests")
    assert [record["action"] for record in flight.recovery("resumed")] == ["switch"]
    assert [record["reason"] for record in flight.recovery("failed")][-1] == "the request was lost"
    assert [record["attempt"] for record in flight.recovery("sent")][-2:] == [1, 1]


def test_a_switch_whose_answer_was_lost_is_judged_by_its_effect(tmp_path):
    flight = flown(tmp_path, SWITCH, "before the answers")
    assert [record["action"] for record in flight.recovery("resumed")] == ["switch"]
    assert [record["action"] for record in flight.recovery("failed")] == ["reinitialise", "power-cycle"]
    assert [record["action"] for record in flight.recovery("sent")].count("switch") == 1


def test_an_absence_longer_than_the_time_to_confirm_blames_no_unit(tmp_path):
    check(flown(tmp_path, ("executed", "switch"), "after", away=600))


@pytest.mark.slow
@pytest.mark.parametrize("stage", STAGES)
@pytest.mark.parametrize("point", POINTS, ids=" ".join)
def test_a_crash_at_any_step_neither_repeats_nor_forgets_an_action(tmp_path, point, stage):
    check(flown(tmp_path, point, stage))
