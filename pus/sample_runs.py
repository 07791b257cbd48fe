"""Decoding many messages at once: single samples that follow one another become one chunk.

A message costs ten times as much as the octets in it. One that goes on just as its predecessor did, with
the next sequence number and a later time, is compared with it instead of being checked in full.
"""

from collections.abc import Sequence
from typing import Any

import msgpack
import numpy as np

from pus.samples import MAX_INT, MAX_SAMPLES, MAX_TIME, Heartbeat, Samples, WireError, decode, from_fields

Decoded = Samples | Heartbeat | WireError


class SourceDecoder:
    """Decodes the messages of a source in order, a few at a time."""

    def __init__(self, source: str) -> None:
        self._source = source
        self._run: _Run | None = None

    def decode(self, octets: Sequence[bytes]) -> list[Decoded]:
        """Return the messages; what cannot be decoded comes as its error.

        They are the messages that `pus.samples.decode` gives one by one, but for runs of single samples of
        one session, without a break in sequence or time: each of those is one message.
        """
        found: list[Decoded] = []
        run = self._run
        for raw in octets:
            try:
                fields = msgpack.unpackb(raw)
            except (ValueError, RecursionError, msgpack.UnpackException):
                fields = None
            if run is not None and run.takes(fields):
                continue
            if run is not None:
                run.give(found)
            message = _decode(raw, fields, self._source)
            if isinstance(message, Samples) and len(message) == 1:
                run = _Run(message, fields)
            else:
                run = None
                found.append(message)
        if run is not None:
            run.give(found)
        self._run = run
        return found


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
    """Single samples that follow one another: it begins with one, and goes on when it has given some."""

    __slots__ = ("_data", "_first", "_head", "_kinds", "_last", "_next", "_size", "_tail", "_times")

    def __init__(self, first: Samples, fields: list[Any]) -> None:
        self._first = first
        self._head, self._tail, self._size = fields[:4], fields[8:10], len(fields[10])
        self._kinds = _kinds(fields)
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
                and stamp == (b"" if period else time.to_bytes(8, "little"))
                and period == self._first.period
                and data.__class__ is bytes
                and len(data) == self._size
                and fields[:4] == self._head
                and fields[8:10] == self._tail
                and len(fields) == 11
                and _kinds(fields) == self._kinds
                and sequence < MAX_INT
                and len(self._times) < MAX_SAMPLES
            )
        except (TypeError, IndexError, KeyError):
            return False
        if goes_on:
            self._next += 1
            self._last = time
            self._times.append(time)
            self._data.append(data)
        return goes_on

    def give(self, found: list[Decoded]) -> None:
        """Add the samples taken, if any, to what was found; they have a period if their times keep to it."""
        n = len(self._times)
        if not n:
            return
        first, times = self._first, np.array(self._times, np.int64)
        values = np.frombuffer(b"".join(self._data), first.values.dtype).reshape(n, *first.values.shape[1:])
        period = first.period if n == 1 or (np.diff(times) == first.period).all() else 0
        found.append(Samples(first.source, first.session, self._next - n, times, values, period))
        self._times, self._data = [], []


def _kinds(fields: list[Any]) -> list[type]:
    """Return the types of all fields and of the numbers in the shape: equal numbers may be of several."""
    return [*map(type, fields), *map(type, fields[8])]
