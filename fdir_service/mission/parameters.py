"""The parameters of a mission file: which there are, and that ids and names are unique."""

from collections import Counter
from collections.abc import Iterable

from fdir_service.mission.problems import Problems
from fdir_service.mission.schema import (
    DerivedSection,
    DetectorSection,
    HealthSection,
    MissionFile,
    ParameterSection,
    SettingSection,
)
from pus.parameters import OWN, Parameter, ValueType

_Identified = ParameterSection | DerivedSection | SettingSection | HealthSection


def check_unique(file: MissionFile, problems: Problems) -> None:
    """Ids and names must be unique within their kind."""
    columns = [p for source in file.source for p in source.parameters]
    outputs = [output for detector in file.detector for output in detector.outputs]
    plain: list[_Identified] = [*columns, *file.derived, *file.setting, *file.health]
    names = [p.name for p in plain] + [name for s in file.segment for name in s.parameters]
    ids = [p.id for p in plain] + [f.id for s in file.segment for f in s.features]
    named: dict[str, Iterable[object]] = {
        "parameter name": names + [name for o in outputs for name in o.named],
        "parameter id": ids + [number for o in outputs for number in o.named.values()],
        "source name": [s.name for s in file.source],
        "detector name": [d.name for d in file.detector],
        "event id": [e.id for e in file.event],
        "event name": [e.name for e in file.event],
        "pmon id": [p.id for p in file.pmon],
        "fmon id": [f.id for f in file.fmon],
        "unit name": [u.name for u in file.unit],
        "apid": [file.mission.apid, *(u.apid for u in file.unit)],
        "event_action event": [a.event for a in file.event_action],
        "housekeeping sid": [h.sid for h in file.housekeeping],
        "sequence name": [s.name for s in file.sequence],
        "level id": [level.id for level in file.level],
        "level name": [level.name for level in file.level],
    }
    for what, values in named.items():
        for value, times in Counter(values).items():
            if times > 1:
                problems.add(what, f"{value!r} is used {times} times")


def all_parameters(file: MissionFile, problems: Problems) -> Iterable[Parameter]:
    """All parameters: measured, derived, features, detector outputs; each on its input's source."""
    sources: dict[str, str] = {}
    for source in file.source:
        for p in source.parameters:
            sources[p.name] = source.name
            yield Parameter(p.id, p.name, p.type, source.name, p.unit)
    for k, d in enumerate(file.derived):
        if d.input not in sources:
            problems.add(f"derived.{k}.input", f"unknown or later parameter {d.input!r}")
            continue
        sources[d.name] = sources[d.input]
        yield Parameter(d.id, d.name, ValueType.F64, sources[d.input], d.unit)
    yield from _features(file, sources, problems)
    for k, setting in enumerate(file.setting):
        if setting.source not in {source.name for source in file.source}:
            problems.add(f"setting.{k}.source", f"unknown source {setting.source!r}")
        if not setting.type.holds(setting.value):
            problems.add(f"setting.{k}.value", f"{setting.value} is outside {setting.type}")
        sources[setting.name] = setting.source
        yield Parameter(setting.id, setting.name, setting.type, setting.source)
    for k, section in enumerate(file.detector):
        found = {sources.get(name) for name in section.inputs}
        if len(found) != 1 or None in found:
            unknown = [name for name in section.inputs if name not in sources]
            reason = f"unknown parameters {unknown}" if unknown else f"more than one source: {found}"
            problems.add(f"detector.{k}.inputs", reason)
            continue
        yield from _outputs(section, str(found.pop()))
    for health in file.health:
        yield Parameter(health.id, health.name, ValueType.U32, OWN)


def _features(file: MissionFile, sources: dict[str, str], problems: Problems) -> Iterable[Parameter]:
    """Yield the features of segments; their names join those of `sources`."""
    for k, segment in enumerate(file.segment):
        if segment.input not in sources:
            problems.add(f"segment.{k}.input", f"unknown parameter {segment.input!r}")
            continue
        source = sources[segment.input]
        for name, feature in zip(segment.parameters, segment.features, strict=True):
            sources[name] = source
            yield Parameter(feature.id, name, ValueType.F64, source)


def _outputs(section: DetectorSection, source: str) -> Iterable[Parameter]:
    """Yield what carries the outputs of a detector: each score, and the index of those that have one."""
    for output in section.outputs:
        for (name, number), kind in zip(output.named.items(), (ValueType.F32, ValueType.U8), strict=False):
            yield Parameter(number, name, kind, source)
