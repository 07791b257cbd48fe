"""Decoding many messages at once: single samples that follow one another become one chunk.

A message costs ten times as much as the octets in it. One that goes on just as its predecessor did, with
the next sequence number and a later time, is compared with it instead of being checked in full.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import msgpack
import numpy as np

from pus.samples import MAX_SAMPLES, MAX_TIME, Heartbeat, Samples, WireError, decode, from_fields

Decoded = Samples | Heartbeat | WireError


def decode_source(octets: Sequence[bytes], source: str) -> Iterable[Decoded]:
    """Decode the messages of a source in order; what cannot be decoded comes as its error.

    They are the messages that `pus.samples.decode` gives one by one, but for runs of single samples of one
    session, without a break in sequence or time: each of those is one message.
    """
    if len(octets) == 1:
        return (_decode(octets[0], None, source),)
    return _decode_runs(octets, source)


def _decode_runs(octets: Iterable[bytes], source: str) -> Iterator[Decoded]:
    run: _Run | None = None
    for raw in octets:
        try:
            fields = msgpack.unpackb(raw)
        except (ValueError, RecursionError, msgpack.UnpackException):
            fields = None
        if run is not None and run.takes(fields):
            continue
        if run is not None:
            yield run.samples()
            run = None
        message = _decode(raw, fields, source)
        if isinstance(message, Samples) and len(message) == 1:
            run = _Run(message, fields)
        else:
            yield message
    if run is not None:
        yield run.samples()


def _decode(raw: bytes, fields: Any, source: str) -> Decoded:
    try:
        message = decode(raw) if fields is None else from_fields(fields)
    except WireError as error:
        return error
    if not isinstance(message, Samples | Heartbeat):
        return WireError("kind", f"{type(message).__name__} among samples")
    if message.source != source:
        return WireError("topic", f"a message from {message.source!r} under the topic {source!r}")
    return message


class _Run:
    """Single samples that follow one another."""

    __slots__ = ("_data", "_first", "_head", "_last", "_next", "_tail", "_times")

    def __init__(self, first: Samples, fields: list[Any]) -> None:
        self._first = first
        self._head, self._tail = fields[:4], fields[8:10]
        self._next = first.sequence + 1
        self._last = int(first.times[0])
        self._times = [self._last]
        self._data = [fields[10]]

    def takes(self, fields: Any) -> bool:
        """Whether a message goes on where the run ends; then it is part of it."""
        try:
            sequence, time, period, stamp, data = fields[4], fields[5], fields[6], fields[7], fields[10]
            goes_on = (
                sequence == self._next
                and time.__class__ is int
                and self._last < time < MAX_TIME
                and (not stamp if period else stamp == time.to_bytes(8, "little"))
                and period == self._first.period
                and data.__class__ is bytes
                and len(data) == len(self._data[0])
                and fields[:4] == self._head
                and fields[8:10] == self._tail
                and len(fields) == 11
                and self._next - self._first.sequence < MAX_SAMPLES
            )
        except (TypeError, IndexError, KeyError):
            return False
        if goes_on:
            self._next += 1
            self._last = time
            self._times.append(time)
            self._data.append(data)
        return goes_on

    def samples(self) -> Samples:
        """Return the samples; they have a period if their times keep to it."""
        first, n = self._first, len(self._times)
        if n == 1:
            return first
        times = np.array(self._times, np.int64)
        values = np.frombuffer(b"".join(self._data), first.values.dtype).reshape(n, *first.values.shape[1:])
        period = first.period if (np.diff(times) == first.period).all() else 0
        return Samples(first.source, first.session, first.sequence, times, values, period)
