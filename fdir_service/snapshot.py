"""Snapshots: all state of a stream as plain data, written whole or not at all.

A snapshot belongs to one mission (file and models): it is refused by any other. Restored at any point, it
gives the same remainder.
"""

import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import msgpack

from fdir_service.detector import Detector
from fdir_service.image_detector import ImageDetector
from fdir_service.ladder import state as recovery
from fdir_service.ladder.definitions import Mode
from fdir_service.ladder.state import LevelState, Override, Phase
from fdir_service.pool import Pool
from fdir_service.stream import Output, Stream, Telecommand, Verification
from pus import st03, st05
from pus.packets import Tc
from pus.plain import PlainCodec, PlainError
from pus.procedure import Run, Step
from pus.samples import Message
from pus.st12 import definitions as st12
from pus.st12.checks import CheckState
from pus.st12.monitoring import FmonState, Transition
from pus.st19 import EventAction

FORMAT = 1
EVERY = 5_000_000_000
"""Longest on-board time between snapshots of the daemon, ns."""
CODEC = PlainCodec(
    (
        *(st12.Pmon, st12.Fmon, st12.ExpectedValue, st12.Limit, st12.Delta, st12.Validity),
        *(st12.PmonChecking, st12.FmonChecking, CheckState, FmonState, Transition),
        *(st03.Structure, st03.ParameterSet, st03.Collection),
        *(st05.Observables, st05.Throttle, st05.Severity),
        *(EventAction, Step, Run, Tc),
        *(LevelState, Override, Phase, Mode),
    )
)


_UNIQUE = recovery.Step | Verification | Telecommand


class SnapshotError(ValueError):
    """A file that is no snapshot of this mission; the text names file and reason."""


def take(stream: Stream) -> dict[str, list[Any]]:
    """Return the state of a stream by part."""
    return {
        part: [CODEC.pack(getattr(owner, name)) for name in names] for part, owner, names in _parts(stream)
    }


def restore(stream: Stream, state: dict[str, list[Any]]) -> None:
    """Give a fresh stream of the same mission the state of a snapshot.

    Raises
    ------
    PlainError
        If the snapshot is not one of such a stream.

    """
    monitoring = stream.chain.monitoring
    for part, owner, names in list(_parts(stream)):
        if len(state.get(part, ())) != len(names):
            raise PlainError(f"part {part} is missing or has other fields")
        for name, plain in zip(names, state[part], strict=True):
            _assign(owner, name, CODEC.unpack(plain))
        if part == "definitions":
            monitoring.replace_pmons(dict(monitoring.pmons))


def _assign(owner: Any, name: str, value: Any) -> None:
    """Set an attribute; dictionaries and sets that others hold as well are filled in place."""
    present = getattr(owner, name)
    if isinstance(present, dict | set):
        present.clear()
        present.update(value)
    else:
        setattr(owner, name, value)


def _parts(stream: Stream) -> Iterator[tuple[str, Any, tuple[str, ...]]]:
    """Yield (part, owner, names of the attributes that are state); definitions come before results."""
    yield "stream", stream, ("time", "first_time", "refused", "heard", "silent", "unanswered")
    services, monitoring = stream.chain.services, stream.chain.monitoring
    yield "definitions", monitoring, ("pmons", "fmons")
    results = (
        "states",
        "fmon_states",
        "pmon_function",
        "fmon_function",
        "transitions",
        "latest",
        "max_delay",
    )
    yield "results", monitoring, results
    yield "chain", stream.chain, ("last",)
    yield "process", services.process, ("sequence", "pending")
    yield "settings", services, ("settings",)
    for name, part in (("hk", services.st03.housekeeping), ("diagnostic", services.st03.diagnostic)):
        yield name, part, ("structures", "collections")
    yield "st05", services.st05, ("disabled", "throttles", "observables")
    yield "st17", services.st17, ("waiting",)
    yield "st18", services.st18, ("procedures", "runs", "levels", "engine", "watched")
    yield "st19", services.st19, ("function", "definitions", "enabled")
    yield "st21", services.st21, ("sequences", "runs")
    yield "ladder", stream.recovery.ladder, ("states", "failed", "count")
    yield "modes", stream.recovery.ladder.modes, ("overrides", "nag")
    for name, account in stream.accounts.items():
        yield f"account {name}", account, account.STATE
    for name, pool in stream.pools.items():
        yield from _pool_parts(name, pool)


