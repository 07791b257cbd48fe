"""What torch's two exporters write becomes a stream, or is refused for the layer that stands against it."""

import warnings

import numpy as np
import pytest
import torch
from torch import nn

from fdir_service.streaming.compile import compile_model
from fdir_service.streaming.step import interpreter
from fdir_service.streaming.verdict import Compiled
from models.card import INPUT_NAME, OUTPUT_NAME
from tests.fdir_service.streaming.networks import assert_streams, scores_of_stream, scores_of_windows


class Branches(nn.Module):
    """Two branches of two channels each, pooling, a joint layer, dense layers with normalisation."""

    def __init__(self):
        super().__init__()
        self.left, self.right, self.joint = nn.Conv1d(2, 4, 7), nn.Conv1d(2, 4, 7), nn.Conv1d(8, 8, 5)
        self.hidden, self.norm, self.output = nn.Linear(64, 6), nn.LayerNorm(6), nn.Linear(6, 2)

    def forward(self, window):
        left, right = window.permute(0, 2, 1).split([2, 2], 1)
        left = nn.functional.max_pool1d(torch.relu(self.left(left)), 2)
        right = nn.functional.max_pool1d(torch.relu(self.right(right)), 2)
        joint = nn.functional.max_pool1d(nn.functional.elu(self.joint(torch.cat([left, right], 1))), 2)
        hidden = nn.functional.leaky_relu(self.norm(self.hidden(joint.reshape(joint.shape[0], -1))))
        return torch.sigmoid(self.output(hidden))


class Residual(nn.Module):
    """A causal difference, batch normalisation, a residual with a crop, averages, a softmax."""

    def __init__(self):
        super().__init__()
        self.first, self.norm, self.act = nn.Conv1d(4, 8, 5), nn.BatchNorm1d(8), nn.PReLU(8)
        self.second, self.output = nn.Conv1d(8, 8, 3, groups=2), nn.Linear(8, 3)

    def forward(self, window):
        x = window.transpose(1, 2)
        x = self.act(self.norm(self.first(x[:, :, 1:] - x[:, :, :-1])))
        x = nn.functional.gelu(self.second(x)) + x[:, :, 2:]
        return torch.softmax(self.output(nn.functional.avg_pool1d(x, 2).mean(-1)), -1)


class Recurrent(nn.Module):
    def __init__(self):
        super().__init__()
        self.cells, self.output = nn.LSTM(4, 5, batch_first=True), nn.Linear(5, 1)

    def forward(self, window):
        return torch.sigmoid(self.output(self.cells(window)[0][:, -1]))


class Padded(nn.Module):
    def __init__(self):
        super().__init__()
        self.first = nn.Conv1d(4, 2, 3, padding=1)

    def forward(self, window):
        return self.first(window.transpose(1, 2)).amax(2)


def exported(module, path, *, dynamo, window=47):
    torch.manual_seed(0)
    made = module().eval()
    batch = {"dynamic_shapes": ({0: torch.export.Dim("batch")},)}
    named = {"dynamic_axes": {INPUT_NAME: {0: "batch"}, OUTPUT_NAME: {0: "batch"}}}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.onnx.export(
            made,
            (torch.randn(2, window, 4),),
            path,
            dynamo=dynamo,
            input_names=[INPUT_NAME],
            output_names=[OUTPUT_NAME],
            external_data=False,
            verbose=False,
            **(batch if dynamo else named),
        )
    return path.read_bytes()


@pytest.mark.parametrize("dynamo", [False, True], ids=["torchscript", "dynamo"])
@pytest.mark.parametrize("module", [Branches, Residual])
def test_a_convolutional_network_becomes_a_stream(module, dynamo, tmp_path):
    octets = exported(module, tmp_path / "net.onnx", dynamo=dynamo)
    graph = assert_streams(octets, 47, 4, interpreter=interpreter())
    assert len(graph.states) >= 4


@pytest.mark.parametrize("dynamo", [False, True], ids=["torchscript", "dynamo"])
@pytest.mark.parametrize(("module", "op_type"), [(Recurrent, "LSTM"), (Padded, "Conv")])
def test_what_stands_against_a_stream_is_the_only_refusal(module, op_type, dynamo, tmp_path):
    octets = exported(module, tmp_path / "net.onnx", dynamo=dynamo)
    (refusal,) = compile_model(octets, 47, (4,))
    assert refusal.op_type == op_type


@pytest.mark.parametrize("dynamo", [False, True], ids=["torchscript", "dynamo"])
def test_a_recurrent_network_that_may_carry_its_state_does(dynamo, tmp_path):
    octets = exported(Recurrent, tmp_path / "net.onnx", dynamo=dynamo)
    graph = compile_model(octets, 47, (4,), carried=True)
    assert isinstance(graph, Compiled)
    record = np.random.default_rng(1).normal(size=(100, 4)).astype(np.float32)
    streamed = scores_of_stream(graph, record, [1, 7])[46:]
    np.testing.assert_allclose(streamed, scores_of_windows(octets, record, 47), atol=1e-5)
