"""The files that a daemon keeps if it is told to: overlay, snapshot, audit log, recording."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from fdir_service import snapshot
from fdir_service.audit.log import AuditLog
from fdir_service.journal import Journal
from fdir_service.overlay import Overlay
from fdir_service.sinks import Sink
from fdir_service.sinks.files import Recording
from fdir_service.stream import Stream

if TYPE_CHECKING:
    from fdir_service.service import Options


def open_files(
    options: "Options", stream: Stream, journal: Journal, sinks: list[Sink], write_ahead: list[Sink]
) -> Callable[[], None]:
    """Restore the stream and open the files.

    Parameters
    ----------
    sinks : the recording is appended to them.
    write_ahead : what a round is written to before its requests leave is appended to them. The audit log is
        before the snapshot: an action that the snapshot knows of has left its evidence.

    Returns
    -------
    complete : writes the last snapshot. Not to be called after an error: what was decided last may not have
        left.

    """
    if options.record:
        sinks.append(Recording(options.record))
    overlay = Overlay(options.overlay, stream.mission.digest) if options.overlay else None
    if overlay:
        stream.restore(overlay.packets)
        write_ahead.append(overlay)
    if options.snapshot and options.snapshot.exists():
        snapshot.read(stream, options.snapshot)
    if options.audit:
        write_ahead.append(AuditLog(options.audit, stream, journal))
    if options.snapshot:
        write_ahead.append(snapshot.Keeper(stream, options.snapshot))

    def complete() -> None:
        if options.snapshot:
            snapshot.write(stream, options.snapshot)

    return complete
