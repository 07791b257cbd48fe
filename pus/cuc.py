"""CCSDS unsegmented time code (CUC), 4 basic and 2 fractional octets (CCSDS 301.0-B-4, 3.2).

On-board time is an integer count of nanoseconds since the mission epoch. Encoding rounds down to
2^-16 s; decoding rounds up, so that ``encode(decode(octets)) == octets`` for every octet string.
"""

P_FIELD = 0x2E
"""No extension, agency-defined epoch (code 010), 4 basic and 2 fractional octets."""

ABSOLUTE_SIZE = 7
RELATIVE_SIZE = 6
_NS = 1_000_000_000
_MAX_TICKS = 1 << 48


class TimeError(ValueError):
    """A time that CUC 4+2 cannot carry, or octets that are no CUC 4+2 time."""


def encode_relative(ns: int) -> bytes:
    """Encode a duration in ns as 6 octets without P-field."""
    ticks = (ns << 16) // _NS
    if not 0 <= ticks < _MAX_TICKS:
        raise TimeError(f"{ns} ns is outside CUC 4+2 (0 .. 2^32 s)")
    return ticks.to_bytes(RELATIVE_SIZE, "big")


def decode_relative(octets: bytes) -> int:
    """Decode 6 octets to a duration in ns."""
    if len(octets) != RELATIVE_SIZE:
        raise TimeError(f"a relative CUC 4+2 time has {RELATIVE_SIZE} octets, got {len(octets)}")
    return -(-int.from_bytes(octets, "big") * _NS >> 16)


def encode(ns: int) -> bytes:
    """Encode a time in ns since the mission epoch as 7 octets with P-field."""
    return bytes((P_FIELD,)) + encode_relative(ns)


def decode(octets: bytes) -> int:
    """Decode 7 octets with P-field to ns since the mission epoch."""
    if len(octets) != ABSOLUTE_SIZE or octets[0] != P_FIELD:
        raise TimeError(f"not a CUC 4+2 time with P-field 0x{P_FIELD:02X}: {octets.hex()}")
    return decode_relative(octets[1:])
