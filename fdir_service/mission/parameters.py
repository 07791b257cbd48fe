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
    yield from _features(file, sources, problems)
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
        yield from _outputs(section, source_name)
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
