"""Samples and the other messages of the wire; a recording is the same messages in a file.

Every message is one msgpack array ``[VERSION, kind, ...]``. Numbers travel as raw little-endian bytes, so a
message of 256 samples costs hardly more than one of a single sample.
"""

import math
from dataclasses import dataclass
from typing import Any, Final

import msgpack
import numpy as np
from numpy.typing import NDArray

from pus.records import frozen

VERSION: Final = 1
MAX_SAMPLES: Final = 1 << 16
MAX_OCTETS: Final = 1 << 26
DTYPES: Final = ("<f8", "<f4", "<i4", "<u4", "<i2", "<u2", "|i1", "|u1", "|b1")

_SAMPLES, _HEARTBEAT, _TICK, _COMMAND, _REPLY = range(5)
MAX_INT: Final = 1 << 62
MAX_TIME: Final = (1 << 32) * 1_000_000_000
"""ns that CUC 4+2 can carry: a later time could not stand in any packet."""
_MAX_DIMENSIONS: Final = 8
_DTYPES: Final = {name: np.dtype(name) for name in DTYPES}


class WireError(ValueError):
    """A message that cannot be decoded; ``reason`` is one of a few words fit for a counter's label."""

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(f"{reason}: {detail}")
        self.reason = reason
        self.detail = detail


@dataclass(frozen=True, slots=True, eq=False)
class Samples:
    """A chunk of consecutive samples of one source.

    Attributes
    ----------
    source : topic of the stream.
    session : the publisher's session; a new one starts a new account.
    sequence : sequence number of the first sample.
    times : (n,) int64, on-board time of each sample in ns since the mission epoch.
    values : (n, *shape), engineering units.
    period : ns between samples, or 0 when the times are explicit.

    """

    source: str
    session: int
    sequence: int
    times: NDArray[np.int64]
    values: NDArray[Any]
    period: int = 0

    def __len__(self) -> int:
        return len(self.times)

    def __getitem__(self, part: slice) -> "Samples":
        """Return a contiguous part (step 1) as a view."""
        start, stop, _ = part.indices(len(self))
        return Samples(
            self.source,
            self.session,
            self.sequence + start,
            self.times[start:stop],
            self.values[start:stop],
            self.period,
        )

    @staticmethod
    def regular(
        source: str, session: int, sequence: int, time: int, period: int, values: NDArray[Any]
    ) -> "Samples":
        """Build samples that start at `time` and are `period` ns apart."""
        times = time + period * np.arange(len(values), dtype=np.int64)
        return Samples(source, session, sequence, times, values, period)


@frozen
class Heartbeat:
    """What the publisher would send next; losses at the tail show by it."""

    source: str
    session: int
    sequence: int
    time: int


@frozen
class Tick:
    """On-board time has reached `time` (ns) although no sample says so."""

    time: int


@frozen
class Command:
    """A TC packet that reached the application process from the ground at `time` (ns)."""

    time: int
    packet: bytes


@frozen
class Reply:
    """A TM packet that reached the application process from a unit at `time` (ns)."""

    time: int
    packet: bytes


Message = Samples | Heartbeat | Tick | Command | Reply


def encode(message: Message) -> bytes:
    """Encode one message."""
    packed: bytes = msgpack.packb([VERSION, *_fields(message)])
    return packed


def _fields(message: Message) -> list[Any]:
    match message:
        case Samples():
            return _samples_fields(message)
        case Heartbeat():
            return [_HEARTBEAT, message.source, message.session, message.sequence, message.time]
        case Tick():
            return [_TICK, message.time]
        case Command():
            return [_COMMAND, message.time, message.packet]
        case Reply():
            return [_REPLY, message.time, message.packet]


def _samples_fields(samples: Samples) -> list[Any]:
    values = np.ascontiguousarray(samples.values)
    times = b"" if samples.period else np.ascontiguousarray(samples.times, "<i8").tobytes()
    first = int(samples.times[0]) if len(samples) else 0
    head = [_SAMPLES, samples.source, samples.session, samples.sequence, first, samples.period, times]
    little = values.astype(values.dtype.newbyteorder("<"), copy=False)
    return [*head, list(values.shape), little.dtype.str, little.tobytes()]


