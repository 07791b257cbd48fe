"""What compiling and checking a model found: plain values that can be kept in a file."""

from dataclasses import field, replace

from fdir_service.streaming.table import Table
from pus.records import frozen

Shape = tuple[int, int, str]
"""Channels, columns and type of one carried state."""


@frozen
class Refusal:
    """What keeps a model, or one path of it, from being used: the node, its operator, the reason."""

    node: str
    op_type: str
    reason: str

    def __str__(self) -> str:
        """Return one line for people."""
        return f"{self.node} {self.op_type}: {self.reason}" if self.op_type else f"{self.node}: {self.reason}"


@frozen
class Compiled:
    """A streaming graph.

    Attributes
    ----------
    graph : serialised ONNX model: chunk (K, channels) and states -> scores (K, outputs) and states; as
        onnxruntime has optimised it.
    states : (channels, columns, type) of each carried state, all zero at first.
    field : samples that a score depends on; the first `field` - 1 scores after a fresh start mean nothing.
    pays_from : scores in one call from which it costs less than as many windows.
    step : the same as a table for single samples, or why there is none.
    optimised : whether onnxruntime has done to the graph what it would do when it opens it.

    """

    graph: bytes
    states: tuple[Shape, ...]
    field: int
    pays_from: int
    step: Table | str = "not lowered"
    optimised: bool = False


@frozen
class Verdict:
    """How a model may be run.

    Attributes
    ----------
    compiled : the streaming graph, unless it is refused.
    coalescing : the graph that runs windows together until they are the same, see `coalescing`.
    batched : whether several windows may share a call.
    refusals : why a path is refused.
    differences : largest difference to single windows of each path that was checked, relative to the score
        where that is above 1.
    interpreter : what ran the compiled step when it was checked, or empty.

    """

    compiled: Compiled | None
    batched: bool
    refusals: tuple[Refusal, ...] = ()
    differences: dict[str, float] = field(default_factory=dict)
    interpreter: str = ""
    coalescing: Compiled | None = None

    @property
    def path(self) -> str:
        """The path that chunks take."""
        if self.compiled:
            return "streaming"
        if self.coalescing:
            return "coalescing"
        return "batched" if self.batched else "window"

    def with_refusals(self, others: tuple[Refusal, ...]) -> "Verdict":
        """Return the verdict with other refusals before its own."""
        return replace(self, refusals=others + self.refusals)
