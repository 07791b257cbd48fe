"""Window models built node by node, and networks drawn by hypothesis."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import onnx
from hypothesis import strategies as st
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from fdir_service.session import open_session
from fdir_service.streaming.compile import compile_model
from fdir_service.streaming.runner import StreamingSession
from fdir_service.streaming.step import Interpreter
from fdir_service.streaming.table import Table
from fdir_service.streaming.verdict import Compiled
from models.card import INPUT_NAME, METADATA_KEY, OUTPUT_NAME, Card

OPSET = 20
Floats = NDArray[np.float32]


class Network:
    """A model that grows by one node a call; a call returns the name of the node's output."""

    def __init__(self, window: int, channels: int, seed: int = 0, opset: int = OPSET) -> None:
        self.window = window
        self.channels = channels
        self.opset = opset
        self.rng = np.random.default_rng(seed)
        self.nodes: list[onnx.NodeProto] = []
        self.constants: list[onnx.TensorProto] = []

    def __call__(self, op_type: str, *inputs: object, outputs: int = 0, **attributes: Any) -> Any:
        """Append a node; arrays and lists among its inputs become constants."""
        names = [i if isinstance(i, str) else self.constant(i) for i in inputs]
        made = [f"{op_type}{len(self.nodes)}_{k}" for k in range(outputs or 1)]
        name = f"{op_type}{len(self.nodes)}"
        self.nodes.append(helper.make_node(op_type, names, made, name=name, **attributes))
        return made if outputs else made[0]

    def constant(self, value: object) -> str:
        array = np.asarray(value)
        array = array.astype(np.float32) if array.dtype == np.float64 else array
        self.constants.append(numpy_helper.from_array(array, f"c{len(self.constants)}"))
        return self.constants[-1].name

    def weights(self, *shape: int) -> Floats:
        """Return random weights that keep the scale of what they are applied to."""
        fan_in = max(1, int(np.prod(shape[1:])))
        return (self.rng.normal(size=shape) / np.sqrt(fan_in)).astype(np.float32)

    def conv(self, x: str, inputs: int, outputs: int, kernel: int, **attributes: Any) -> str:
        group = attributes.get("group", 1)
        weight = self.weights(outputs, inputs // group, kernel)
        return self("Conv", x, weight, self.weights(outputs), kernel_shape=[kernel], **attributes)

    def turned(self) -> str:
        """Return the window as (batch, channels, time)."""
        return self("Transpose", INPUT_NAME, perm=[0, 2, 1])

    def model(self, output: str, outputs: int, card: Card | None = None) -> bytes:
        """Return the serialised model whose scores are the tensor `output` (batch, outputs)."""
        end = helper.make_node("Identity", [output], [OUTPUT_NAME], name="end")
        size = ["batch", self.window, self.channels]
        given = helper.make_tensor_value_info(INPUT_NAME, TensorProto.FLOAT, size)
        scores = helper.make_tensor_value_info(OUTPUT_NAME, TensorProto.FLOAT, ["batch", outputs])
        graph = helper.make_graph([*self.nodes, end], "network", [given], [scores], self.constants)
        opsets = [helper.make_opsetid("", self.opset)]
        model = helper.make_model(graph, opset_imports=opsets, ir_version=8)
        if card:
            helper.set_model_props(model, {METADATA_KEY: card.model_dump_json()})
        octets: bytes = model.SerializeToString()
        return octets


def scores_of_windows(octets: bytes, record: Floats, window: int) -> Floats:
    """Return the scores of all windows of a record (T, channels), one call each."""
    session = open_session(octets, "window.onnx")
    windows = np.ascontiguousarray(sliding_window_view(record, window, axis=0).swapaxes(1, 2))
    return np.concatenate([session.run(None, {INPUT_NAME: w[None]})[0] for w in windows])


def scores_of_stream(
    compiled: Compiled, record: Floats, sizes: list[int], interpreter: Interpreter | None = None
) -> Floats:
    """Return the scores of a record in chunks of the given sizes, and then of the last of them."""
    session, parts, at = StreamingSession(compiled, "stream.onnx", interpreter), [], 0
    waiting = list(sizes)
    while at < len(record):
        size = waiting.pop(0) if waiting else sizes[-1]
        parts.append(session.run(record[at : at + size]))
        at += size
    return np.concatenate(parts)


def compiled(octets: bytes, window: int, channels: int) -> Compiled:
    """Compile a model that has to have a streaming form."""
    found = compile_model(octets, window, (channels,))
    assert isinstance(found, Compiled), [str(refusal) for refusal in found]
    return found


def assert_streams(
    octets: bytes,
    window: int,
    channels: int,
    sizes: list[int] | None = None,
    interpreter: Interpreter | None = None,
) -> Compiled:
    """Assert that a model has a streaming form, and a step, with the scores of its windows; return it."""
    graph = compiled(octets, window, channels)
    assert graph.field <= window
    record = np.random.default_rng(5).normal(size=(window + 30, channels)).astype(np.float32)
    streamed = scores_of_stream(graph, record, sizes or [1, 7, 2, 11])[window - 1 :]
    expected = scores_of_windows(octets, record, window)
    np.testing.assert_allclose(streamed, expected, rtol=1e-5, atol=1e-5)
    if interpreter:
        assert isinstance(graph.step, Table), graph.step
        small = replace(graph, step=replace(graph.step, most=7))
        stepped = scores_of_stream(small, record, sizes or [1, 7, 2, 11], interpreter)[window - 1 :]
        np.testing.assert_allclose(stepped, expected, rtol=1e-5, atol=1e-5)
    return graph


# --- networks drawn by hypothesis --------------------------------------------------------------------

Step = Callable[[Network, str, int], str]
ACTIVATIONS: dict[str, Step] = {
    "Relu": lambda n, x, c: n("Relu", x),
    "LeakyRelu": lambda n, x, c: n("LeakyRelu", x, alpha=0.1),
    "Tanh": lambda n, x, c: n("Tanh", x),
    "Elu": lambda n, x, c: n("Elu", x),
    "Softplus": lambda n, x, c: n("Softplus", x),
    "PRelu": lambda n, x, c: n("PRelu", x, n.weights(c, 1)),
    "gelu": lambda n, x, c: n("Mul", x, n("Add", n("Erf", n("Mul", x, 0.7071)), 1.0)),
    "arcsinh": lambda n, x, c: n("Mul", n("Sign", x), n("Log", n("Add", n("Abs", x), 1.0))),
    "norm": lambda n, x, c: n("Div", n("Sub", x, n.weights(c, 1)), np.abs(n.weights(c, 1)) + 0.5),
    "BatchNormalization": lambda n, x, c: n(
        "BatchNormalization", x, n.weights(c), n.weights(c), n.weights(c), np.abs(n.weights(c)) + 0.5
    ),
    "Clip": lambda n, x, c: n("Clip", x, np.float32(-1), np.float32(1)),
    "layer": lambda n, x, c: n("Transpose", _normalised(n, x, c), perm=[0, 2, 1]),
}


def _normalised(n: Network, x: str, c: int) -> str:
    rows = n("Transpose", x, perm=[0, 2, 1])
    return n("LayerNormalization", rows, n.weights(c), n.weights(c)) if c > 1 else rows


@st.composite
def networks(draw: Any) -> tuple[bytes, int, int, int]:
    """Draw a valid network: model, window, channels, outputs."""
    window, channels = draw(st.integers(12, 34)), draw(st.integers(1, 3))
    n = Network(window, channels, draw(st.integers(0, 999)), draw(st.sampled_from([13, 18, OPSET])))
    layers = [name for name in ACTIVATIONS if name != "layer" or n.opset >= 17]
    x, length, c = n.turned(), window, channels
    if draw(st.booleans()):
        lag = draw(st.integers(1, 3))
        x = n("Sub", _crop(n, x, lag, length), _crop(n, x, 0, length - lag))
        length -= lag
    for _ in range(draw(st.integers(1, 3))):
        x, length, c = draw(blocks(n, x, length, c))
        x = ACTIVATIONS[draw(st.sampled_from(layers))](n, x, c)
    outputs = draw(st.integers(1, 3))
    return n.model(draw(heads(n, x, length, c, outputs)), outputs), window, channels, outputs


def _crop(n: Network, x: str, start: int, end: int) -> str:
    return str(n("Slice", x, np.array([start]), np.array([end]), np.array([2])))


@st.composite
def blocks(draw: Any, n: Network, x: str, length: int, c: int) -> tuple[str, int, int]:
    """Draw a block of layers on x (batch, c, length), as long as the length allows one."""
    kind = draw(st.sampled_from(["conv", "branches", "residual", "depthwise", "pool"]))
    if length < 6:
        return x, length, c
    kernel, wide = draw(st.integers(1, 4)), draw(st.sampled_from([2, 4]))
    stride = draw(st.integers(1, 2))
    dilation = draw(st.integers(1, 2)) if (kernel - 1) * 2 < length - 2 else 1
    reach = (kernel - 1) * dilation
    spaced = {"strides": [stride], "dilations": [dilation]}
    left = (length - reach - 1) // stride + 1
    if kind == "pool":
        size = draw(st.integers(2, 3))
        op_type = draw(st.sampled_from(["MaxPool", "AveragePool"]))
        x = n(op_type, x, kernel_shape=[size], strides=[draw(st.sampled_from([1, size]))])
        stride = n.nodes[-1].attribute[1].ints[0]
        return x, (length - size) // stride + 1, c
    if kind == "residual":
        y = n.conv(x, c, c, kernel, dilations=[dilation])
        start = draw(st.integers(0, reach))
        return n("Add", y, _crop(n, x, start, start + length - reach)), length - reach, c
    if kind == "depthwise":
        return n.conv(x, c, 2 * c, kernel, group=c, **spaced), left, 2 * c
    if kind == "branches":
        parts = [n("Relu", n.conv(x, c, wide, kernel, **spaced)) for _ in range(2)]
        return n("Concat", *parts, axis=1), left, 2 * wide
    return n.conv(x, c, wide, kernel, **spaced), left, wide


@st.composite
def heads(draw: Any, n: Network, x: str, length: int, c: int, outputs: int) -> str:
    """Draw what turns x (batch, c, length) into scores (batch, outputs)."""
    kind = draw(st.sampled_from(["gemm", "matmul", "mean", "max", "energy", "newest", "global"]))
    if kind in {"gemm", "matmul"}:
        flat = n("Flatten", x) if kind == "gemm" else n("Reshape", x, np.array([0, -1]))
        width = c * length
    else:
        reduce = {
            "mean": lambda: n("Squeeze", n("AveragePool", x, kernel_shape=[length]), np.array([2])),
            "max": lambda: n("Flatten", n("GlobalMaxPool", x)),
            "energy": lambda: n("Flatten", n("Sqrt", n("GlobalAveragePool", n("Mul", x, x)))),
            "newest": lambda: n("Gather", x, np.array(-1), axis=2),
            "global": lambda: n("Flatten", n("GlobalAveragePool", x)),
        }
        flat, width = reduce[kind](), c
    if kind == "gemm":
        hidden = n("Relu", n("Gemm", flat, n.weights(5, width), n.weights(5), transB=1))
        y = n("Gemm", hidden, n.weights(5, outputs), n.weights(outputs))
    else:
        y = n("Add", n("MatMul", flat, n.weights(width, outputs)), n.weights(outputs))
    return str(n(draw(st.sampled_from(["Sigmoid", "Softmax", "Identity"])), y))
