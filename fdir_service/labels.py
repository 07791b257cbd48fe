"""Labels of a recording, and how the events of a replay compare with them.

A label file is CSV with the header ``start,end,label``; times as in tables. A label is found when an event
of at least low severity falls between its start and its end plus a slack (the effect answers later than the
cause). Events outside all labels are false alarms.
"""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from fdir_service.tables.faults import TableError
from fdir_service.tables.times import epoch_ns, parse_time

HEADER = ["start", "end", "label"]
_NS = 1_000_000_000
_DAY_S = 86_400.0


@dataclass(frozen=True, slots=True)
class Label:
    """A labelled interval; times in ns since the mission epoch."""

    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Finding:
    """A label and the time of the first event that found it (ns), or None."""

    label: Label
    found: int | None

    @property
    def delay_s(self) -> float | None:
        """Seconds from the start of the label to the event."""
        return None if self.found is None else (self.found - self.label.start) / _NS


@dataclass(frozen=True, slots=True)
class Score:
    """Findings, false alarms and how long the recording was."""

    findings: tuple[Finding, ...]
    false_alarms: tuple[int, ...]
    duration_s: float

    @property
    def found(self) -> int:
        """How many labels were found."""
        return sum(finding.found is not None for finding in self.findings)

    @property
    def false_alarms_per_day(self) -> float:
        """False alarms in 24 hours of recording."""
        return len(self.false_alarms) * _DAY_S / self.duration_s if self.duration_s else 0.0


def read_labels(path: Path, epoch: str) -> list[Label]:
    """Read a label file.

    Raises
    ------
    TableError
        Naming file, line and reason.

    """
    try:
        with path.open(newline="", encoding="utf-8") as file:
            rows = list(csv.reader(file))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise TableError(f"{path}: cannot be read: {error}") from None
    if not rows or rows[0] != HEADER:
        raise TableError(f"{path}: line 1: the header must be {','.join(HEADER)}")
    offset = epoch_ns(epoch)
    return [_label(path, number, row, offset) for number, row in enumerate(rows[1:], 2) if row]


def _label(path: Path, number: int, row: list[str], offset: int) -> Label:
    try:
        start, end, text = row
        label = Label(parse_time(start) - offset, parse_time(end) - offset, text)
    except ValueError as error:
        raise TableError(f"{path}: line {number}: {error}") from None
    if label.end < label.start:
        raise TableError(f"{path}: line {number}: the end is before the start")
    return label


def score(events: Sequence[int], labels: Sequence[Label], slack_s: float, duration_s: float) -> Score:
    """Compare event times (ns, increasing) with labels."""
    slack = round(slack_s * _NS)
    findings = []
    explained: set[int] = set()
    for label in labels:
        inside = [time for time in events if label.start <= time <= label.end + slack]
        explained.update(inside)
        findings.append(Finding(label, inside[0] if inside else None))
    return Score(tuple(findings), tuple(t for t in events if t not in explained), duration_s)
