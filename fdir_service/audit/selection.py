"""Which records of an audit log are wanted."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from fdir_service.journal import Record
from pus.st05 import Severity

SEVERITIES = tuple(severity.name.lower() for severity in Severity)
_NS = 1_000_000_000

Bound = int | datetime
"""A time: on-board time in ns, or UTC."""


@dataclass(frozen=True, slots=True)
class Selection:
    """What is wanted; where nothing is named, everything is.

    Attributes
    ----------
    severity : events of this severity or a higher one.
    units, levels, fmons, pmons, events : names or numbers.
    begin, end : records from one time up to another, both included.

    """

    kinds: frozenset[str] = frozenset()
    severity: str = ""
    units: frozenset[str] = frozenset()
    levels: frozenset[str] = frozenset()
    fmons: frozenset[str] = frozenset()
    pmons: frozenset[str] = frozenset()
    events: frozenset[str] = frozenset()
    begin: Bound | None = None
    end: Bound | None = None

    @property
    def is_all(self) -> bool:
        """Whether nothing is left out."""
        return self == Selection()

    def __call__(self, record: Record) -> bool:
        """Whether a record is wanted. Headers are, if they are asked for or nothing else is."""
        if record["kind"] == "header" and "header" not in self.kinds:
            return self.is_all
        return (
            (not self.kinds or record["kind"] in self.kinds)
            and (not self.severity or _is_as_severe(record, self.severity))
            and all(not wanted or wanted & names(record) for wanted, names in self._names())
            and self._is_in_time(record)
        )

    def _names(self) -> list[tuple[frozenset[str], Callable[[Record], set[str]]]]:
        return [
            (self.units, lambda r: _texts([r.get("unit")])),
            (self.levels, lambda r: _texts([r["level"], r["name"]]) if r["kind"] == "recovery" else set()),
            (self.fmons, _fmons),
            (self.pmons, lambda r: _texts([r["pmon"], r["name"]]) if r["kind"] == "transition" else set()),
            (self.events, lambda r: _texts([r["event"], r["name"]]) if "event" in r else set()),
        ]

    def _is_in_time(self, record: Record) -> bool:
        is_early = self.begin is not None and _is_before(record, self.begin)
        return not is_early and (self.end is None or not _is_after(record, self.end))


def _texts(values: Iterable[object]) -> set[str]:
    return {str(value) for value in values if value not in (None, "")}


def _fmons(record: Record) -> set[str]:
    if record["kind"] in ("fmon", "frame"):
        return _texts([record["fmon"], record["name"]])
    return _texts([*record.get("fmons", ()), *record.get("causes", ())])


def _is_as_severe(record: Record, least: str) -> bool:
    severity = record.get("severity")
    return severity in SEVERITIES and SEVERITIES.index(severity) >= SEVERITIES.index(least)


def _is_before(record: Record, bound: Bound) -> bool:
    return record["time_ns"] < bound if isinstance(bound, int) else _utc(record["utc"]) < bound


def _is_after(record: Record, bound: Bound) -> bool:
    return record["time_ns"] > bound if isinstance(bound, int) else _utc(record["utc"]) > bound


def _utc(text: str) -> datetime:
    time = datetime.fromisoformat(text)
    return time if time.tzinfo else time.replace(tzinfo=UTC)


def read_bound(text: str) -> Bound:
    """Read a time: seconds of on-board time, or ISO 8601; without a zone it is UTC.

    Raises
    ------
    ValueError
        If it is neither.

    """
    try:
        return round(float(text) * _NS)
    except (ValueError, OverflowError):
        return _utc(text)
