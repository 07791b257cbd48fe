"""What if the ladder had been in charge? Recorded telemetry is judged, nothing is sent.

The recording shows the vehicle as it flew, without these actions: an action is judged by data that it could
not influence. A failure that it would have ended goes on, and the ladder climbs further than it might have.
"""

import math
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from fdir_service.ladder.definitions import Kind, Level, Mode
from fdir_service.ladder.modes import Modes
from fdir_service.ladder.state import Key, Outcome, Step
from fdir_service.mission import Mission
from fdir_service.output import Output
from fdir_service.stream import Stream

NOTICE = (
    "Nothing was sent. Recorded telemetry shows the vehicle without these actions: "
    "each is judged by data that it could not influence."
)
UNDER_WAY, SAFE_MODE = "under way at the end", "safe mode"
_EXHAUSTED = Outcome.EXHAUSTED.value
_NS = 1_000_000_000


class AlwaysPassive(Modes):
    """Modes that neither the mission nor the ground can change."""

    def at(self, key: Key) -> Mode:  # noqa: ARG002
        """Return passive."""
        return Mode.PASSIVE


def make_passive(stream: Stream) -> None:
    """Make the whole ladder of a fresh stream passive, for good."""
    ladder = stream.recovery.ladder
    ladder.modes = AlwaysPassive(Mode.PASSIVE, ladder.levels)


@dataclass(slots=True)
class Attempt:
    """An action that would have been taken; `outcome` is how the recorded data judge it."""

    time: int
    action: str
    unit: str
    number: int
    packet: bytes
    judged: int | None = None
    outcome: str = UNDER_WAY
    reason: str = ""


@dataclass(slots=True)
class Passage:
    """A level from its entry to its end; `notes` tell what kept it from acting."""

    level: Level
    entered: int
    causes: tuple[str, ...]
    reason: str
    attempts: list[Attempt] = field(default_factory=list)
    notes: list[tuple[int, str]] = field(default_factory=list)
    ended: int | None = None
    outcome: str = UNDER_WAY


class WhatIf:
    """Collects the steps of a passive ladder.

    Attributes
    ----------
    passages : every entered level, in order of time.
    others : requests that belong to no level (of event-actions and sequences): time and unit.

    """

    def __init__(self, mission: Mission) -> None:
        self._mission = mission
        self._fmons = {section.id: section.name for section in mission.file.fmon}
        self._levels = {level.id: level for level in mission.levels}
        self._latest: dict[int, Passage] = {}
        self.passages: list[Passage] = []
        self.others: list[tuple[int, str]] = []

    def take(self, output: Output) -> None:
        """Take what one round produced."""
        for step in output.steps:
            if step.level is None:
                if step.outcome is Outcome.WITHHELD:
                    self.others.append((step.time, self._unit(step)))
            elif step.outcome is Outcome.ENTERED:
                self._enter(self._levels[step.level], step)
            elif step.level in self._latest:
                self._go_on(self._latest[step.level], step)

    def _unit(self, step: Step) -> str:
        unit = self._mission.units.get(step.apid)
        return self._mission.name if unit is None else unit.name

    def _enter(self, level: Level, step: Step) -> None:
        causes = tuple(self._fmons.get(fmon, str(fmon)) for fmon in step.causes)
        self._latest[level.id] = passage = Passage(level, step.time, causes, step.reason)
        self.passages.append(passage)

    def _go_on(self, passage: Passage, step: Step) -> None:
        if step.outcome is Outcome.WITHHELD and step.action is not None:
            name = passage.level.actions[step.action].name
            attempt = Attempt(step.time, name, self._unit(step), step.attempt, step.request)
            passage.attempts.append(attempt)
        elif step.outcome is Outcome.WITHHELD:
            passage.notes.append((step.time, step.reason))
        elif step.outcome in (Outcome.FAILED, Outcome.RECOVERED, Outcome.DONE):
            _judge(passage, step)
        elif step.outcome is Outcome.EXHAUSTED:
            passage.ended, passage.outcome = step.time, step.outcome.value

    def report(self) -> dict[str, Any]:
        """Return everything as plain data."""
        requests = Counter(f"{a.action} on {a.unit}" for p in self.passages for a in p.attempts)
        return {
            "notice": NOTICE,
            "levels": [_passage(passage) for passage in self.passages],
            "other_requests": [{"time_s": time / _NS, "unit": unit} for time, unit in self.others],
            "summary": {
                "requests": dict(requests),
                "highest_level": max((p.level.number for p in self.passages), default=None),
                "ended": dict(Counter(passage.outcome for passage in self.passages)),
            },
        }


