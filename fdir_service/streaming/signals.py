"""A tensor of the window model, seen from the stream: which channel, and how many samples ago.

Every element of a tensor is a channel of some stream, delayed by some samples against the newest one of the
window. Strides, crops, transpositions and reshapes are nothing but other channels and delays, so whatever
moves elements about is the same indexing of two integer arrays; the batch is one window.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from fdir_service.streaming.streams import Array, Ints, Join, Stream, Taps

MOST_DELAYS = 16
"""Runs of different delays in one stream: more of them are no repetition from window to window."""
MOST_PATTERNS = 4096


class InexpressibleError(ValueError):
    """What an operator does has no form as a stream; the text says why."""


@dataclass(frozen=True, slots=True, eq=False)
class Signal:
    """A tensor of the window model.

    Attributes
    ----------
    stream : where the elements come from.
    channel, delay : arrays of the tensor's shape (the batch is 1).

    """

    stream: Stream
    channel: Ints
    delay: Ints

    @property
    def shape(self) -> tuple[int, ...]:
        """Shape of the tensor."""
        return self.channel.shape

    def moved(self, move: Callable[[Array], Array]) -> "Signal":
        """Return the tensor that an indexing operation makes of this one."""
        return Signal(self.stream, move(self.channel), move(self.delay))


Value = Signal | Array


def window(stream: Stream, length: int, shape: tuple[int, ...]) -> Signal:
    """Return the model's input (1, W, *shape)."""
    channel = np.broadcast_to(np.arange(stream.channels), (length, stream.channels))
    delay = np.broadcast_to(np.arange(length)[::-1, None], channel.shape)
    full = (1, length, *shape)
    return Signal(stream, channel.reshape(full), delay.reshape(full))


def tap(stream: Stream, channels: Ints, delays: Ints) -> Stream:
    """Return the stream whose channel j is channel `channels[j]` of `stream`, `delays[j]` samples earlier."""
    if np.array_equal(channels, np.arange(stream.channels)) and not delays.any():
        return stream
    if isinstance(inner := stream.operation, Taps):
        return tap(stream.inputs[0], inner.channels[channels], inner.delays[channels] + delays)
    runs = 1 + np.count_nonzero(np.diff(delays))
    if runs > MOST_DELAYS:
        raise InexpressibleError(f"combines {runs} distances in time: does not repeat from window to window")
    return Stream(Taps(channels, delays), (stream,), stream.reach[channels] + delays, stream.dtype)


def join(signals: list[Signal]) -> list[Signal]:
    """Return the signals on one stream that has the channels of all of theirs."""
    streams = list(dict.fromkeys(signal.stream for signal in signals))
    if len(streams) == 1:
        return signals
    if len({stream.dtype for stream in streams}) > 1:
        raise InexpressibleError("joins tensors of different types")
    starts = dict(zip(streams, np.cumsum([0, *(s.channels for s in streams)]).tolist(), strict=False))
    reach = np.concatenate([stream.reach for stream in streams])
    joined = Stream(Join(), tuple(streams), reach, streams[0].dtype)
    return [Signal(joined, s.channel + starts[s.stream], s.delay) for s in signals]


def lines(signal: Signal) -> tuple[Stream, Ints, int]:
    """Return a signal (..., L) as one stream: its channels are the rows, its last axis is time.

    Returns
    -------
    stream : as many channels as the tensor has rows.
    delay : (L,) of the elements of every row.
    step : samples between two elements.

    Raises
    ------
    InexpressibleError
        If the last axis is no evenly spaced time, the same for all rows.

    """
    channel = signal.channel.reshape(-1, signal.shape[-1])
    delay = signal.delay.reshape(channel.shape)
    if (channel != channel[:, :1]).any():
        raise InexpressibleError("slides over channels, not over time")
    relative = delay - delay[:, :1]
    if (relative != relative[0]).any():
        raise InexpressibleError("its rows are spaced differently in time")
    steps = -np.diff(delay[0])
    if steps.size and (steps[0] <= 0 or (steps != steps[0]).any()):
        raise InexpressibleError("its steps are not evenly spaced in time")
    newest = delay[:, 0].min()
    stream = tap(signal.stream, channel[:, 0], delay[:, 0] - newest)
    return stream, newest + relative[0], int(steps[0]) if steps.size else 1


def patterns(channel: Ints, delay: Ints, *further: Ints) -> tuple[Ints, Ints, Ints, Ints]:
    """Find elements that are made of the same channels at the same distances in time.

    Parameters
    ----------
    channel, delay : (E, n) what each of E elements is made of.
    further : (E, m) whatever else must be equal.

    Returns
    -------
    which : (E,) pattern of each element.
    base : (E,) smallest delay of each element.
    channels, delays : (Q, n) of each pattern, delays behind the base.

    """
    base = delay.min(axis=1)
    key = np.concatenate([channel, delay - base[:, None], *further], axis=1)
    table, which = np.unique(key, axis=0, return_inverse=True)
    if len(table) > MOST_PATTERNS:
        raise InexpressibleError(
            f"has {len(table)} different elements: does not repeat from window to window"
        )
    n = channel.shape[1]
    return which.reshape(-1), base, table[:, :n], table[:, n : 2 * n]
