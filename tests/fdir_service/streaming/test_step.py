"""The compiled step: operators as onnxruntime has them, the streaming graph's state, and who has none."""

from dataclasses import replace

import numpy as np
import pytest
from onnx import TensorProto

from fdir_service.session import open_session
from fdir_service.streaming import kernel, step
from fdir_service.streaming.runner import StreamingSession
from fdir_service.streaming.step import PLAIN, Step, interpreter
from fdir_service.streaming.table import Table
from models.card import INPUT_NAME
from tests.fdir_service.streaming.networks import Network, compiled

VALUES = np.array(
    [np.nan, np.inf, -np.inf, 0, -0.0, 1, -1, 0.5, 1.5, -2.5, 3.3, 20, -20, 100, -100, 1e-30, 3e38, -3e38],
    np.float32,
)
N = len(VALUES)
X = INPUT_NAME
FLOAT, BOOL = TensorProto.FLOAT, TensorProto.BOOL

UNARY = [
    *("Abs", "Ceil", "Celu", "Cos", "Elu", "Erf", "Exp", "Floor", "HardSigmoid", "HardSwish", "LeakyRelu"),
    *("Log", "Mish", "Neg", "Reciprocal", "Relu", "Round", "Selu", "Sigmoid", "Sign", "Sin", "Softplus"),
    *("Softsign", "Sqrt", "Tanh", "ThresholdedRelu", "Gelu", "Max", "Sum", "Mean"),
]
BINARY = ["Add", "Sub", "Mul", "Div", "Max", "Min", "Mean", "Sum", "PRelu"]
COMPARISONS = ["Equal", "Greater", "GreaterOrEqual", "Less", "LessOrEqual"]
LOGIC = ["And", "Or", "Xor"]


def both_ways(n, y, interpreter):
    """Return what onnxruntime and the step make of the values, for a model that ends with y (1, 1, N)."""
    octets = n.model(n("Flatten", y), N)
    wanted = open_session(octets, "window.onnx").run(None, {X: VALUES[None, None]})[0]
    table = compiled(octets, 1, N).step
    assert isinstance(table, Table), table
    with np.errstate(all="ignore"):
        return wanted, Step(table, interpreter).run(VALUES[None])


