"""Compiling a mission file: resolves names, checks what crosses sections, collects every problem."""

from pathlib import Path
from typing import TYPE_CHECKING

from fdir_service.mission.actions import ActionCompiler
from fdir_service.mission.compiled import Mission
from fdir_service.mission.detectors import DetectorCompiler
from fdir_service.mission.levels import LevelCompiler
from fdir_service.mission.monitoring import MonitoringCompiler
from fdir_service.mission.parameters import all_parameters, check_unique
from fdir_service.mission.problems import Problems
from fdir_service.mission.schema import EventSection, MissionFile
from fdir_service.mission.widths import check_widths
from pus.parameters import ParameterTable
from pus.st05 import EventDefinition, Severity

if TYPE_CHECKING:
    from hashlib import _Hash

_NS = 1_000_000_000


def compile_mission(
    file: MissionFile, path: Path, digest: "_Hash", problems: Problems, *, models: bool = True
) -> Mission | None:
    """Compile a whole file; the digests of the models it names enter `digest`. None: see `problems`.

    Without `models` their files are not looked at, and the mission has no detectors.
    """
    check_unique(file, problems)
    check_widths(file, problems)
    parameters = ParameterTable(tuple(all_parameters(file, problems)))
    detectors = DetectorCompiler(file, path.parent, parameters, problems).compile() if models else ()
    for detector in detectors:
        digest.update(detector.sha256.encode())
    monitoring = MonitoringCompiler(file, parameters, problems)
    pmons = monitoring.pmons()
    fmons = monitoring.fmons(pmons)
    doing = ActionCompiler(file, parameters, problems)
    sequences, actions, housekeeping = doing.sequences(), doing.actions(), doing.housekeeping()
    windows = {detector.name: detector.card.window for detector in detectors}
    levels, entries = LevelCompiler(file, fmons, doing, windows, problems).compile()
    _check_own_events(file, problems)
    if problems:
        return None
    return Mission(
        path=path,
        digest=digest.hexdigest(),
        file=file,
        profile=file.profile.compiled(file.mission.epoch),
        parameters=parameters,
        detectors=detectors,
        events={section.id: _event(section) for section in file.event},
        pmons=pmons,
        fmons=fmons,
        units=doing.units,
        sequences=sequences,
        actions=actions + entries,
        levels=levels,
        learned=_learned(file, parameters),
        housekeeping=housekeeping,
    )


def _event(section: EventSection) -> EventDefinition:
    severity = Severity[section.severity.upper()]
    return EventDefinition(section.id, section.name, severity, section.limit, round(section.window_s * _NS))


def _learned(file: MissionFile, parameters: ParameterTable) -> frozenset[int]:
    """Return the parameters that come from detectors, directly or by a derivation."""
    learned = {k for section in file.detector for output in section.outputs for k in output.named.values()}
    for _ in file.derived:
        learned |= {
            d.id for d in file.derived if d.kind != "digest" and parameters.by_name[d.input].id in learned
        }
    return frozenset(learned)


def _check_own_events(file: MissionFile, problems: Problems) -> None:
    """Events that the service itself raises must be defined."""
    known = {section.id for section in file.event} | {0}
    own = {
        "recovery.recovered_event": file.recovery.recovered_event,
        "recovery.failed_event": file.recovery.failed_event,
        "recovery.exhausted_event": file.recovery.exhausted_event,
        "recovery.inhibited_event": file.recovery.inhibited_event,
        "profile.summary_event": file.profile.summary_event,
    }
    for key, event in own.items():
        if event not in known:
            problems.add(key, f"unknown event {event}")
