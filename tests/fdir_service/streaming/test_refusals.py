"""What has no exact form as a stream is named: the node, its operator, the reason."""

import numpy as np
import pytest
from onnx import TensorProto, helper

from fdir_service.streaming.compile import compile_model
from models.card import INPUT_NAME, OUTPUT_NAME
from tests.fdir_service.streaming.networks import Network

W, C = 14, 3


def axis(k):
    return np.array([k])


def padded(n):
    return n("Flatten", n.conv(n.turned(), C, 2, 3, pads=[1, 1])), "Conv", "pads with zeros"


def padded_to_the_same_length(n):
    return n("Flatten", n.conv(n.turned(), C, 2, 3, auto_pad="SAME_UPPER")), "Conv", "pads with zeros"


def a_padded_pooling(n):
    x = n("AveragePool", n.turned(), kernel_shape=[3], pads=[1, 1])
    return n("Flatten", x), "AveragePool", "pads with zeros"


def padding_of_its_own(n):
    return n("Flatten", n("Pad", n.turned(), np.array([0, 0, 2, 0, 0, 0]))), "Pad", "edges of a window"


def a_step_beyond_the_window(n):
    x = n("MaxPool", n.turned(), kernel_shape=[3], strides=[2], ceil_mode=1)
    return n("Flatten", x), "MaxPool", "beyond the window"


def places_of_maxima(n):
    x, _ = n("MaxPool", n.turned(), kernel_shape=[2], outputs=2)
    return n("Flatten", x), "MaxPool", "where its maxima are"


def recurrent(n):
    time_first = n("Transpose", INPUT_NAME, perm=[1, 0, 2])
    weights = n.weights(1, 8, C), n.weights(1, 8, 2), n.weights(1, 16)
    y = n("LSTM", time_first, *weights, hidden_size=2)
    return n("Flatten", n("Gather", y, np.array(-1), axis=0)), "LSTM", "recurrent"


def instances(n):
    x = n("InstanceNormalization", n.turned(), n.weights(C), n.weights(C))
    return n("Flatten", x), "InstanceNormalization", "normalises each window"


def z_score(n):
    x = n.turned()
    return n("Flatten", n("Sub", x, n("ReduceMean", x, axis(2)))), "Sub", "distances in time"


def layers_over_time(n):
    x = n("LayerNormalization", n.turned(), n.weights(W), n.weights(W))
    return n("Flatten", x), "LayerNormalization", "over the time of the window"


def layers_over_more(n):
    x = n("LayerNormalization", n.turned(), n.weights(C, W), n.weights(C, W), axis=1)
    return n("Flatten", x), "LayerNormalization", "more than one axis"


def attention(n):
    x = n.turned()
    return n("Flatten", n("MatMul", INPUT_NAME, x)), "MatMul", "attention"


def a_constant_of_three_axes(n):
    return n("Flatten", n("MatMul", INPUT_NAME, n.weights(1, C, 2))), "MatMul", "no matrix"


def weights_from_the_window(n):
    weight = n("Slice", n.turned(), axis(0), axis(2), axis(2))
    return n("Flatten", n("Conv", n.turned(), weight, kernel_shape=[2])), "Conv", "is no constant"


def a_constant_before_the_window(n):
    return n("Flatten", n("Reshape", np.ones(2), n("Cast", INPUT_NAME, to=7))), "Reshape", "first input is a"


def a_missing_constant(n):
    gemm = helper.make_node("Gemm", [INPUT_NAME, ""], ["y"], name="Gemm")
    n.nodes.append(gemm)
    return "y", "Gemm", "is missing"


def a_kernel_over_channels(n):
    weight = n.weights(2, W, 2)
    return n("Flatten", n("Conv", INPUT_NAME, weight, kernel_shape=[2])), "Conv", "slides over channels"


def a_kernel_over_an_image(n):
    x = n("Unsqueeze", INPUT_NAME, axis(1))
    weight = n.weights(2, 1, 3, 2)
    return n("Flatten", n("Conv", x, weight, kernel_shape=[3, 2])), "Conv", "more than one axis"


