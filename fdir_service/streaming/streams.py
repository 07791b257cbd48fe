"""What the streaming graph is made of: streams (1, channels, K), a column a sample, and operations."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Array = NDArray[Any]


@dataclass(frozen=True, slots=True, eq=False)
class Source:
    """The samples themselves."""

    depth: ClassVar[int] = 0


@dataclass(frozen=True, slots=True, eq=False)
class Pointwise:
    """An ONNX operator that treats every element by itself.

    Attributes
    ----------
    operands : in the operator's order: None for the next input stream, an array (channels, 1) or () for a
        constant, "" for an optional input that is left out.

    """

    op_type: str
    operands: tuple[Array | str | None, ...]
    attributes: Mapping[str, Any] = field(default_factory=dict)
    depth: ClassVar[int] = 0


@dataclass(frozen=True, slots=True, eq=False)
class Convolution:
    """weight (out, in / group, k) at a dilation; column n reads columns n - (k-1) dilation ... n."""

    weight: Array
    bias: Array | None
    dilation: int = 1
    group: int = 1

    @property
    def depth(self) -> int:
        """Columns before its own that a column reads."""
        return int((self.weight.shape[2] - 1) * self.dilation)


@dataclass(frozen=True, slots=True, eq=False)
class Pool:
    """Add, Max or Min over `taps` columns, `dilation` apart, of each channel."""

    op_type: str
    taps: int
    dilation: int

    @property
    def depth(self) -> int:
        """Columns before its own that a column reads."""
        return (self.taps - 1) * self.dilation


@dataclass(frozen=True, slots=True, eq=False)
class Taps:
    """Channel j is channel `channels[j]` of the input, `delays[j]` columns earlier."""

    channels: Ints
    delays: Ints

    @property
    def depth(self) -> int:
        """Columns before its own that a column reads."""
        return int(self.delays.max())


@dataclass(frozen=True, slots=True, eq=False)
class Join:
    """The channels of several streams, one after the other."""

    depth: ClassVar[int] = 0


@dataclass(frozen=True, slots=True, eq=False)
class AcrossChannels:
    """An operator over groups of `size` consecutive channels of one column.

    Attributes
    ----------
    reduces : whether one channel remains of each group (ReduceMax), or all do (Softmax).
    constants : further inputs, (size,) each.

    """

    op_type: str
    size: int
    reduces: bool
    constants: tuple[Array, ...] = ()
    attributes: Mapping[str, Any] = field(default_factory=dict)
    depth: ClassVar[int] = 0


@dataclass(frozen=True, slots=True, eq=False)
class Recurrence:
    """A recurrent layer that goes forward, its state carried from chunk to chunk.

    Attributes
    ----------
    weights : W (1, gates * H, C) and R (1, gates * H, H) of the ONNX operator.
    bias, peepholes : its optional constants.
    states : tensors (1, 1, H) that are carried.

    """

    op_type: str
    weights: tuple[Array, Array]
    bias: Array | None
    peepholes: Array | None
    attributes: Mapping[str, Any]
    states: int
    depth: ClassVar[int] = 0


RECOMPUTED = Pool, Taps, Join
"""Cheaper to compute again over the columns that are carried anyway than to carry their results as well."""
Operation = Source | Pointwise | Convolution | Pool | Taps | Join | AcrossChannels | Recurrence


@dataclass(frozen=True, slots=True, eq=False)
class Stream:
    """One tensor (1, channels, K) of the streaming graph.

    Attributes
    ----------
    inputs : the streams it is made of.
    reach : (channels,) samples that a value depends on, the newest included.
    dtype : of its elements.

    """

    operation: Operation
    inputs: tuple["Stream", ...]
    reach: Ints
    dtype: np.dtype[Any]

    @property
    def channels(self) -> int:
        """Number of channels."""
        return len(self.reach)


def source(channels: int) -> Stream:
    """Return the stream of the samples."""
    return Stream(Source(), (), np.ones(channels, np.int64), np.dtype(np.float32))


def in_order(last: Stream) -> list[Stream]:
    """Return `last` and all streams behind it, each after its inputs."""
    found: dict[Stream, None] = {}
    waiting = [last]
    while waiting:
        stream = waiting[-1]
        missing = [s for s in stream.inputs if s not in found]
        if missing:
            waiting += missing
        else:
            found.setdefault(waiting.pop())
    return list(found)


def carried(streams: Sequence[Stream]) -> tuple[dict[Stream, int], dict[Stream, int]]:
    """Return how many columns before the newest each stream must show, and how many it computes again."""
    shown, again = dict.fromkeys(streams, 0), dict.fromkeys(streams, 0)
    for stream in reversed(streams):
        if isinstance(stream.operation, RECOMPUTED):
            again[stream] = shown[stream]
        for below in stream.inputs:
            shown[below] = max(shown[below], stream.operation.depth + again[stream])
    return shown, again
