"""The independent decoder: packets through space_packet_parser and an exported database."""

import struct
from pathlib import Path
from typing import Any

import space_packet_parser

from fdir_service.mission import Mission
from fdir_service.xtce import Database, database
from fdir_service.xtce.types import Float, Opaque, Text
from pus.packets import Tm

HEADER = (
    "packet_version", "packet_type", "secondary_header_flag", "apid", "sequence_flags", "sequence_count",
    "packet_length", "pus_version", "time_reference_status", "service", "subtype", "message_type_counter",
    "destination", "time_code", "time",
)  # fmt: skip


class Decoder:
    """Decodes with the exported file; every packet must be used up, every value must write back the same."""

    def __init__(self, mission: Mission, path: Path) -> None:
        self.database: Database = database(mission)
        path.write_bytes(self.database.encode())
        self.definition = space_packet_parser.load_xtce(path)

    def packet(self, octets: bytes) -> dict[str, Any]:
        """Return a packet's values by name: numbers, words of enumerations, octets."""
        found = self.definition.parse_bytes(octets)
        assert self.write({name: value.raw_value for name, value in found.items()}) == octets
        return dict(found)

    def header(self, tm: Tm) -> dict[str, Any]:
        return {name: value for name, value in self.packet(tm.pack()).items() if name in HEADER}

    def data(self, tm: Tm) -> dict[str, Any]:
        """Return what follows the headers, less the check word."""
        found = self.packet(tm.pack())
        return {name: value for name, value in found.items() if name not in (*HEADER, "check_word")}

    def report(self, service: int, subtype: int, data: bytes, apid: int | None = None) -> dict[str, Any]:
        apid = self.database.mission.apid if apid is None else apid
        return self.data(Tm(apid, service, subtype, data, 0))

    def write(self, raw: dict[str, Any]) -> bytes:
        """Put raw values together again, with the widths of the database."""
        bits = "".join(self._bits(name, value) for name, value in raw.items())
        return int(bits, 2).to_bytes(len(bits) // 8, "big")

    def _bits(self, name: str, value: Any) -> str:
        kind = self.database.fields[name].type
        if isinstance(kind, (Opaque, Text)):
            return "".join(f"{octet:08b}" for octet in bytes(value))
        if isinstance(kind, Float):
            octets = struct.pack({32: ">f", 64: ">d"}[kind.bits], value)
            return "".join(f"{octet:08b}" for octet in octets)
        return f"{value % (1 << kind.bits):0{kind.bits}b}"


def entries(found: dict[str, Any], prefix: str) -> list[dict[str, Any]]:
    """Return the fields of entries 1, 2, 3 of a list without `prefix` and number."""
    listed: list[dict[str, Any]] = []
    for k in (1, 2, 3):
        head = f"{prefix}_{k}_"
        entry = {name.removeprefix(head): v for name, v in found.items() if name.startswith(head)}
        listed += [entry] if entry else []
    return listed


def rest(found: dict[str, Any]) -> bytes | None:
    """Return the octets that have no fields of their own, or None."""
    tails = [value for name, value in found.items() if name.startswith("rest_from_")]
    assert len(tails) <= 1
    return bytes(tails[0]) if tails else None