def a_pooling_over_an_image(n):
    x = n("MaxPool", n("Unsqueeze", INPUT_NAME, axis(1)), kernel_shape=[2, 2])
    return n("Flatten", x), "MaxPool", "axis"


def time_going_back(n):
    x = n("Slice", n.turned(), axis(W), axis(-99), axis(2), axis(-1))
    return n("Flatten", n.conv(x, C, 2, 3)), "Conv", "not evenly spaced"


def rows_of_different_spacing(n):
    x = n.turned()
    slow = n("Slice", x, axis(0), axis(12), axis(2), axis(2))
    fast = n("Slice", x, axis(0), axis(6), axis(2))
    return n("Flatten", n.conv(n("Concat", slow, fast, axis=1), 2 * C, 2, 3)), "Conv", "spaced differently"


def a_window_function(n):
    x = n("Mul", n.turned(), np.hanning(W).astype(np.float32))
    return n("Flatten", n.conv(x, C, 2, 3)), "Mul", "differs from one time step"


def an_autoencoder(n):
    flat = n("Flatten", n.turned())
    y = n("Gemm", flat, n.weights(W * C, W * C))
    return n("ReduceL2", n("Sub", y, n("Add", flat, 1.0)), axis(1)), "Sub", "distances in time"


def a_joined_constant(n):
    return n("Concat", n("Flatten", INPUT_NAME), np.ones((1, 2)), axis=1), "Concat", "joins a constant"


def joined_types(n):
    counts = n("Cast", INPUT_NAME, to=TensorProto.INT64)
    joined = n("Concat", counts, n("Cast", n("Greater", INPUT_NAME, 0.0), to=TensorProto.BOOL), axis=1)
    return n("Flatten", n("Cast", joined, to=1)), "Concat", "different types"


def training(n):
    x = n("BatchNormalization", n.turned(), *(np.abs(n.weights(C)) for _ in range(4)), training_mode=1)
    return n("Flatten", x), "BatchNormalization", "training mode"


def unknown(n):
    return n("Flatten", n("CumSum", INPUT_NAME, np.array(1))), "CumSum", "no form as a stream"


def random(n):
    noise = n("RandomNormal", shape=[1, W, C])
    return n("Flatten", n("Add", INPUT_NAME, noise)), "RandomNormal", "random"


def foreign(n):
    return n("Flatten", n("Strange", INPUT_NAME, domain="com.example")), "Strange", "com.example"


def no_order(n):
    picks = [n("Gather", n("Flatten", INPUT_NAME), np.array([0, 4, 9, 20]), axis=1)]
    return n("ReduceMax", *picks, axis(1)), "ReduceMax", "no regular order"


REFUSED = [
    *(padded, padded_to_the_same_length, a_padded_pooling, padding_of_its_own, a_step_beyond_the_window),
    *(places_of_maxima, recurrent, instances, z_score, layers_over_time, layers_over_more, attention),
    *(a_constant_of_three_axes, weights_from_the_window, a_constant_before_the_window, a_missing_constant),
    *(a_kernel_over_channels, a_kernel_over_an_image, a_pooling_over_an_image, time_going_back),
    *(rows_of_different_spacing, a_window_function, an_autoencoder, a_joined_constant, joined_types),
    *(training, unknown, random, foreign, no_order),
]


@pytest.mark.parametrize("build", REFUSED, ids=lambda build: build.__name__)
def test_what_cannot_be_a_stream_is_named_with_its_reason(build):
    n = Network(W, C)
    y, op_type, reason = build(n)
    (refusal,) = compile_model(n.model(y, 1), W, (C,))
    assert refusal.op_type == op_type
    assert refusal.node.startswith(op_type)
    assert reason in refusal.reason


