import numpy as np
import onnx

from models.dclop.cost import card_of, made
from models.dclop.export import open_graph
from models.graph import GraphWriter


def test_nodes_and_constants_get_names_of_their_own():
    model, _ = made(60)
    graph = GraphWriter()
    rows = graph.add("Squeeze", "window", graph.constant([1]))
    low, high = graph.add_many(2, "Split", rows, axis=1, num_outputs=2)
    scores = graph.add("Concat", low, high, axis=1)
    chosen = graph.add("Gather", scores, graph.constant([3] * 10), axis=1)
    written = graph.detector(card_of(model), chosen)
    onnx.checker.check_model(written, full_check=True)
    names = [node.name for node in written.graph.node]
    assert len(set(names)) == len(names)
    window = np.arange(54, dtype=np.float32).reshape(2, 1, 27)
    found = open_graph(written.SerializeToString()).run(None, {"window": window})[0]
    assert found.tolist() == [[3.0] * 10, [30.0] * 10]