def agree(n, y):
    for way in filter(None, (PLAIN, interpreter())):
        wanted, found = both_ways(n, y, way)
        np.testing.assert_allclose(found, wanted, rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("op_type", UNARY)
def test_an_operator_on_one_element_is_that_of_onnxruntime_whatever_the_element(op_type):
    n = Network(1, N)
    agree(n, n(op_type, X))


@pytest.mark.parametrize("op_type", BINARY)
def test_an_operator_on_two_elements_is_that_of_onnxruntime_whatever_the_elements(op_type):
    n = Network(1, N)
    for shift in range(N):
        agree(n, n(op_type, X, np.roll(VALUES, shift)))


@pytest.mark.parametrize("op_type", COMPARISONS)
def test_a_comparison_is_that_of_onnxruntime_whatever_the_elements(op_type):
    n = Network(1, N)
    agree(n, n("Cast", n(op_type, X, n("Neg", X)), to=FLOAT))


@pytest.mark.parametrize("op_type", LOGIC)
def test_logic_is_that_of_onnxruntime(op_type):
    n = Network(1, N)
    truths = n(op_type, n("Cast", X, to=BOOL), n("Not", n("Greater", X, 0.7)))
    agree(n, n("Where", n("IsNaN", X), n("Neg", n.weights(1, 1, N)), n("Cast", truths, to=FLOAT)))


@pytest.mark.parametrize("limits", [(), (-1.0,), ("", 2.0), (-1.0, 2.0)])
def test_a_limit_that_is_left_out_does_not_limit(limits):
    n = Network(1, N)
    agree(n, n("Clip", X, *(limit if limit == "" else np.float32(limit) for limit in limits)))


def test_powers_and_newer_operators_are_those_of_onnxruntime():
    n = Network(1, N)
    agree(n, n("Pow", n("Abs", X), np.array(1.5, "f4")))
    n = Network(1, N, opset=24)
    agree(n, n("Swish", X, alpha=0.7))


@pytest.mark.parametrize("op_type", ["Softmax", "LogSoftmax", "LayerNormalization"])
def test_an_operator_across_channels_gives_nothing_known_where_one_is_not(op_type):
    n = Network(1, N)
    agree(n, n(op_type, n("Add", X, 0.0), *([n.weights(N)] if op_type == "LayerNormalization" else [])))


def cast(n):
    counts = n("Cast", X, to=TensorProto.INT64)
    return n("Cast", n("Abs", counts), to=FLOAT), "computes in int64"


def in_double(n):
    return n("Cast", n("Cast", X, to=TensorProto.DOUBLE), to=FLOAT), "computes in float64"


LACKING = [
    lambda n: (n("Asin", X), "has the operator Asin"),
    lambda n: (n("Gelu", X, approximate="tanh"), "has the operator Gelu by tanh"),
    lambda n: (n("Pow", X, np.array(2**24 + 1)), "has a constant that is no float32"),
    cast,
    in_double,
]


@pytest.mark.parametrize("build", LACKING)
def test_a_model_that_needs_what_the_table_lacks_has_no_step_and_says_why(build):
    n = Network(1, N)
    y, reason = build(n)
    graph = compiled(n.model(n("Flatten", y), N), 1, N)
    assert graph.step == reason
    assert StreamingSession(graph, "stream.onnx", PLAIN).step is None


@pytest.fixture(scope="module")
def graph():
    """A network with pooling between convolutions, a crop and truth values; its field is 12."""
    n = Network(12, 2)
    x = n("MaxPool", n("Relu", n.conv(n.turned(), 2, 4, 3)), kernel_shape=[2], strides=[2])
    x = n.conv(n("Concat", x, n("Cast", n("Greater", x, 0.3), to=FLOAT), axis=1), 8, 3, 2)
    grows = n("Greater", *(n("Slice", x, *map(at, part)) for part in ((1, 4, 2), (0, 3, 2))))
    parts = [n("Slice", grows, *map(at, part)) for part in ((0, 2, 2), (1, 3, 2))]
    held = n("Cast", n("And", *parts), to=FLOAT)
    return compiled(n.model(n("Gemm", n("Flatten", held), n.weights(6, 2)), 2), 12, 2)


def at(k):
    return np.array([k])


def both(graph, interpreter=PLAIN):
    small = replace(graph, step=replace(graph.step, most=4))
    return StreamingSession(graph, "stream.onnx"), StreamingSession(small, "stream.onnx", interpreter)


def test_the_state_is_that_of_the_graph_after_any_sample(graph):
    graphed, stepped = both(graph)
    assert any(kind == "bool" for _, _, kind in graph.states)
    record = np.random.default_rng(2).normal(size=(2 * kernel.SLACK + 40, 2)).astype(np.float32)
    for k in range(len(record)):
        np.testing.assert_allclose(stepped.run(record[k : k + 1]), graphed.run(record[k : k + 1]), atol=1e-6)
        for mine, its in zip(stepped.state, graphed.state, strict=True):
            assert (mine.dtype, mine.shape) == (its.dtype, its.shape)
            np.testing.assert_allclose(mine, its, atol=1e-6)


def test_whoever_goes_on_takes_the_state_over(graph):
    graphed, stepped = both(graph)
    record = np.random.default_rng(3).normal(size=(200, 2)).astype(np.float32)
    for part in np.split(record, [3, 9, 10, 30, 34, 35, 36, 50, 120, 122, 130]):
        assert stepped.path(len(part)) == ("step" if len(part) <= 4 else "streaming")
        np.testing.assert_allclose(stepped.run(part), graphed.run(part), atol=1e-6)


def test_a_step_that_goes_on_from_a_state_gives_the_very_same_scores(graph):
    record = np.random.default_rng(4).normal(size=(50, 2)).astype(np.float32)
    (_, first), (_, second) = both(graph), both(graph)
    for k in range(20):
        first.run(record[k : k + 1])
    assert second.resume(first.state)
    for k in range(20, 50):
        np.testing.assert_array_equal(first.run(record[k : k + 1]), second.run(record[k : k + 1]))


def test_nothing_of_a_step_survives_a_reset(graph):
    (_, used), (_, fresh) = both(graph), both(graph)
    for _ in range(30):
        used.run(np.full((1, 2), 1e30, np.float32))
    used.reset()
    record = np.random.default_rng(5).normal(size=(20, 2)).astype(np.float32)
    for k in range(20):
        np.testing.assert_array_equal(used.run(record[k : k + 1]), fresh.run(record[k : k + 1]))
        assert all(np.array_equal(*pair) for pair in zip(used.state, fresh.state, strict=True))


def test_without_an_interpreter_all_goes_through_the_graph(graph):
    graphed, stepped = both(graph)
    assert graphed.step is None
    assert graphed.path(1) == "streaming"
    assert graphed.pays(graph.pays_from)
    assert not graphed.pays(graph.pays_from - 1)
    assert stepped.pays(1)


def test_numba_compiles_the_interpreter_once():
    pytest.importorskip("numba")
    assert interpreter() is interpreter()
    assert interpreter().made.startswith("numba ")


def test_without_numba_there_is_no_interpreter(monkeypatch):
    monkeypatch.setattr(step, "find_spec", lambda _: None)
    assert step.interpreter.__wrapped__() is None
