"""Decoders of the source data of reports, by message type; ST[12] has its own module."""

from collections.abc import Callable

from fdir_service.ground import monitoring_reports as st12
from fdir_service.ground.fields import Fields, Source, application
from pus.failure import RequestError
from pus.st03 import Structure
from pus.st18 import ObcpStatus

Decoder = Callable[[Source], Fields]


# --- ST[01] --------------------------------------------------------------------------------------------


def verification(source: Source) -> Fields:
    """Read the request ID of a TM[1,x], and the failure notice of a failure."""
    octets = source.reader.octets(4)
    apid = int.from_bytes(octets[:2], "big") & 0x7FF
    name = application(source.mission, apid)
    head = {"request": octets.hex(), "apid": apid, **({"application": name} if name else {})}
    return {**head, "sequence": int.from_bytes(octets[2:], "big") & 0x3FFF}


def failed_verification(source: Source) -> Fields:
    """Read a request ID and a failure notice."""
    return {**verification(source), **source.failure()}


def progress(source: Source) -> Fields:
    """TM[1,5]: a request ID and the step."""
    return {**verification(source), "step": source.reader.id()}


def failed_progress(source: Source) -> Fields:
    """TM[1,6]: a request ID, the step and a failure notice."""
    return {**progress(source), **source.failure()}


# --- ST[03] --------------------------------------------------------------------------------------------


def housekeeping(source: Source) -> Fields:
    """TM[3,25]; only the structures of the mission file are known."""
    identifier = source.reader.id()
    found = next((s for s in source.mission.housekeeping if s.id == identifier), None)
    if found is None:
        return {"sid": identifier, "data": _rest(source)}
    return {"sid": identifier, "values": _values(source, found)}


def diagnostic(source: Source) -> Fields:
    """TM[3,26]; the mission file has no diagnostic structures."""
    return {"sid": source.reader.id(), "data": _rest(source)}


def _rest(source: Source) -> str:
    return source.reader.octets(source.reader.left).hex()


def _values(source: Source, structure: Structure) -> Fields:
    by_id = source.mission.parameters.by_id
    return {by_id[k].name: source.value(by_id[k]) for k in structure.parameters}


def structure(source: Source) -> Fields:
    """TM[3,10] (12)."""
    head = _generation(source)
    names = source.many(Source.parameter_name)
    sets = source.many(_parameter_set)
    return {**head, "parameters": names, **({"sets": sets} if sets else {})}


def properties(source: Source) -> Fields:
    """TM[3,35] (36)."""
    return {"structures": source.many(_generation)}


def _generation(source: Source) -> Fields:
    return {"sid": source.reader.id(), "enabled": source.flag(), "interval": source.reader.interval()}


def _parameter_set(source: Source) -> Fields:
    return {"repetition": source.reader.repetition(), "parameters": source.many(Source.parameter_name)}


# --- ST[05] --------------------------------------------------------------------------------------------


def event(source: Source) -> Fields:
    """TM[5,1..4]: the event, and its auxiliary data by what raises it."""
    head = source.event()
    data = bytes.fromhex(_rest(source))
    for decode in _auxiliary(source, head["event"]):
        try:
            part = Source(data, source.mission)
            fields = decode(part)
            part.reader.end()
        except (RequestError, ValueError):
            continue
        return {**head, "cause": fields}
    return {**head, **({"data": data.hex()} if data else {})}


def _auxiliary(source: Source, identifier: int) -> list[Decoder]:
    """Return the layouts that the data of an event may have."""
    if identifier == source.mission.profile.summary_event:
        return [_summary]
    if identifier in source.mission.recovery_events:
        return [_recovery]
    # Data of some lengths may be either, depending on the widths.
    layouts: list[Decoder] = [st12.pmon_event, st12.fmon_event]
    return layouts[::-1] if source.mission.is_fmon_event(identifier) else layouts


def _summary(source: Source) -> Fields:
    return {**source.event(), "suppressed": source.reader.u32()}


def _recovery(source: Source) -> Fields:
    head, apid = source.level(), source.reader.u16()
    return {**head, "apid": apid, "unit": application(source.mission, apid)}


def disabled_events(source: Source) -> Fields:
    """TM[5,8]."""
    return {"disabled": source.many(Source.event)}


