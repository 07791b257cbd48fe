"""From what the stream produced to records with the names of the mission."""

from collections.abc import Iterator, Mapping

from fdir_service.journal import Journal
from fdir_service.journal import Record as Entry
from fdir_service.mission import Mission
from fdir_service.output import Output
from fdir_service.testing import records
from pus import st08
from pus.codec import Reader
from pus.packets import Tm, apid_of, decode_tc

_NS = 1_000_000_000


class OutputReader:
    """Reads the outputs of one mission's stream."""

    def __init__(self, mission: Mission) -> None:
        self._mission = mission
        self._journal = Journal(mission)

    def read(self, output: Output) -> Iterator[records.Record]:
        """Yield what happened, in order."""
        for entry in self._journal.records(output):
            yield from self._entry(entry)

    def report(self, tm: Tm) -> records.Report:
        """Return a TM packet as a record."""
        return records.Report(tm.time / _NS, tm.apid, tm.service, tm.subtype, tm.data, tm.pack())

    def _entry(self, entry: Entry) -> Iterator[records.Record]:
        time = entry["time_s"]
        match entry["kind"]:
            case "transition":
                status = entry["previous"], entry["current"]
                seen = entry["value"], entry["limit"]
                yield records.Transition(time, entry["name"], entry["parameter"], *status, *seen)
            case "fmon":
                yield records.FmonChange(time, entry["name"], entry["previous"], entry["current"])
            case "event":
                data = bytes.fromhex(entry["data"])
                yield records.Event(time, entry["name"], entry["severity"], entry["reported"], data)
            case "recovery":
                yield from self._step(entry)
            case "verification":
                yield records.Answer(time, entry["unit"], int(entry["message"][5:-1]))
            case "silence":
                yield records.Silence(time, entry["source"])

    def _step(self, entry: Entry) -> Iterator[records.Record]:
        who = entry["name"], entry["outcome"], entry["action"], entry["attempt"], entry["unit"]
        yield records.LadderStep(entry["time_s"], *who, entry["reason"], entry["passive"])
        packet = bytes.fromhex(entry["packet"])
        if entry["outcome"] == "sent" and apid_of(packet) in self._mission.units:
            yield self._request(entry, packet)

    def _request(self, entry: Entry, packet: bytes) -> records.Request:
        tc = decode_tc(packet)
        unit = self._mission.units[tc.apid]
        name, arguments = f"TC[{tc.service},{tc.subtype}]", dict[int, float]()
        if (tc.service, tc.subtype) == (st08.SERVICE, st08.PERFORM):
            name, arguments = decode_function(packet, unit.functions)
        return records.Request(
            entry["time_s"], unit.name, name, arguments, entry["name"], entry["action"], packet
        )


def decode_function(packet: bytes, functions: Mapping[str, st08.Function]) -> tuple[str, dict[int, float]]:
    """Return the function that a TC[8,1] asks for, and its arguments by ID."""
    reader = Reader(decode_tc(packet).data)
    name = reader.characters()
    types, arguments = functions[name].arguments, dict[int, float]()
    for _ in range(reader.u16() if types else 0):
        argument = reader.u16()
        arguments[argument] = reader.value(types[argument])
    return name, arguments
