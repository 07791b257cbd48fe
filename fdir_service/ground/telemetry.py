"""Packets as readable records: header, name, and fields in words; what cannot be decoded stays octets."""

from collections.abc import Iterator
from typing import Any

from fdir_service.ground.commands import name_of
from fdir_service.ground.fields import Fields, Source, application
from fdir_service.ground.reports import REPORTS
from fdir_service.journal import Journal, Record
from fdir_service.mission import Mission
from pus.failure import RequestError
from pus.packets import Tm, decode_tc, decode_tm

_NS = 1_000_000_000


class PacketDecoder:
    """Decodes packets with the names and types of a mission; never raises for what is in them."""

    def __init__(self, mission: Mission) -> None:
        self._mission = mission
        self._journal = Journal(mission)

    def telemetry(self, octets: bytes) -> Record:
        """Return a TM packet as a record; `data` holds what is not known, `problem` says why."""
        try:
            return self.report(decode_tm(octets))
        except RequestError as error:
            return {"kind": "packet", "packet": octets.hex(), "problem": str(error)}

    def report(self, tm: Tm) -> Record:
        """Return a decoded TM packet as a record."""
        name, _ = REPORTS.get((tm.service, tm.subtype), ("", None))
        head = {
            "kind": "tm",
            "apid": tm.apid,
            "application": application(self._mission, tm.apid),
            "sequence": tm.sequence,
            "service": tm.service,
            "subtype": tm.subtype,
            "name": name,
            "time_s": tm.time / _NS,
            "utc": self._journal.utc(tm.time),
            "destination": tm.destination,
        }
        return head | self._content(tm)

    def _content(self, tm: Tm) -> Record:
        _, decode = REPORTS.get((tm.service, tm.subtype), ("", None))
        if decode is None:
            return {"data": tm.data.hex(), "problem": "unknown report"}
        try:
            source = Source(tm.data, self._mission)
            fields = decode(source)
            source.reader.end()
        except ValueError as error:  # every misfit of data and layout is one
            return {"data": tm.data.hex(), "problem": str(error)}
        return {"fields": fields}

    def telecommand(self, octets: bytes) -> Record:
        """Return a TC packet as a record."""
        try:
            tc = decode_tc(octets)
        except RequestError as error:
            return {"kind": "packet", "packet": octets.hex(), "problem": str(error)}
        return {
            "kind": "tc",
            "apid": tc.apid,
            "application": application(self._mission, tc.apid),
            "sequence": tc.sequence,
            "service": tc.service,
            "subtype": tc.subtype,
            "name": name_of(tc.service, tc.subtype),
            "source": tc.source,
            "data": tc.data.hex(),
        }


def describe(record: Record) -> str:
    """Return a record for people: one line, and one for each entry of a list."""
    if record["kind"] == "packet":
        return f"packet {record['packet']} ({record['problem']})"
    who = record["application"] or f"APID {record['apid']}"
    message = f"{record['kind'].upper()}[{record['service']},{record['subtype']}] {record['name']}".rstrip()
    at = f"{record['time_s']:10.3f} s  " if "time_s" in record else f"{'':14}"
    head = f"{at}{who} #{record['sequence']} {message}"
    if "fields" in record:
        return "\n".join((head + _inline(record["fields"]), *_entries(record["fields"])))
    octets = record["data"] or "none"
    problem = f" ({record['problem']})" if "problem" in record else ""
    return f"{head}: data {octets}{problem}"


def _inline(fields: Fields) -> str:
    words = [
        f"{_key(key)} {_text(found) or 'none'}" for key, found in fields.items() if not _is_filled(found)
    ]
    return ": " + ", ".join(words) if words else ""


def _entries(fields: Fields) -> Iterator[str]:
    for found in fields.values():
        if _is_filled(found):
            yield from (f"{'':16}{_text(entry)}" for entry in found)


def _is_filled(found: Any) -> bool:
    return isinstance(found, list) and bool(found)


def _text(found: Any) -> str:
    match found:
        case dict():
            return ", ".join(f"{_key(key)} {_text(part)}" for key, part in found.items())
        case list():
            return "; ".join(map(_text, found))
        case None:
            return "not known"
        case bool():
            return "yes" if found else "no"
        case float():
            return format(found, "g")
    return str(found)


def _key(key: str) -> str:
    return key.replace("_", " ")