def decode(octets: bytes) -> Message:
    """Decode one message.

    Raises
    ------
    WireError
        For anything but exactly one well-formed message; never another exception.

    """
    try:
        fields = msgpack.unpackb(octets)
    except (ValueError, RecursionError, msgpack.UnpackException) as error:
        raise WireError("malformed", f"not msgpack ({error})") from None
    return from_fields(fields)


def from_fields(fields: object) -> Message:
    """Build a message from the unpacked msgpack array (see `decode`)."""
    # A class pattern with its value in brackets would look for `__match_args__` in vain, which is dear.
    match fields:
        case [int() as version, *_] if version != VERSION:
            raise WireError("version", f"message version {version}, this program reads {VERSION}")
        case [_, 0, *rest]:
            return _decode_samples(rest)
        case [_, 1, str() as source, int() as session, int() as sequence, int() as time]:
            _check_integers(session, sequence)
            _check_time(time)
            return Heartbeat(source, session, sequence, time)
        case [_, 2, int() as time]:
            _check_time(time)
            return Tick(time)
        case [_, 3, int() as time, bytes() as packet]:
            _check_time(time)
            return Command(time, packet)
        case [_, 4, int() as time, bytes() as packet]:
            _check_time(time)
            return Reply(time, packet)
    raise WireError("malformed", "unknown kind or fields of a message")


def _check_integers(*numbers: int) -> None:
    for number in numbers:
        if not 0 <= number < MAX_INT:
            raise WireError("range", f"{number} is outside 0 .. 2^62")


def _check_time(time: int) -> None:
    if not 0 <= time < MAX_TIME:
        raise WireError("range", f"{time} ns is outside on-board time (0 .. 2^32 s)")


def _decode_samples(fields: list[Any]) -> Samples:
    match fields:
        case [
            str() as source,
            int() as session,
            int() as sequence,
            int() as time,
            int() as period,
            bytes() as times,
            list() as shape,
            str() as dtype,
            bytes() as data,
        ]:
            _check_integers(session, sequence, period)
            _check_time(time)
            values = _decode_values(shape, dtype, data)
            stamps = _decode_times(time, period, times, len(values))
            return Samples(source, session, sequence, stamps, values, period)
    raise WireError("malformed", "fields of a samples message")


def _decode_values(shape: list[Any], name: str, data: bytes) -> NDArray[Any]:
    dtype = _DTYPES.get(name)
    if dtype is None:
        raise WireError("dtype", f"{name!r} is none of {', '.join(DTYPES)}")
    if not _is_shape(shape):
        raise WireError("shape", f"{shape} is no shape of one or more samples")
    if shape[0] > MAX_SAMPLES:
        raise WireError("size", f"{shape[0]} samples in a message, at most {MAX_SAMPLES}")
    expected = math.prod(shape) * dtype.itemsize
    if expected != len(data):
        raise WireError("shape", f"shape {shape} of {name} needs {expected} octets, got {len(data)}")
    return np.frombuffer(data, dtype).reshape(shape)


def _is_shape(shape: list[Any]) -> bool:
    for n in shape:
        if not (n.__class__ is int and 0 < n < MAX_OCTETS):
            return False
    return 0 < len(shape) <= _MAX_DIMENSIONS


def _decode_times(time: int, period: int, times: bytes, n: int) -> NDArray[np.int64]:
    if period:
        if times:
            raise WireError("time", "both a period and explicit times")
        if n == 1:
            return np.array([time], np.int64)
        _check_time(time + period * (n - 1))
        return time + period * np.arange(n, dtype=np.int64)
    if len(times) != 8 * n:
        raise WireError("time", f"{n} samples need {8 * n} octets of explicit times, got {len(times)}")
    stamps = np.frombuffer(times, "<i8").astype(np.int64)
    if stamps[0] != time or stamps[0] < 0 or stamps[-1] >= MAX_TIME or (stamps[1:] <= stamps[:-1]).any():
        raise WireError("time", "explicit times must start at the message's time and increase")
    return stamps
