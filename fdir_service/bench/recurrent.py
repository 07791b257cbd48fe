"""A recurrent network: its windows as the runtime runs them against one window a call."""

from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from onnx import TensorProto, helper, numpy_helper

from fdir_service.bench.rounds import Contender, DisagreementError, Pair, Row
from fdir_service.session import BATCH, WindowSession
from fdir_service.streaming.coalescing import CoalescingSession
from fdir_service.streaming.compile import compile_model
from fdir_service.streaming.verdict import Compiled
from models.card import INPUT_NAME, OUTPUT_NAME

WINDOW, CHANNELS, HIDDEN, OUTPUTS = 200, 6, 80, 2
CALLS = 8
TOLERANCE = 1e-5
REMEMBERS = 6.0
"""Bias of forget gates that stay open: 1 / (1 + e^-6) is kept from sample to sample."""


def network(forget: float = 0.0) -> bytes:
    """Return a window model: one LSTM layer, a dense layer on its last step, sigmoids; seeded weights.

    `forget` is added to the bias of the forget gates.
    """
    rng = np.random.default_rng(5)
    shapes = {
        "w": (1, 4 * HIDDEN, CHANNELS),
        "r": (1, 4 * HIDDEN, HIDDEN),
        "b": (1, 8 * HIDDEN),
        "dense": (HIDDEN, OUTPUTS),
    }
    width = HIDDEN**-0.5
    values = {name: rng.uniform(-width, width, shape).astype(np.float32) for name, shape in shapes.items()}
    # ONNX has the gates in the order input, output, forget, cell.
    values["b"][0, 2 * HIDDEN : 3 * HIDDEN] += forget
    constants = [numpy_helper.from_array(value, name) for name, value in values.items()]
    constants.append(numpy_helper.from_array(np.array([0], np.int64), "first"))
    nodes = [
        helper.make_node("Transpose", [INPUT_NAME], ["steps"], perm=[1, 0, 2]),
        helper.make_node("LSTM", ["steps", "w", "r", "b"], ["", "last"], hidden_size=HIDDEN),
        helper.make_node("Squeeze", ["last", "first"], ["state"]),
        helper.make_node("MatMul", ["state", "dense"], ["sums"]),
        helper.make_node("Sigmoid", ["sums"], [OUTPUT_NAME]),
    ]
    entry = helper.make_tensor_value_info(INPUT_NAME, TensorProto.FLOAT, ["batch", WINDOW, CHANNELS])
    result = helper.make_tensor_value_info(OUTPUT_NAME, TensorProto.FLOAT, ["batch", OUTPUTS])
    graph = helper.make_graph(nodes, "lstm", [entry], [result], constants)
    opset = [helper.make_opsetid("", 17)]
    octets: bytes = helper.make_model(graph, opset_imports=opset, ir_version=8).SerializeToString()
    return octets


def _prepare(quick: bool, *, forget: float = 0.0) -> Pair:
    windows = BATCH * (3 if quick else CALLS)
    record = np.random.default_rng(6).standard_normal((WINDOW - 1 + windows, CHANNELS)).astype(np.float32)
    octets = network(forget)
    with TemporaryDirectory() as folder:
        path = Path(folder) / "lstm.onnx"
        path.write_bytes(octets)
        batched, theirs = (WindowSession(path, WINDOW, (CHANNELS,)) for _ in range(2))
    theirs.batch = 1
    graph = compile_model(octets, WINDOW, (CHANNELS,), carried=True, rows=True)
    assert isinstance(graph, Compiled)  # noqa: S101
    ours = CoalescingSession(graph, batched)
    difference = float(np.abs(ours.slide(record) - theirs.slide(record)).max())
    if not difference <= TOLERANCE:
        raise DisagreementError(f"scores of windows that are run together differ by {difference:g}")
    if bool(ours.coalesced) is bool(forget):
        raise DisagreementError(f"{ours.coalesced} of {windows} windows came to the state of another one")
    return Contender(lambda: ours.slide(record), windows), Contender(lambda: theirs.slide(record), windows)


ROWS = (
    Row(
        "lstm_batched_vs_rerun",
        "LSTM of 80 units, window 200: windows together against one window a call; a sample",
        2.0,
        2.3,
        _prepare,
    ),
    Row(
        "lstm_that_remembers_vs_rerun",
        f"the same with open forget gates: {BATCH} windows a call, after a vain attempt, against one a call",
        1.3,
        1.6,
        partial(_prepare, forget=REMEMBERS),
    ),
)
