"""Each operator has a streaming form that gives the scores of the window."""

import numpy as np
import pytest
from onnx import TensorProto, helper

from fdir_service.streaming.step import PLAIN
from models.card import INPUT_NAME
from tests.fdir_service.streaming.networks import OPSET, Network, assert_streams

W, C = 14, 3
CASES = {}


def case(build):
    """Register a network: build(n) returns its scores and how many there are."""
    CASES[build.__name__] = build
    return build


def axis(k):
    return np.array([k])


@case
def a_stride_leaves_a_tail_unread(n):
    return n("Flatten", n.conv(n.turned(), C, 2, 3, strides=[4])), 6


@case
def products_of_each_time_step(n):
    x = n("Relu", n("MatMul", INPUT_NAME, n.weights(C, 4)))
    return n("ReduceMax", x, axis(1), keepdims=0), 4


@case
def a_product_over_time_of_each_channel(n):
    return n("Flatten", n("MatMul", n.turned(), n.weights(W, 2))), 2 * C


@case
def a_constant_from_the_left(n):
    return n("Flatten", n("MatMul", n.weights(2, W), INPUT_NAME)), 2 * C


@case
def a_product_without_bias_and_one_with_a_sum(n):
    flat = n("Flatten", INPUT_NAME)
    one = n("Gemm", flat, n.weights(W * C, 4), alpha=0.5)
    return n("Gemm", flat, n.weights(4, W * C), one, transB=1, beta=2.0), 4


@case
def a_transposed_product(n):
    newest = n("Transpose", n("Gather", INPUT_NAME, np.array(W - 1), axis=1), perm=[1, 0])
    return n("Gemm", newest, n.weights(C, 2), n.weights(2), transA=1, beta=0.5), 2


@case
def rows_that_share_a_convolution(n):
    rows = n("Reshape", n.turned(), np.array([-1, 1, W]))
    y = n("Relu", n.conv(rows, 1, 2, 3))
    return n("Reshape", n("GlobalMaxPool", y), np.array([1, -1])), 2 * C


@case
def sizes_computed_in_the_graph(n):
    x = n.turned()
    batch = n("Unsqueeze", n("Gather", n("Shape", x), np.array(0), axis=0), axis(0))
    elements = n("Unsqueeze", n("Div", n("Size", x), n("Gather", n("Shape", x), np.array(0))), axis(0))
    flat = n("Reshape", x, n("Concat", batch, elements, axis=0))
    return n("MatMul", flat, n.weights(W * C, 2)), 2


@case
def a_softmax_over_channels(n):
    soft = n("Softmax", n.conv(n.turned(), C, 4, 3), axis=1)
    return n("ReduceSum", n("Mul", soft, soft), axis(2), keepdims=0), 4


@case
def a_logarithm_of_a_softmax(n):
    return n("LogSoftmax", n("Gemm", n("Flatten", INPUT_NAME), n.weights(W * C, 3))), 3


@case
def parts_of_equal_size(n):
    parts = n("Split", n.conv(n.turned(), C, 4, 2), axis=1, num_outputs=2, outputs=2)
    return n("Flatten", n("GlobalAveragePool", n("Mul", *parts))), 2


@case
def channels_in_another_order(n):
    x = n("Slice", n.turned(), axis(C), axis(-99), axis(1), axis(-1))
    y = n("Gather", x, np.array([2, 0, 2]), axis=1)
    return n("Flatten", n("GlobalMaxPool", n("Sub", n.conv(y, 3, 2, 2), n.conv(x, C, 2, 2)))), 2


@case
def what_changes_nothing(n):
    x = n("Dropout", n("Pad", n("Identity", n.turned()), np.zeros(6, np.int64)))
    y = n("Squeeze", n("GlobalAveragePool", x), axis(2))
    return n("Squeeze", n("Unsqueeze", y, axis(0)), axis(0)), C


@case
def one_channel_for_many(n):
    one = n("Gather", n.turned(), axis(0), axis=1)
    wide = n("Mul", one, n.weights(1, 5, 1))
    tiled = n("Tile", one, np.array([1, 5, 1]))
    expanded = n("Expand", one, np.array([1, 5, 1]))
    return n("Flatten", n("GlobalAveragePool", n("Sum", wide, n("Tanh", tiled), n("Abs", expanded)))), 5


@case
def logic(n):
    x = n.turned()
    later, earlier = (n("Slice", x, axis(a), axis(b), axis(2)) for a, b in ((1, W), (0, W - 1)))
    same = n("Equal", n("Round", later), n("Round", earlier))
    grows = n("And", n("Greater", later, earlier), n("Not", same))
    chosen = n("Where", grows, later, n("Neg", earlier))
    counted = n("Cast", grows, to=1)
    return n("ReduceSum", n("Concat", chosen, counted, axis=1), axis(2), keepdims=0), 2 * C


@case
def a_standstill(n):
    spread = n("Sub", n("ReduceMax", INPUT_NAME, axis(1)), n("ReduceMin", INPUT_NAME, axis(1)))
    return n("Cast", n("Less", n("Flatten", spread), 3.0), to=1), C


@case
def a_wide_and_deep_network(n):
    x = n.turned()
    deep = n("Flatten", n("Relu", n.conv(x, C, 4, W)))
    both = n("Concat", n("Flatten", x), deep, axis=1)
    return n("MatMul", both, n.weights(W * C + 4, 2)), 2


