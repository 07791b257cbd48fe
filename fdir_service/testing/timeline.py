"""The timeline of a chain test as a table: time, kind, what."""

from collections.abc import Iterable

from fdir_service.testing.records import Record

_HEAD = ("time", "kind", "what")


def table(records: Iterable[Record]) -> str:
    """Return the records as lines in columns; what is routine is left out."""
    rows = [(f"{r.time_s:.3f} s", r.kind, r.what) for r in records if not r.is_routine]
    times = max(len(row[0]) for row in (_HEAD, *rows))
    kinds = max(len(row[1]) for row in (_HEAD, *rows))
    return "\n".join(f"  {time:>{times}}  {kind:<{kinds}}  {what}" for time, kind, what in (_HEAD, *rows))
