"""Recurrent layers of models that were trained for it: the state goes on from sample to sample.

In a window every sequence starts from zeros, so this is another model than the one that was exported, close
to it only where the cells forget within a window. The card has to declare it, and the self-check at load
compares it with the re-run of every window. From a fresh start the first W samples are exactly a window.
"""

from collections.abc import Mapping
from types import MappingProxyType

import numpy as np

from fdir_service.streaming.call import Call, Rule
from fdir_service.streaming.signals import InexpressibleError, Signal, Value, lines
from fdir_service.streaming.streams import Recurrence, Stream

_STATES: Mapping[str, int] = MappingProxyType({"LSTM": 2, "GRU": 1, "RNN": 1})
"""Tensors that go on: the hidden state, and the cells of an LSTM."""
_LENGTHS, _HIDDEN, _CELLS, _PEEPHOLES = 4, 5, 6, 7
"""Places of the optional inputs after X, W, R and B."""


def _recurrence(call: Call) -> list[Value]:
    """Return the outputs Y (T, 1, 1, H) and Y_h (1, 1, H) of a layer over X (T, 1, C)."""
    kind = call.node.op_type
    _check(call)
    below, delay, step = lines(call.signal.moved(lambda a: np.moveaxis(a, 0, -1)))
    steps = len(delay)
    if step != 1 or not {*below.reach.tolist()} <= {1, steps}:
        raise InexpressibleError("its steps are not single samples: they overlap or leave some out")
    weights = call.constant(1), call.constant(2)
    hidden = weights[1].shape[2]
    operation = Recurrence(
        kind, weights, call.optional(3), call.optional(_PEEPHOLES), call.node.attributes, _STATES[kind]
    )
    stream = Stream(operation, (below,), np.full(hidden, steps), below.dtype)
    shape = (steps, 1, 1, hidden)
    channel = np.broadcast_to(np.arange(hidden), shape)
    everywhere = Signal(stream, channel, np.broadcast_to(delay[:, None, None, None], shape))
    return [everywhere, everywhere.moved(lambda a: a[-1])]


def _check(call: Call) -> None:
    """Refuse what would start or run otherwise than from zeros, forward, over all steps."""
    if call.attribute("direction", "forward") != "forward":
        raise InexpressibleError("reads the window backwards")
    if call.attribute("layout", 0):
        raise InexpressibleError("has the batch first (layout 1)")
    if call.optional(_LENGTHS) is not None:
        raise InexpressibleError("has sequence lengths of its own")
    if any(np.any(state) for k in (_HIDDEN, _CELLS) if (state := call.optional(k)) is not None):
        raise InexpressibleError("does not start from zeros")


RULES: Mapping[str, Rule] = MappingProxyType(dict.fromkeys(_STATES, _recurrence))
