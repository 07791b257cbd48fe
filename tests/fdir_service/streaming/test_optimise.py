"""A graph that onnxruntime has optimised before is opened as it is, and scores as it did."""

import numpy as np
import onnx
import pytest

from fdir_service.session import INPUT_NAME, open_session
from fdir_service.streaming.optimise import optimised
from tests.fdir_service.streaming.networks import Network

W, C = 6, 2


@pytest.fixture
def graph():
    """A convolution with what follows it."""
    n = Network(W, C)
    return n.model(n("Flatten", n("GlobalMaxPool", n("Relu", n.conv(n.turned(), C, 2, 3)))), 2)


def run(octets, *, prepared):
    values = np.random.default_rng(1).standard_normal((1, W, C)).astype(np.float32)
    return open_session(octets, "graph.onnx", prepared=prepared).run(None, {INPUT_NAME: values})[0]


def test_it_has_fewer_nodes_and_the_same_scores(graph):
    better = optimised(graph)
    assert len(onnx.load_from_string(better).graph.node) < len(onnx.load_from_string(graph).graph.node)
    np.testing.assert_allclose(run(better, prepared=True), run(graph, prepared=False), rtol=1e-6)


def test_optimising_again_changes_nothing(graph):
    once = optimised(graph)
    nodes = [onnx.load_from_string(octets).graph.node for octets in (once, optimised(once))]
    assert [n.op_type for n in nodes[0]] == [n.op_type for n in nodes[1]]


def test_what_is_no_graph_is_refused():
    with pytest.raises(Exception, match="INVALID_PROTOBUF"):
        optimised(b"no graph")