@case
def the_error_against_the_newest_sample(n):
    history = n("Slice", INPUT_NAME, axis(0), axis(W - 1), axis(1))
    predicted = n("Gemm", n("Flatten", history), n.weights(C, (W - 1) * C), n.weights(C), transB=1)
    error = n("Sub", predicted, n("Gather", INPUT_NAME, np.array(W - 1), axis=1))
    return n("ReduceSum", n("Mul", error, error), axis(1)), 1


@case
def outputs_that_end_at_different_samples(n):
    parts = [n("Gather", INPUT_NAME, np.array(at), axis=1) for at in (W - 1, 2, W - 4)]
    return n("Concat", *parts, axis=1), 3 * C


@case
def constants_of_the_dense_part(n):
    y = n("Gemm", n("Flatten", INPUT_NAME), n.weights(W * C, 4))
    return n("Mul", n("Pow", n("Abs", y), np.float32(1.5)), n.weights(1, 4)), 4


@case
def an_order_that_is_changed_twice(n):
    x = n("Gather", n.turned(), np.array([2, 0, 1]), axis=1)
    x = n("MaxPool", x, kernel_shape=[1], strides=[2])
    x = n("Gather", x, np.array([1, 2]), axis=1)
    return n("Flatten", n("GlobalMaxPool", n.conv(x, 2, 2, 3))), 2


@case
def constants_of_every_form(n):
    value, values = n("Constant", value_float=0.5), n("Constant", value_floats=[1.0, 2.0, 3.0])
    shape = n("Constant", value_ints=[-1, W * C])
    tensor = helper.make_tensor("t", TensorProto.FLOAT, [1], [3.0])
    x = n("Mul", n("Add", INPUT_NAME, values), n("Constant", value=tensor))
    x = n("Clip", n("Mul", x, value), "", n("Constant", value_float=0.7))
    return n("MatMul", n("Reshape", x, shape), n.weights(W * C, 2)), 2


@case
def one_value_times_many_constants(n):
    y = n("ReduceMean", n("Flatten", INPUT_NAME), axis(1))
    return n("PRelu", n("Mul", y, n.weights(1, 4)), n.weights(1)), 4


KINDS = ["Sum", "Mean", "Max", "Min", "L1", "L2", "SumSquare"]


@pytest.mark.parametrize("build", CASES.values(), ids=CASES)
def test_an_operator_gives_the_scores_of_the_window(build):
    n = Network(W, C)
    with np.errstate(all="ignore"):
        assert_streams(n.model(*build(n)), W, C, interpreter=PLAIN)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("opset", [13, OPSET])
@pytest.mark.parametrize("axes", [[1], [2], [1, 2], [-2]])
def test_a_reduction_over_time_channels_or_both(kind, opset, axes):
    n = Network(W, C, opset=opset)
    x = n("Tanh", n.conv(n.turned(), C, 4, 3, strides=[2]))
    listed = opset >= 18 or kind == "Sum"
    more = {} if listed else {"axes": axes}
    y = n(f"Reduce{kind}", x, *([np.array(axes)] if listed else []), keepdims=len(axes) - 1, **more)
    width = {"1": 6, "2": 4, "-2": 6}.get(str(axes[0]) if len(axes) == 1 else "", 1)
    with np.errstate(all="ignore"):
        assert_streams(n.model(n("Flatten", y), width), W, C, interpreter=PLAIN)


@pytest.mark.parametrize("turned", [False, True])
@pytest.mark.parametrize("kind", KINDS)
def test_a_reduction_over_what_has_been_flattened(kind, turned):
    n = Network(W, C)
    flat = n("Flatten", n.turned() if turned else INPUT_NAME)
    assert_streams(n.model(n(f"Reduce{kind}", flat, axis(1)), 1), W, C, interpreter=PLAIN)


def test_a_reduction_over_nothing_and_over_everything():
    n = Network(W, C)
    kept = n("ReduceSum", INPUT_NAME, noop_with_empty_axes=1)
    total = n("ReduceLogSum", n("Exp", kept))
    assert_streams(n.model(n("Reshape", total, np.array([1, 1])), 1), W, C, interpreter=PLAIN)


def test_a_pooling_of_three_and_of_five_at_a_distance():
    n = Network(W, C)
    x = n("MaxPool", n.turned(), kernel_shape=[3], strides=[2])
    x = n("MaxPool", x, kernel_shape=[5], dilations=[1])
    graph = assert_streams(n.model(n("Flatten", x), 2 * C), W, C, interpreter=PLAIN)
    assert graph.field == 3 + 2 * 4 + (W - 11), "the second output is earlier, so the first is delayed"


def test_a_window_of_images_and_of_one_sample():
    n = Network(1, 4)
    assert_streams(
        n.model(n("MatMul", n("Flatten", INPUT_NAME), n.weights(4, 2)), 2), 1, 4, interpreter=PLAIN
    )


def test_a_state_is_carried_once_for_all_that_read_it():
    n = Network(W, C)
    x = n.turned()
    parts = [n("Flatten", n("GlobalMaxPool", n.conv(x, C, 1, kernel))) for kernel in (2, 4, 6)]
    graph = assert_streams(n.model(n("Concat", *parts, axis=1), 3), W, C)
    assert (C, 5, "float32") in graph.states
    assert sum(channels == C for channels, _, _ in graph.states) == 1


def test_a_pooling_is_computed_again_over_what_its_input_carries():
    n = Network(W, C)
    x = n("MaxPool", n.conv(n.turned(), C, 4, 3), kernel_shape=[2], strides=[2])
    graph = assert_streams(n.model(n("Flatten", n.conv(x, 4, 2, 6)), 2), W, C, interpreter=PLAIN)
    assert graph.states == ((C, 2, "float32"), (4, 11, "float32"))