def _judge(passage: Passage, step: Step) -> None:
    if step.action is not None:
        attempt = passage.attempts[-1]
        attempt.judged, attempt.outcome, attempt.reason = step.time, step.outcome.value, step.reason
        if passage.level.actions[step.action].kind is Kind.SAFE_MODE and step.outcome is Outcome.DONE:
            passage.ended, passage.outcome = step.time, SAFE_MODE
            return
    if step.outcome is not Outcome.FAILED:
        passage.ended = step.time
        passage.outcome = f"{step.outcome.value} {step.reason}".strip()


def _passage(passage: Passage) -> dict[str, Any]:
    return {
        "level": passage.level.number,
        "name": passage.level.name,
        "entered_s": passage.entered / _NS,
        "causes": list(passage.causes),
        "reason": passage.reason,
        "actions": [_attempt(attempt) for attempt in passage.attempts],
        "notes": [{"time_s": time / _NS, "reason": reason} for time, reason in passage.notes],
        "ended_s": None if passage.ended is None else passage.ended / _NS,
        "outcome": passage.outcome,
    }


def _attempt(attempt: Attempt) -> dict[str, Any]:
    return {
        "time_s": attempt.time / _NS,
        "action": attempt.action,
        "unit": attempt.unit,
        "attempt": attempt.number,
        "packet": attempt.packet.hex(),
        "judged_s": None if attempt.judged is None else attempt.judged / _NS,
        "outcome": attempt.outcome,
        "reason": attempt.reason,
    }


def lines(report: dict[str, Any]) -> list[str]:
    """Return a report in lines for people."""
    found = ["What if the ladder had been active?", report["notice"]]
    for level in report["levels"]:
        found += _level_lines(level)
    found += [
        f"{_at(other['time_s'])}request of no level to {other['unit']}" for other in report["other_requests"]
    ]
    return [*found, *_summary_lines(report["summary"])]


def _at(seconds: float) -> str:
    return f"{seconds:10.3f} s  " if math.isfinite(seconds) else " " * 14


def _level_lines(level: dict[str, Any]) -> list[str]:
    by = level["reason"] or ", ".join(level["causes"])
    timed: list[tuple[float, str]] = []
    for action in level["actions"]:
        attempt = f" ({action['attempt']})" if action["attempt"] > 1 else ""
        timed.append((action["time_s"], f"{action['action']}{attempt} on {action['unit']} would be sent"))
        if action["judged_s"] is not None:
            reason = f" ({action['reason']})" if action["reason"] else ""
            timed.append(
                (action["judged_s"], f"{action['action']}{attempt} judged {action['outcome']}{reason}")
            )
    timed += [(note["time_s"], _note(note["reason"])) for note in level["notes"]]
    timed.append((math.inf if level["ended_s"] is None else level["ended_s"], level["outcome"]))
    timed.sort(key=lambda item: item[0])
    return [
        f"{_at(level['entered_s'])}level {level['level']} {level['name']} entered: {by}",
        *(f"{_at(time)}  {text}" for time, text in timed),
    ]


def _note(reason: str) -> str:
    return "entered again, with nothing left to try" if reason == _EXHAUSTED else f"waits: {reason}"


def _summary_lines(summary: dict[str, Any]) -> list[str]:
    if summary["highest_level"] is None:
        return ["No level would have been entered."]
    requests = summary["requests"]
    listed = f": {_counted(requests)}" if requests else ""
    return [
        f"{sum(requests.values())} request(s) would have been sent{listed}",
        f"highest level: {summary['highest_level']}; ends: {_counted(summary['ended'])}",
    ]


def _counted(counts: dict[str, int]) -> str:
    return ", ".join(f"{n} x {what}" for what, n in counts.items())
