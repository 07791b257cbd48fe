"""The parameters of a mission file: which there are, and that ids and names are unique."""

from collections import Counter
from collections.abc import Iterable, Mapping

from fdir_service.mission.problems import Problems
from fdir_service.mission.schema import (
    DerivedSection,
    DetectorSection,
    HealthSection,
    MissionFile,
    SettingSection,
)
from fdir_service.mission.source_schema import ParameterSection
from pus.parameters import OWN, Parameter, ValueType

_Identified = ParameterSection | DerivedSection | SettingSection | HealthSection


def check_unique(file: MissionFile, problems: Problems) -> None:
    """Ids and names must be unique within their kind."""
    columns = [p for source in file.source for p in source.parameters]
    outputs = [output for detector in file.detector for output in detector.outputs]
    plain: list[_Identified] = [*columns, *file.derived, *file.setting, *file.health]
    names = [p.name for p in plain]
    ids = [p.id for p in plain]
    named: dict[str, Iterable[object]] = {
        "parameter name": names + [name for o in outputs for name in (o.name, f"{o.name}.score")],
        "parameter id": ids + [number for o in outputs for number in (o.index_id, o.score_id)],
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
    """All parameters: measured, then derived, then detector outputs; each on its input's source."""
    sources: dict[str, str] = {}
    images = {source.name: source.name for source in file.source if source.is_image}
    for source in file.source:
        for p in source.parameters:
            sources[p.name] = source.name
            yield Parameter(p.id, p.name, p.type, source.name, p.unit)
    for k, d in enumerate(file.derived):
        wanted, known = ("source of images", images) if d.kind == "digest" else ("parameter", sources)
        if d.input not in known:
            problems.add(f"derived.{k}.input", f"unknown or later {wanted} {d.input!r}")
            continue
        sources[d.name] = known[d.input]
        yield Parameter(d.id, d.name, ValueType.F64, sources[d.name], d.unit)
    for k, setting in enumerate(file.setting):
        if setting.source not in {source.name for source in file.source}:
            problems.add(f"setting.{k}.source", f"unknown source {setting.source!r}")
        if not setting.type.holds(setting.value):
            problems.add(f"setting.{k}.value", f"{setting.value} is outside {setting.type}")
        sources[setting.name] = setting.source
        yield Parameter(setting.id, setting.name, setting.type, setting.source)
    for k, section in enumerate(file.detector):
        source_name = _source_of(f"detector.{k}", section, sources, images, problems)
        if source_name is None:
            continue
        for o in section.outputs:
            yield Parameter(o.score_id, f"{o.name}.score", ValueType.F32, source_name)
            yield Parameter(o.index_id, o.name, ValueType.U8, source_name)
    for health in file.health:
        yield Parameter(health.id, health.name, ValueType.U32, OWN)


def _source_of(
    key: str,
    section: DetectorSection,
    sources: Mapping[str, str],
    images: Mapping[str, str],
    problems: Problems,
) -> str | None:
    """Return the source that a detector reads, or None: there is not just one."""
    if section.source is not None:
        if section.source in images:
            return section.source
        problems.add(f"{key}.source", f"unknown source of images {section.source!r}")
        return None
    found = {sources.get(name) for name in section.inputs}
    if len(found) == 1 and None not in found:
        return found.pop()
    unknown = [name for name in section.inputs if name not in sources]
    reason = f"unknown parameters {unknown}" if unknown else f"more than one source: {found}"
    problems.add(f"{key}.inputs", reason)
    return None
