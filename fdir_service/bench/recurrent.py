"""A recurrent network: windows in batches against one window a call."""

from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from onnx import TensorProto, helper, numpy_helper

from fdir_service.bench.rounds import Contender, DisagreementError, Pair, Row
from fdir_service.session import BATCH, WindowSession
from models.card import INPUT_NAME, OUTPUT_NAME

WINDOW, CHANNELS, HIDDEN, OUTPUTS = 200, 6, 80, 2
CALLS = 8
TOLERANCE = 1e-5


def network() -> bytes:
    """Return a window model: one LSTM layer, a dense layer on its last step, sigmoids; seeded weights."""
    rng = np.random.default_rng(5)
    shapes = {
        "w": (1, 4 * HIDDEN, CHANNELS),
        "r": (1, 4 * HIDDEN, HIDDEN),
        "b": (1, 8 * HIDDEN),
        "dense": (HIDDEN, OUTPUTS),
    }
    width = HIDDEN**-0.5
    constants = [
        numpy_helper.from_array(rng.uniform(-width, width, shape).astype(np.float32), name)
        for name, shape in shapes.items()
    ]
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


def _prepare(quick: bool) -> Pair:
    windows = BATCH * (1 if quick else CALLS)
    record = np.random.default_rng(6).standard_normal((WINDOW - 1 + windows, CHANNELS)).astype(np.float32)
    with TemporaryDirectory() as folder:
        path = Path(folder) / "lstm.onnx"
        path.write_bytes(network())
        ours, theirs = (WindowSession(path, WINDOW, (CHANNELS,)) for _ in range(2))
    theirs.batch = 1
    difference = float(np.abs(ours.slide(record) - theirs.slide(record)).max())
    if not difference <= TOLERANCE:
        raise DisagreementError(f"scores of windows in batches differ by {difference:g}")
    return Contender(lambda: ours.slide(record), windows), Contender(lambda: theirs.slide(record), windows)


ROWS = (
    Row(
        "lstm_batched_vs_rerun",
        f"LSTM of 80 units, window 200: {BATCH} windows a call against one window a call; a sample",
        2.0,
        2.3,
        _prepare,
    ),
)
