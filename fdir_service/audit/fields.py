"""What every record of a kind holds; some hold more (`docs/reference/audit-log.md`)."""

from collections.abc import Mapping

_HEAD = "kind time_ns time_s utc "


def _fields(names: str) -> tuple[str, ...]:
    return tuple((_HEAD + names).split())


FIELDS: Mapping[str, tuple[str, ...]] = {
    "header": _fields("format mission digest models program epoch"),
    "transition": _fields("pmon name parameter previous current value limit"),
    "fmon": _fields("fmon name previous current violated"),
    "event": _fields("event name severity data reported"),
    "request": _fields("event name apid service subtype packet"),
    "tc": _fields("apid service subtype packet result"),
    "verification": _fields("unit message request"),
    "recovery": _fields("level name action attempt unit outcome reason fmons causes passive packet"),
    "silence": _fields("source"),
    "frame": _fields("fmon name part models sources"),
}
"""Names of fields by kind."""
