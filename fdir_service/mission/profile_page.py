"""The reference page of the mission profile, generated from its definitions."""

from collections.abc import Iterable

from fdir_service.mission.profile_schema import ProfileSection, WidthsSection
from pus import cuc
from pus.codec import CHARACTERS, OCTETS

_HEAD = """# The mission profile

What a mission fixes once and ECSS-E-ST-70-41C leaves open: how wide fields are, which optional fields exist,
how many definitions there may be. The on-board services, `fdir tc`, `fdir tm` and `fdir export xtce` all take
it from the mission file. Generated with `fdir schema --page` from the definitions; a test keeps it fresh.

All numbers are big-endian and unsigned, fields follow each other without padding.
"""

_WIDTHS = """## Widths

Keys of `[profile.widths]`: octets of a field, {octets}.

{table}

Every number of the mission file must fit; `fdir check` names the key of one that does not, and of a list or a
`max_` key beyond what N can count. A telecommand that needs more is refused on the ground. A report of more
entries than N can count leaves as several reports of the same type, each with its own N, as one beyond the
packet limit does. A sequence or a report structure with a list that N cannot count is refused. The units take
telecommands in the same widths; the simulated vehicle has the default ones.

Where identifiers and N are narrow, the event of a PMON may be as long as that of an FMON. Decoders then go by
the mission file: an event that only its FMONs raise is one of an FMON.
"""

_FIXED = """## Fixed widths

{table}
"""

_CAPABILITIES = """## Capabilities and limits

Keys of `[profile]`.

{table}
"""

_FIXED_FIELDS = (
    ("APID in data fields, checksum, length of procedure code", "2"),
    ("statuses, check type, observability level", "1"),
    ("failure code", "2; high octet = service"),
    ("failure data", "2, or 4 where identifiers have 4: they also hold APIDs and numbers of instructions"),
    ("number of suppressed reports", "4"),
    ("function, procedure and sequence ID", f"{CHARACTERS} visible ASCII characters, NUL-padded"),
    (
        "absolute time",
        f"{cuc.ABSOLUTE_SIZE}: CUC 4+2 with P-field 0x2E (mission's epoch), rounded down to 2^-16 s",
    ),
    ("relative time (delays of ST[18] and ST[21])", f"{cuc.RELATIVE_SIZE}: CUC 4+2 without P-field"),
    ("values, limits, thresholds, expected values, masks", "as the type of the parameter"),
    ("packet error control", "2: CRC-16, polynomial 0x1021, preset 0xFFFF"),
)


def page() -> str:
    """Return the page as Markdown."""
    widths = _WIDTHS.format(octets=_either(OCTETS), table=_keys(WidthsSection, "fields"))
    fixed = _FIXED.format(table=_table(("field", "octets"), _FIXED_FIELDS))
    capabilities = _CAPABILITIES.format(table=_keys(ProfileSection, "meaning"))
    return f"{_HEAD}\n{widths}\n{fixed}\n{capabilities}"


def _keys(section: type[ProfileSection] | type[WidthsSection], what: str) -> str:
    """Return the keys of a section that have a description, with their defaults."""
    rows = (
        (f"`{name}`", _value(field.default), field.description)
        for name, field in section.model_fields.items()
        if field.description
    )
    return _table(("key", "default", what), rows)


def _value(default: bool | float) -> str:
    return str(default).lower() if isinstance(default, bool) else str(default)


def _either(numbers: tuple[int, ...]) -> str:
    return ", ".join(map(str, numbers[:-1])) + f" or {numbers[-1]}"


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    first, *others = (f"| {' | '.join(cells)} |" for cells in (head, *rows))
    return "\n".join((first, "|---" * len(head) + "|", *others))