def _pool_parts(name: str, pool: Pool) -> Iterator[tuple[str, Any, tuple[str, ...]]]:
    yield f"pool {name}", pool, ("invalid_values",)
    for k, derived in enumerate(pool.derived):
        yield f"derived {name} {k}", derived.formula, derived.formula.STATE
    for k, segments in enumerate(pool.segments):
        yield f"segments {name} {k}", segments.segmenter, segments.segmenter.STATE
    for k, selection in enumerate(pool.selections):
        yield f"selection {name} {k}", selection, ("last",)
    for k, detector in enumerate(pool.detectors):
        yield from _detector_parts(f"{name} {k}", detector)


def _detector_parts(
    key: str, detector: Detector | ImageDetector
) -> Iterator[tuple[str, Any, tuple[str, ...]]]:
    if isinstance(detector, Detector):
        yield f"detector {key}", detector, ("windows", "clean", "last_time", "carried")
        yield f"history {key}", detector.history, ("ring", "next")
    else:
        yield f"detector {key}", detector, ("windows",)
    for k, index in enumerate(detector.indices):
        yield f"index {key} {k}", index, ("state",)


def write(stream: Stream, path: Path) -> None:
    """Write a snapshot: whole, or the one before stays."""
    content = {"format": FORMAT, "mission": stream.mission.digest, "state": take(stream)}
    new = path.with_name(path.name + ".new")
    with new.open("wb") as file:
        file.write(msgpack.packb(content))
        file.flush()
        os.fsync(file.fileno())
    new.replace(path)


def read(stream: Stream, path: Path) -> None:
    """Restore a fresh stream from a file.

    Raises
    ------
    SnapshotError
        If the file cannot be read, or is a snapshot of another mission.

    """
    try:
        content = msgpack.unpackb(path.read_bytes(), strict_map_key=False)
        if content["format"] != FORMAT:
            raise SnapshotError(f"{path}: snapshot format {content['format']}, this program reads {FORMAT}")
        if content["mission"] != stream.mission.digest:
            raise SnapshotError(f"{path}: is a snapshot of another mission file or model")
        restore(stream, content["state"])
    except OSError as error:
        raise SnapshotError(f"{path}: cannot be read: {error.strerror}") from None
    except (ValueError, KeyError, TypeError, msgpack.UnpackException) as error:
        if isinstance(error, SnapshotError):
            raise
        raise SnapshotError(f"{path}: is no snapshot: {error}") from None


class Keeper:
    """A sink that writes a snapshot as on-board time goes on, and when more than samples came.

    That is a step of recovery, a request of the ground, a unit's answer: none of them comes again. It belongs
    before requests and reports leave: a restart then knows of every request that may have left, and the
    ground is told of nothing that a restart undoes. Of a round that did not come so far nothing is kept.
    """

    def __init__(self, stream: Stream, path: Path) -> None:
        self._stream = stream
        self._path = path
        self._written = stream.time

    def put(self, messages: Sequence[Message], output: Output) -> None:  # noqa: ARG002
        """See `fdir_service.sinks.Sink`."""
        is_due = self._stream.time - self._written >= EVERY
        if is_due or any(isinstance(entry, _UNIQUE) for entry in output.timeline):
            self._written = self._stream.time
            write(self._stream, self._path)

    def close(self) -> None:
        """See `fdir_service.sinks.Sink`; a run that ends as it should writes its last snapshot itself."""
