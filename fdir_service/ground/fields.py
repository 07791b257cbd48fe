"""What decoders of source data share: the reader with the mission's names, and fields that recur."""

import math
from collections.abc import Callable
from typing import Any

from fdir_service.mission import Mission
from pus.codec import Reader, undecodable
from pus.failure import FailureCode, RequestError
from pus.packets import decode_tc
from pus.parameters import Parameter
from pus.procedure import read_delay, read_request

Fields = dict[str, Any]
_NS = 1_000_000_000


class Source:
    """Source data of one report, and the mission that gives names and types."""

    def __init__(self, data: bytes, mission: Mission) -> None:
        self.reader = Reader(data, mission.profile.widths)
        self.mission = mission

    def many(self, read: Callable[["Source"], Any]) -> list[Any]:
        """Read N and N entries."""
        return [read(self) for _ in range(self.reader.count(least=0))]

    def flag(self) -> bool:
        """Read a status that is 0 or 1."""
        raw = self.reader.u8()
        if raw > 1:
            raise undecodable(f"status {raw} is neither 0 nor 1")
        return bool(raw)

    def parameter(self) -> Parameter:
        """Read a parameter ID; its type is needed for what follows."""
        identifier = self.reader.id()
        found = self.mission.parameters.get(identifier)
        if found is None:
            raise undecodable(f"parameter {identifier} is none of mission {self.mission.name}")
        return found

    def value(self, parameter: Parameter) -> float | None:
        """Read a value; None: not known. An integer stays one."""
        found = self.reader.value(parameter.type)
        if parameter.type.is_float:
            return found if math.isfinite(found) else None
        return int(found)

    def parameter_name(self) -> str:
        """Read a parameter ID; return the name, or the number where there is none."""
        identifier = self.reader.id()
        found = self.mission.parameters.get(identifier)
        return found.name if found else str(identifier)

    def pmon(self) -> Fields:
        """Read a PMON ID."""
        identifier = self.reader.id()
        names = {section.id: section.name for section in self.mission.file.pmon}
        return _with_name("pmon", identifier, names.get(identifier))

    def fmon(self) -> Fields:
        """Read an FMON ID."""
        identifier = self.reader.id()
        names = {section.id: section.name for section in self.mission.file.fmon}
        return _with_name("fmon", identifier, names.get(identifier))

    def event(self) -> Fields:
        """Read an event definition ID."""
        identifier = self.reader.id()
        found = self.mission.events.get(identifier)
        return _with_name("event", identifier, found.name if found else None)

    def level(self) -> Fields:
        """Read the ID of a level of the ladder; 0 is none."""
        identifier = self.reader.id()
        return _with_name("level", identifier, self.mission.level_name(identifier))

    def time_s(self) -> float:
        """Read an absolute time; return seconds since the mission epoch."""
        return self.reader.time() / _NS

    def delay_s(self) -> float:
        """Read a relative time; return seconds."""
        return read_delay(self.reader) / _NS

    def request(self) -> Fields:
        """Read an embedded telecommand packet."""
        octets = read_request(self.reader)
        try:
            tc = decode_tc(octets)
        except RequestError:
            return {"packet": octets.hex()}
        return {"apid": tc.apid, "service": tc.service, "subtype": tc.subtype, "packet": octets.hex()}

    def failure(self) -> Fields:
        """Read a failure notice: the code, and an identifier where there is one."""
        raw = self.reader.u16()
        known = raw in FailureCode.__members__.values()
        name = FailureCode(raw).name if known else f"0x{raw:04x}"
        return {"failure": name, **({"id": self.reader.failure_data()} if self.reader.left else {})}


def application(mission: Mission, apid: int) -> str:
    """Return the name of an application process, or nothing."""
    if apid == mission.apid:
        return mission.name
    return mission.units[apid].name if apid in mission.units else ""


def _with_name(key: str, identifier: int, name: str | None) -> Fields:
    return {key: identifier, **({"name": name} if name else {})}