# --- ST[17] [18] [19] [20] [21] ------------------------------------------------------------------------


def nothing(source: Source) -> Fields:  # noqa: ARG001
    """Read nothing: the report has no data."""
    return {}


def connection(source: Source) -> Fields:
    """TM[17,4]."""
    apid = source.reader.u16()
    return {"apid": apid, "application": application(source.mission, apid)}


def procedure_statuses(source: Source) -> Fields:
    """TM[18,9]."""
    return {"procedures": source.many(_procedure)}


def _procedure(source: Source) -> Fields:
    name = source.reader.characters()
    return {"name": name, "status": ObcpStatus(source.reader.u8()).name.lower()}


def aborted(source: Source) -> Fields:
    """TM[18,18], TM[21,14]."""
    return {"aborted": source.many(lambda s: s.reader.characters())}


def _action_key(source: Source) -> Fields:
    return {"apid": source.reader.u16(), **source.event()}


def action_statuses(source: Source) -> Fields:
    """TM[19,7]."""
    return {"actions": source.many(lambda s: {**_action_key(s), "enabled": s.flag()})}


def actions(source: Source) -> Fields:
    """TM[19,11]."""
    read: Decoder = lambda s: {**_action_key(s), "enabled": s.flag(), "request": s.request()}  # noqa: E731
    return {"actions": source.many(read)}


def values(source: Source) -> Fields:
    """TM[20,2]."""
    pairs = source.many(lambda s: (p := s.parameter(), s.value(p)))
    return {"values": {parameter.name: value for parameter, value in pairs}}


def sequence_statuses(source: Source) -> Fields:
    """TM[21,7]."""
    return {"sequences": source.many(lambda s: {"name": s.reader.characters(), "running": s.flag()})}


def checksum(source: Source) -> Fields:
    """TM[21,10]."""
    return {"name": source.reader.characters(), "checksum": source.reader.u16()}


def content(source: Source) -> Fields:
    """TM[21,12]."""
    name = source.reader.characters()
    return {"name": name, "steps": source.many(lambda s: {**s.request(), "delay_s": s.delay_s()})}


REPORTS: dict[tuple[int, int], tuple[str, Decoder]] = {
    (1, 1): ("accepted", verification),
    (1, 2): ("not accepted", failed_verification),
    (1, 3): ("started", verification),
    (1, 4): ("not started", failed_verification),
    (1, 5): ("progressed", progress),
    (1, 6): ("not progressed", failed_progress),
    (1, 7): ("completed", verification),
    (1, 8): ("not completed", failed_verification),
    (1, 10): ("not routed", failed_verification),
    (3, 10): ("housekeeping structure", structure),
    (3, 12): ("diagnostic structure", structure),
    (3, 25): ("housekeeping", housekeeping),
    (3, 26): ("diagnostic", diagnostic),
    (3, 35): ("housekeeping properties", properties),
    (3, 36): ("diagnostic properties", properties),
    (5, 1): ("informative event", event),
    (5, 2): ("low severity event", event),
    (5, 3): ("medium severity event", event),
    (5, 4): ("high severity event", event),
    (5, 8): ("disabled events", disabled_events),
    (12, 9): ("PMON definitions", st12.pmon_definitions),
    (12, 11): ("out of limits", st12.transitions),
    (12, 12): ("check transitions", st12.transitions),
    (12, 14): ("PMON statuses", st12.pmon_statuses),
    (12, 26): ("FMON definitions", st12.fmon_definitions),
    (12, 28): ("FMON statuses", st12.fmon_statuses),
    (17, 2): ("alive", nothing),
    (17, 4): ("connected", connection),
    (18, 9): ("procedure statuses", procedure_statuses),
    (18, 18): ("procedures aborted", aborted),
    (19, 7): ("event-action statuses", action_statuses),
    (19, 11): ("event-action definitions", actions),
    (20, 2): ("parameter values", values),
    (21, 7): ("sequence statuses", sequence_statuses),
    (21, 10): ("sequence checksum", checksum),
    (21, 12): ("sequence content", content),
    (21, 14): ("sequences aborted", aborted),
}
"""Name and decoder of each report by service and message subtype."""
