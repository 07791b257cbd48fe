"""The evaluation mission: every index has its chain, open-loop, and re-arms by itself.

For each index: PMON (expected 0) -> FMON -> event -> event-action, the reaction. A second PMON on the same
index (expected 1) is in violation once the index is established as 0; its event activates a sequence that
disables and enables the FMON, which releases the latch. No unit obeys: what is stuck stays stuck.
"""

import hashlib
from collections.abc import Iterator, Sequence
from itertools import count
from typing import Any, Final

from fdir_service.evaluation.contenders import DetectorFile, Entry
from fdir_service.mission import Mission, MissionError
from fdir_service.mission.compiler import compile_mission
from fdir_service.mission.problems import Problems
from fdir_service.mission.schema import MissionFile
from models.card import Output
from sim.dataset import COLUMNS
from sim.sensors import Sensor
from sim.trajectory import PERIOD

SOURCE: Final = "flights"
JUDGED: Final = "judged"
"""Parameter that is 1 where the index counts; elsewhere every check of it is invalid."""
VEHICLE: Final = 80
"""Application process that is asked to react."""

Table = dict[str, Any]


def index_name(entry: Entry, sensor: Sensor) -> str:
    """Return the parameter that carries an index."""
    return f"{entry.key}.{sensor}"


def events(entries: Sequence[Entry]) -> dict[int, tuple[int, Sensor]]:
    """Return the position of the entry, and the sensor, by the event that tells of its failure."""
    return {fault: (k, sensor) for k, sensor, fault, _ in _numbered(entries)}


def evaluation_mission(
    mission: Mission, entries: Sequence[Entry], persistency: int, period: float = PERIOD
) -> Mission:
    """Return the mission in which all entries are watched.

    Parameters
    ----------
    mission : lends its application process and its profile.
    persistency : repetition number of every PMON.
    period : seconds between samples.

    Raises
    ------
    MissionError
        If a detector does not fit.

    """
    table = {
        "mission": mission.file.mission.model_dump() | {"name": "evaluation"},
        "profile": mission.file.profile.model_dump(),
        "source": [{"name": SOURCE, "period_s": period, "parameters": list(_parameters(entries))}],
        "detector": list(_detectors(entries)),
        "unit": [{"name": "vehicle", "apid": VEHICLE, "functions": [{"name": "REACT"}]}],
        "recovery": {"mode": "active"},
    } | _chains(entries, persistency)
    file, problems = MissionFile.model_validate(table), Problems()
    compiled = compile_mission(file, mission.path, hashlib.sha256(mission.digest.encode()), problems)
    if compiled is None:
        raise MissionError(mission.path, problems.lines)
    return compiled


def _numbered(entries: Sequence[Entry]) -> Iterator[tuple[int, Sensor, int, int]]:
    """Yield entry, sensor, and two numbers of their own: of the failure, and of the way back."""
    numbers = count(1)
    for k in range(len(entries)):
        for sensor in Sensor:
            yield k, sensor, next(numbers), next(numbers)


def _parameters(entries: Sequence[Entry]) -> Iterator[Table]:
    ids = count(1)
    for column in COLUMNS:
        yield {"id": next(ids), "name": column}
    yield {"id": next(ids), "name": JUDGED, "type": "u8"}
    for entry in entries:
        for sensor in Sensor if entry.is_given else ():
            yield {"id": next(ids), "name": index_name(entry, sensor), "type": "u8"}


def _detectors(entries: Sequence[Entry]) -> Iterator[Table]:
    ids = count(1 + len(list(_parameters(entries))))
    for entry in entries:
        if entry.detector is None or entry.is_given:
            continue
        yield {
            "name": entry.key,
            "model": str(entry.detector.path),
            "sha256": entry.detector.sha256,
            "inputs": entry.detector.inputs,
            "outputs": [
                {
                    "output": output.name,
                    "name": f"{entry.key}.{name}",
                    "score_id": next(ids),
                    "index_id": next(ids),
                    "on": output.on,
                    "off": output.off,
                }
                for name, output in _outputs(entry.detector)
            ],
        }


def _outputs(file: DetectorFile) -> Iterator[tuple[str, Output]]:
    yield from ((str(sensor), output) for sensor, output in file.sensors.items())
    yield from file.axes.items()


def _chains(entries: Sequence[Entry], persistency: int) -> Table:
    sections: dict[str, list[Table]] = {}
    for k, sensor, fault, back in _numbered(entries):
        for name, section in _chain(entries[k], sensor, fault, back, persistency):
            sections.setdefault(name, []).append(section)
    return dict(sections)


def _chain(
    entry: Entry, sensor: Sensor, fault: int, back: int, persistency: int
) -> Iterator[tuple[str, Table]]:
    """Yield the sections of one index."""
    name = index_name(entry, sensor)
    pmon = {
        "parameter": name,
        "check": "expected",
        "repetition": persistency,
        "validity": {"parameter": JUDGED, "expected": 1},
    }
    yield "pmon", pmon | {"id": fault, "name": f"{name}.fault", "expected": 0}
    yield "pmon", pmon | {"id": back, "name": f"{name}.nominal", "expected": 1, "event": back}
    yield "fmon", {"id": fault, "name": name, "pmons": [fault], "event": fault}
    yield "event", {"id": fault, "name": f"{name}.failed", "severity": "high"}
    yield "event", {"id": back, "name": f"{name}.nominal", "severity": "informative"}
    yield "event_action", {"event": fault, "unit": "vehicle", "function": "REACT"}
    sequence = f"REARM_{fault}"
    yield "sequence", {"name": sequence, "steps": [{"disable_fmons": [fault]}, {"enable_fmons": [fault]}]}
    yield "event_action", {"event": back, "sequence": sequence}
