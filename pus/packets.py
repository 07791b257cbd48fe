"""PUS-C packets: telecommands and telemetry as values.

Space packet primary header and PUS-C secondary headers after CCSDS 133.0-B-2 and ECSS-E-ST-70-41C
clauses 7.4.3.1 and 7.4.4.1; packet error control is CRC-16 (polynomial 0x1021, preset 0xFFFF).
"""

import binascii
import struct

from pus import cuc
from pus.failure import Failure, FailureCode, RequestError
from pus.records import frozen

SEQUENCE_MODULO = 1 << 14
PUS_VERSION = 2
ACK_ACCEPTANCE, ACK_START, ACK_PROGRESS, ACK_COMPLETION = 1, 2, 4, 8
ACK_ALL = 15

_PRIMARY_SIZE, _CRC_SIZE = 6, 2
_TC_HEADER = struct.Struct(">HHHBBBH")
"""Packet ID, sequence control, data length; PUS version and ack flags, service, subtype, source ID."""
_TM_HEADER = struct.Struct(">HHHBBBHH")
"""The same with the time reference status for the flags, then message type counter and destination ID."""
_TM_DATA = _TM_HEADER.size + cuc.ABSOLUTE_SIZE
_MIN_TC_SIZE, _MIN_TM_SIZE = _TC_HEADER.size + _CRC_SIZE, _TM_DATA + _CRC_SIZE
_TC_WITH_HEADER, _TM_WITH_HEADER = 0b11 << 11, 0b01 << 11
_UNSEGMENTED = 0b11 << 14
_APID, _SEQUENCE = 0x7FF, 0x3FFF


@frozen
class Tc:
    """A telecommand packet, that is one request."""

    apid: int
    service: int
    subtype: int
    data: bytes = b""
    source: int = 0
    sequence: int = 0
    ack: int = ACK_ALL

    def pack(self) -> bytes:
        """Return the octets of the packet; a field out of range is a ValueError."""
        if self.ack >> 4:
            raise ValueError(f"ack flags {self.ack} are out of range")
        length = _MIN_TC_SIZE + len(self.data) - _PRIMARY_SIZE - 1
        words = (_TC_WITH_HEADER | self.apid, _UNSEGMENTED | self.sequence, length)
        types = (PUS_VERSION << 4 | self.ack, self.service, self.subtype)
        return _pack(self, _TC_HEADER, (*words, *types, self.source), self.data)


@frozen
class Tm:
    """A telemetry packet, that is one report; `time` in ns since the mission epoch."""

    apid: int
    service: int
    subtype: int
    data: bytes
    time: int
    destination: int = 0
    sequence: int = 0

    def pack(self) -> bytes:
        """Return the octets of the packet; a field out of range is a ValueError."""
        length = _MIN_TM_SIZE + len(self.data) - _PRIMARY_SIZE - 1
        words = (_TM_WITH_HEADER | self.apid, _UNSEGMENTED | self.sequence, length)
        types = (PUS_VERSION << 4, self.service, self.subtype, 0)
        return _pack(self, _TM_HEADER, (*words, *types, self.destination), cuc.encode(self.time) + self.data)


@frozen
class Report:
    """A report before it becomes a packet: the application process adds APID, count and time."""

    service: int
    subtype: int
    data: bytes
    destination: int = 0


def _pack(packet: Tc | Tm, header: struct.Struct, fields: tuple[int, ...], rest: bytes) -> bytes:
    """Put header and data together and add the packet error control."""
    if packet.apid >> 11 or packet.sequence >> 14:
        raise ValueError(f"APID {packet.apid} or sequence count {packet.sequence} is out of range")
    try:
        octets = header.pack(*fields) + rest
    except struct.error as error:
        raise ValueError(f"a field of {packet!r:.200} is out of range: {error}") from None
    return octets + binascii.crc_hqx(octets, 0xFFFF).to_bytes(2, "big")


def request_id(octets: bytes) -> bytes:
    """Return the request ID that ST[01] echoes: the first four octets of the TC packet."""
    return octets[:4]


def apid_of(octets: bytes) -> int:
    """Return the APID in the primary header of a packet of two octets or more."""
    return int.from_bytes(octets[:2], "big") & _APID


def decode_tc(octets: bytes) -> Tc:
    """Decode exactly one telecommand packet.

    Raises
    ------
    RequestError
        With the acceptance failure LENGTH, CRC or PUS_VERSION.

    """
    _check_frame(octets, _MIN_TC_SIZE, is_tc=True)
    packet_id, sequence, _, flags, service, subtype, source = _TC_HEADER.unpack_from(octets)
    return Tc(
        apid=packet_id & _APID,
        service=service,
        subtype=subtype,
        data=octets[_TC_HEADER.size : -_CRC_SIZE],
        source=source,
        sequence=sequence & _SEQUENCE,
        ack=flags & ACK_ALL,
    )


def decode_tm(octets: bytes) -> Tm:
    """Decode exactly one telemetry packet; raises as `decode_tc`, and for a foreign time code."""
    _check_frame(octets, _MIN_TM_SIZE, is_tc=False)
    packet_id, sequence, _, _, service, subtype, _, destination = _TM_HEADER.unpack_from(octets)
    try:
        time = cuc.decode(octets[_TM_HEADER.size : _TM_DATA])
    except cuc.TimeError as error:
        raise RequestError(Failure(FailureCode.UNDECODABLE), str(error)) from None
    return Tm(
        apid=packet_id & _APID,
        service=service,
        subtype=subtype,
        data=octets[_TM_DATA:-_CRC_SIZE],
        time=time,
        destination=destination,
        sequence=sequence & _SEQUENCE,
    )


def _check_frame(octets: bytes, least: int, *, is_tc: bool) -> None:
    if len(octets) < least:
        raise _refused(FailureCode.LENGTH, f"{len(octets)} octets, at least {least} make a packet")
    length = int.from_bytes(octets[4:6], "big") + _PRIMARY_SIZE + 1
    if length != len(octets):
        raise _refused(FailureCode.LENGTH, f"the header says {length} octets, the packet has {len(octets)}")
    if binascii.crc_hqx(octets, 0xFFFF):
        raise _refused(FailureCode.CRC, f"check word {octets[-2:].hex()} does not match")
    if octets[0] >> 3 != (0b11 if is_tc else 0b01):
        raise _refused(FailureCode.UNDECODABLE, f"not a {'TC' if is_tc else 'TM'} with secondary header")
    if octets[2] >> 6 != 0b11:
        raise _refused(FailureCode.UNDECODABLE, "segmented packets are not supported")
    if octets[6] >> 4 != PUS_VERSION:
        raise _refused(FailureCode.PUS_VERSION, f"PUS version {octets[6] >> 4}, this is PUS-C (2)")


def _refused(code: FailureCode, detail: str) -> RequestError:
    return RequestError(Failure(code), detail)
