"""Freeze frames as CSV: one file a failure and source, the part after behind the part before."""

import csv
from pathlib import Path

from fdir_service.journal import Record

_NS = 1_000_000_000


class CsvFrames:
    """Writes frames into a folder as they come.

    Attributes
    ----------
    files : those written so far, in order.

    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.files: list[Path] = []
        folder.mkdir(parents=True, exist_ok=True)

    def put(self, frame: Record) -> None:
        """Write one part of a frame; what is not known is an empty field."""
        for source in frame["sources"]:
            path = self._folder / f"{frame['fmon']}-{frame['time_ns']}-{source['source']}.csv"
            is_new = path not in self.files
            with path.open("w" if is_new else "a", newline="", encoding="utf-8") as file:
                rows = csv.writer(file, lineterminator="\n")
                if is_new:
                    self.files.append(path)
                    rows.writerow(["time_s", "since_failure_s", *source["values"]])
                rows.writerows(table(frame, source))


def table(frame: Record, source: Record) -> list[list[float | None]]:
    """Return the rows of one source: time, time since the confirmation of the failure (s), values."""
    times = source["times_ns"]
    since = [(time - frame["time_ns"]) / _NS for time in times]
    return [
        list(row) for row in zip((t / _NS for t in times), since, *source["values"].values(), strict=True)
    ]
