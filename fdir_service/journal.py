"""What happened, as plain records: transitions, FMON changes, events, requests, steps of recovery, ..."""

import math
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import numpy as np

from fdir_service.ladder.state import Outcome, Step
from fdir_service.mission import Mission
from fdir_service.origins import Origins
from fdir_service.stream import Output, Silence, Telecommand, Verification
from pus.chain import Instant
from pus.packets import apid_of, decode_tc
from pus.st12.definitions import CheckType, Pmon
from pus.st12.monitoring import VIOLATIONS, FmonChange, Transition

Record = dict[str, Any]
_NS = 1_000_000_000


class Journal:
    """Names things by the mission's names and writes times as seconds and as UTC."""

    def __init__(self, mission: Mission) -> None:
        self.mission = mission
        self._pmon_names = {section.id: section.name for section in mission.file.pmon}
        self._fmon_names = {section.id: section.name for section in mission.file.fmon}
        self._levels = {level.id: level for level in mission.levels}
        self._origins = Origins(mission)
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
                    yield self._verification(entry)
                case Silence():
                    yield self.head("silence", entry.time) | {"source": entry.source}
                case Telecommand():
                    yield self._telecommand(entry)

    def head(self, kind: str, time: int) -> Record:
        """Return the fields that all records have."""
        return {"kind": kind, "time_ns": time, "time_s": time / _NS, "utc": self.utc(time)}

    def _instant(self, instant: Instant) -> Iterable[Record]:
        for t in instant.transitions:
            yield self._transition(t)
        for c in instant.fmon_changes:
            yield self._fmon_change(c)
        for e in instant.events:
            yield self.head("event", e.time) | {
                "event": e.definition.id,
                "name": e.definition.name,
                "severity": e.definition.severity.name.lower(),
                "data": e.data.hex(),
                "reported": e.report is not None,
            }
        for event, request in instant.requests:
            tc = decode_tc(request)
            yield self.head("request", instant.time) | {
                "event": event.definition.id if event else 0,
                "name": event.definition.name if event else "",
                "apid": tc.apid,
                "service": tc.service,
                "subtype": tc.subtype,
                "packet": request.hex(),
            }

    def _transition(self, t: Transition) -> Record:
        record = self.head("transition", t.time) | {
            "pmon": t.pmon.id,
            "name": self._pmon_names.get(t.pmon.id, ""),
            "parameter": self.mission.parameters.by_id[t.pmon.parameter].name,
            "previous": status_name(t.pmon, t.previous),
            "current": status_name(t.pmon, t.current),
            "value": _finite(t.value),
            "limit": _finite(t.crossed),
        }
        model = self._origins.model(t.pmon.parameter)
        return record | {"model": model} if model else record

    def _fmon_change(self, c: FmonChange) -> Record:
        pairs = zip(c.fmon.pmons, c.statuses, strict=True)
        return self.head("fmon", c.time) | {
            "fmon": c.fmon.id,
            "name": self.fmon_name(c.fmon.id),
            "previous": c.previous.name.lower(),
            "current": c.current.name.lower(),
            "violated": [pmon for pmon, status in pairs if status in VIOLATIONS],
        }

    def fmon_name(self, fmon: int) -> str:
        """Return the name of an FMON; one that the ground defined has none."""
        return self._fmon_names.get(fmon, "")

    def _unit_name(self, apid: int) -> str:
        return self.mission.units[apid].name if apid in self.mission.units else ""

    def _verification(self, entry: Verification) -> Record:
        return self.head("verification", entry.time) | {
            "unit": self._unit_name(entry.apid),
            "message": f"TM[1,{entry.subtype}]",
            "request": entry.request.hex(),
        }

    def _telecommand(self, entry: Telecommand) -> Record:
        packet = entry.packet
        return self.head("tc", entry.time) | {
            "apid": apid_of(packet) if len(packet) > 1 else None,
            "service": entry.service,
            "subtype": packet[8] if len(packet) > 8 else 0,
            "result": entry.result,
            "packet": packet.hex(),
        }

    def _step(self, step: Step) -> Record:
        level = self._levels.get(step.level or 0)
        action = None if level is None or step.action is None else level.actions[step.action]
        return self.head("recovery", step.time) | {
            "level": None if level is None else level.number,
            "name": "" if level is None else level.name,
            "action": "" if action is None else action.name,
            "attempt": step.attempt,
            "unit": self._unit_name(step.apid),
            "outcome": step.outcome.value,
            "reason": step.reason,
            "fmons": list(step.causes),
            "causes": [self.fmon_name(fmon) for fmon in step.causes],
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
    """Return a record as one line for people, with its time in seconds."""
    return f"{record['time_s']:10.3f} s  {tell(record)}"


def tell(record: Record) -> str:
    """Return what a record says, in words."""
    return _WORDS[record["kind"]](record)


def _tell_transition(record: Record) -> str:
    return (
        f"PMON {record['pmon']} {record['name']}: {record['previous']} -> {record['current']} "
        f"({record['parameter']} = {_number(record['value'])}, limit {_number(record['limit'])})"
    )


def _tell_telecommand(record: Record) -> str:
    result = record["result"].replace("_", " ")
    return f"ground {_name_of(record)} to APID {record['apid']}: {result}"


def _tell_verification(record: Record) -> str:
    message = record["message"]
    return f"{record['unit']} answers {message} {_VERIFICATIONS.get(message, '')}"


def _name_of(record: Record) -> str:
    return f"TC[{record['service']},{record['subtype']}]"


def _tell_step(record: Record) -> str:
    where = "recovery" if record["level"] is None else f"level {record['level']} {record['name']}"
    attempt = f" ({record['attempt']})" if record["attempt"] > 1 else ""
    what = f" {record['action']}{attempt}" if record["action"] else ""
    unit = f" on {record['unit']}" if record["unit"] else ""
    if record["outcome"] == Outcome.MODE:
        return f"{where}:{what} mode {record['reason']}"
    reason = f" ({record['reason']})" if record["reason"] else ""
    return f"{where}:{what}{unit} {record['outcome']}{reason}"


def _tell_frame(record: Record) -> str:
    samples = sum(len(source["times_ns"]) for source in record["sources"])
    parameters = sum(len(source["values"]) for source in record["sources"])
    cut = "" if record.get("complete", True) else ", cut short"
    return (
        f"freeze frame of FMON {record['fmon']} {record['name']}, {record['part']} the failure: "
        f"{samples} sample(s) of {parameters} parameter(s){cut}"
    )


_WORDS: dict[str, Callable[[Record], str]] = {
    "header": lambda r: f"log of {r['mission']} {r['digest'][:16]}, program {r['program']}",
    "transition": _tell_transition,
    "fmon": lambda r: f"FMON {r['fmon']} {r['name']}: {r['previous']} -> {r['current']}",
    "event": lambda r: f"event {r['event']} {r['name']} [{r['severity']}]",
    "request": lambda r: f"request {_name_of(r)} to APID {r['apid']} released",
    "tc": _tell_telecommand,
    "verification": _tell_verification,
    "recovery": _tell_step,
    "silence": lambda r: f"source {r['source']} is silent",
    "frame": _tell_frame,
}
KINDS = tuple(_WORDS)
"""Kinds of records; headers and freeze frames are of the audit log only."""
