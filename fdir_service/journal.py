"""What happened, as plain records: one for each transition, FMON change, event, request and recovery step."""

import math
from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np

from fdir_service.ladder.state import Outcome, Step
from fdir_service.mission import Mission
from fdir_service.stream import Output, Silence, Verification
from pus.chain import Instant
from pus.packets import decode_tc
from pus.st12.definitions import CheckType, Pmon

Record = dict[str, Any]
_NS = 1_000_000_000


class Journal:
    """Names things by the mission's names and writes times as seconds and as UTC."""

    def __init__(self, mission: Mission) -> None:
        self.mission = mission
        self._pmon_names = {section.id: section.name for section in mission.file.pmon}
        self._fmon_names = {section.id: section.name for section in mission.file.fmon}
        self._levels = {level.id: level for level in mission.levels}
        self._epoch = np.datetime64(mission.profile.epoch.removesuffix("Z"), "ns")

    def utc(self, time: int) -> str:
        """Return on-board time (ns) as UTC with milliseconds."""
        return f"{(self._epoch + np.timedelta64(time, 'ns')).astype('datetime64[ms]')}Z"

    def records(self, output: Output) -> Iterator[Record]:
        """Yield the records of an output, in order."""
        for entry in output.timeline:
            match entry:
                case Instant():
                    yield from self._instant(entry)
                case Step():
                    yield self._step(entry)
                case Verification():
                    unit = self.mission.units[entry.apid].name if entry.apid in self.mission.units else ""
                    message = f"TM[1,{entry.subtype}]"
                    yield self._head("verification", entry.time) | {"unit": unit, "message": message}
                case Silence():
                    yield self._head("silence", entry.time) | {"source": entry.source}

    def _head(self, kind: str, time: int) -> Record:
        return {"kind": kind, "time_s": time / _NS, "utc": self.utc(time)}

    def _instant(self, instant: Instant) -> Iterable[Record]:
        for t in instant.transitions:
            yield self._head("transition", t.time) | {
                "pmon": t.pmon.id,
                "name": self._pmon_names.get(t.pmon.id, ""),
                "parameter": self.mission.parameters.by_id[t.pmon.parameter].name,
                "previous": status_name(t.pmon, t.previous),
                "current": status_name(t.pmon, t.current),
                "value": _finite(t.value),
                "limit": t.crossed,
            }
        for c in instant.fmon_changes:
            yield self._head("fmon", c.time) | {
                "fmon": c.fmon.id,
                "name": self._fmon_names.get(c.fmon.id, ""),
                "previous": c.previous.name.lower(),
                "current": c.current.name.lower(),
            }
        for e in instant.events:
            yield self._head("event", e.time) | {
                "event": e.definition.id,
                "name": e.definition.name,
                "severity": e.definition.severity.name.lower(),
                "data": e.data.hex(),
                "reported": e.report is not None,
            }
        for event, request in instant.requests:
            tc = decode_tc(request)
            yield self._head("request", instant.time) | {
                "event": event.definition.id if event else 0,
                "apid": tc.apid,
                "service": tc.service,
                "subtype": tc.subtype,
                "packet": request.hex(),
            }

    def _step(self, step: Step) -> Record:
        level = self._levels.get(step.level or 0)
        action = None if level is None or step.action is None else level.actions[step.action]
        unit = self.mission.units.get(step.apid)
        return self._head("recovery", step.time) | {
            "level": None if level is None else level.number,
            "name": "" if level is None else level.name,
            "action": "" if action is None else action.name,
            "attempt": step.attempt,
            "unit": "" if unit is None else unit.name,
            "outcome": step.outcome.value,
            "reason": step.reason,
            "fmons": list(step.causes),
            "passive": step.passive,
            "packet": step.request.hex(),
        }


_VERIFICATIONS = {
    "TM[1,1]": "accepted",
    "TM[1,2]": "not accepted",
    "TM[1,3]": "started",
    "TM[1,4]": "not started",
    "TM[1,5]": "in progress",
    "TM[1,6]": "progress failed",
    "TM[1,7]": "completed",
    "TM[1,8]": "not completed",
    "TM[1,10]": "not routed",
}
_LOW_WORDS = {
    CheckType.EXPECTED_VALUE: "unexpected value",
    CheckType.LIMIT: "below low limit",
    CheckType.DELTA: "below low threshold",
}
_HIGH_WORDS = {CheckType.LIMIT: "above high limit", CheckType.DELTA: "above high threshold"}


def status_name(pmon: Pmon, status: int) -> str:
    """Return a PMON checking status in words; the raw value alone says too little."""
    words = ("nominal", "unchecked", "invalid", _LOW_WORDS[pmon.check.type])
    return words[status] if status < 4 else _HIGH_WORDS[pmon.check.type]


def _finite(value: float) -> float | None:
    """Return a number that JSON can carry; an overflow has none."""
    return value if math.isfinite(value) else None


def _number(value: float | None) -> str:
    return "overflow" if value is None else f"{value:g}"


def describe(record: Record) -> str:
    """Return a record as one line for people."""
    time = f"{record['time_s']:10.3f} s  "
    match record["kind"]:
        case "transition":
            text = (
                f"PMON {record['pmon']} {record['name']}: {record['previous']} -> {record['current']} "
                f"({record['parameter']} = {_number(record['value'])}, limit {record['limit']:g})"
            )
        case "fmon":
            text = f"FMON {record['fmon']} {record['name']}: {record['previous']} -> {record['current']}"
        case "event":
            text = f"event {record['event']} {record['name']} [{record['severity']}]"
        case "request":
            text = f"request TC[{record['service']},{record['subtype']}] to APID {record['apid']} released"
        case "verification":
            text = f"{record['unit']} answers {record['message']} {_VERIFICATIONS.get(record['message'], '')}"
        case "recovery":
            text = _describe_step(record)
        case _:
            text = f"source {record['source']} is silent"
    return time + text


def _describe_step(record: Record) -> str:
    where = "recovery" if record["level"] is None else f"level {record['level']} {record['name']}"
    attempt = f" ({record['attempt']})" if record["attempt"] > 1 else ""
    what = f" {record['action']}{attempt}" if record["action"] else ""
    unit = f" on {record['unit']}" if record["unit"] else ""
    if record["outcome"] == Outcome.MODE:
        return f"{where}:{what} mode {record['reason']}"
    reason = f" ({record['reason']})" if record["reason"] else ""
    return f"{where}:{what}{unit} {record['outcome']}{reason}"