def test_all_causes_are_named_and_nothing_behind_them():
    n = Network(W, C)
    x = n.turned()
    parts = [n("Relu", n.conv(x, C, 2, 3, pads=[1, 1])) for _ in range(2)]
    y = n("Flatten", n.conv(n("Concat", *parts, axis=1), 4, 2, 3, pads=[1, 1]))
    refusals = compile_model(n.model(y, 1), W, (C,))
    assert [refusal.node for refusal in refusals] == ["Conv1", "Conv3"]


def whole_model(n, output):
    (refusal,) = compile_model(n.model(output, 1), W, (C,))
    assert (refusal.node, refusal.op_type) == ("(model)", "")
    return str(refusal)


def test_scores_that_no_sample_changes_are_refused():
    n = Network(W, C)
    assert "do not depend on the window" in whole_model(n, n("Add", np.ones((1, 1)), 1.0))


def test_scores_that_are_no_float32_are_refused():
    n = Network(W, C)
    assert "its scores are float64" in whole_model(n, n("Cast", n("Flatten", INPUT_NAME), to=11)[:])


def test_scores_from_too_many_times_are_refused():
    n = Network(40, C)
    (refusal,) = compile_model(n.model(n("Flatten", INPUT_NAME), 1), 40, (C,))
    assert "its scores: combines 40 distances in time" in str(refusal)


def test_a_table_of_products_that_would_be_too_large_is_refused():
    n = Network(3000, 1)
    squared = n("MatMul", n("Transpose", INPUT_NAME, perm=[0, 2, 1]), np.zeros((3000, 3000), np.float32))
    (refusal,) = compile_model(n.model(n("Flatten", squared), 1), 3000, (1,))
    assert "different ways" in refusal.reason


def test_more_patterns_than_a_stream_has_channels_for_are_refused():
    n = Network(90, 90)
    x = n(
        "Mul",
        n("Flatten", n("Gather", INPUT_NAME, np.array(0), axis=1)),
        n("Unsqueeze", n.weights(90), axis(1)),
    )
    (refusal,) = compile_model(n.model(n("Flatten", x), 1), 90, (90,))
    assert "8100 different elements" in refusal.reason


def test_an_old_operator_set_is_refused():
    n = Network(W, C, opset=12)
    assert "operator set 12 is older than 13" in whole_model(n, n("Flatten", INPUT_NAME))


def test_a_graph_that_cannot_be_followed_is_refused_and_no_error():
    n = Network(W, C)
    n.nodes.append(helper.make_node("Relu", ["nowhere"], ["y"]))
    assert "cannot be followed: KeyError" in whole_model(n, "y")
    (refusal,) = compile_model(b"no model", W, (C,))
    assert "cannot be followed" in refusal.reason


def test_a_node_without_a_name_is_named_by_what_it_makes():
    n = Network(W, C)
    n.nodes.append(helper.make_node("CumSum", [INPUT_NAME, n.constant(np.array(1))], ["sums"]))
    (refusal,) = compile_model(n.model(n("Flatten", "sums"), 1), W, (C,))
    assert str(refusal) == "(makes sums) CumSum: has no form as a stream that is known"


def test_the_functions_of_a_model_are_looked_into():
    n = Network(W, C)
    inner = helper.make_node("Relu", ["a"], ["b"])
    opsets = [helper.make_opsetid("", n.opset)]
    n.nodes.append(helper.make_node("Twice", [INPUT_NAME], ["y"], domain="local"))
    model = helper.make_model(
        helper.make_graph(
            [*n.nodes, helper.make_node("ReduceMax", ["y", n.constant(axis(1))], [OUTPUT_NAME], keepdims=0)],
            "g",
            [helper.make_tensor_value_info(INPUT_NAME, 1, ["batch", W, C])],
            [helper.make_tensor_value_info(OUTPUT_NAME, 1, ["batch", C])],
            n.constants,
        ),
        opset_imports=[*opsets, helper.make_opsetid("local", 1)],
        functions=[helper.make_function("local", "Twice", ["a"], ["b"], [inner], opsets)],
        ir_version=8,
    )
    compiled = compile_model(model.SerializeToString(), W, (C,))
    assert not isinstance(compiled, tuple)
    assert compiled.field == W
