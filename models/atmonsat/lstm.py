"""The AtMonSat recurrent predictors: one LSTM layer with tanh, or three with ReLU in place of tanh."""

from itertools import pairwise
from typing import Any, Final

import torch
from torch import Tensor, nn

from models.atmonsat.network import CHANNELS, NextSample, glorot

HISTORY: Final = 150
UNITS: Final = 100
STACKED: Final = (100, 200, 100)


class LstmV1(NextSample):
    """LSTM with 100 units, dense layer on its last state: 49,418 parameters."""

    def __init__(self, history: int = HISTORY) -> None:
        super().__init__()
        self.history = history
        self.lstm = started(nn.LSTM(CHANNELS, UNITS, batch_first=True))
        self.dense = nn.Linear(UNITS, CHANNELS)
        glorot(self.dense)

    def forward(self, history: Tensor) -> Tensor:
        """Return the prediction (batch, 18) from `history` (batch, L, 18)."""
        states, _ = self.lstm(history)
        prediction: Tensor = self.dense(states[:, -1])
        return prediction


def started(lstm: nn.LSTM, *, he: bool = False) -> nn.LSTM:
    """Start a layer as the authors' framework does, with one bias vector where torch has two.

    Glorot (or He) uniform kernel for the input, orthogonal one for the state, bias 1 at the forget gate.
    """
    inner, recurrent, bias, other = lstm.parameters()
    (nn.init.kaiming_uniform_ if he else nn.init.xavier_uniform_)(inner)
    nn.init.orthogonal_(recurrent)
    nn.init.zeros_(bias)
    nn.init.zeros_(other)
    with torch.no_grad():
        bias[lstm.hidden_size : 2 * lstm.hidden_size] = 1.0
    other.requires_grad = False
    return lstm


class LstmV2(NextSample):
    """LSTM 100, 200, 100 with ReLU, dense layer on the last state: 410,618 parameters."""

    def __init__(self, history: int = HISTORY, units: tuple[int, ...] = STACKED) -> None:
        super().__init__()
        self.history = history
        sizes = (CHANNELS, *units)
        self.layers = nn.ModuleList([ReluLstm(*pair) for pair in pairwise(sizes)])
        self.dense = nn.Linear(units[-1], CHANNELS)
        glorot(self.dense)

    def forward(self, history: Tensor) -> Tensor:
        """Return the prediction (batch, 18) from `history` (batch, L, 18)."""
        for layer in self.layers:
            history = layer(history)
        prediction: Tensor = self.dense(history[:, -1])
        return prediction


class ReluLstm(nn.Module):
    """An LSTM layer with ReLU in place of tanh: a loop in torch, one node in ONNX."""

    def __init__(self, inputs: int, units: int) -> None:
        super().__init__()
        self.weights = started(nn.LSTM(inputs, units, batch_first=True))

    def forward(self, sequence: Tensor) -> Tensor:
        """Return the states (batch, T, units) on `sequence` (batch, T, inputs)."""
        tensors = tuple(self.weights.parameters())[:3]
        if not torch.onnx.is_in_onnx_export():
            return relu_lstm(sequence, *tensors)
        inner, recurrent, bias = (_reordered(t)[None] for t in tensors)
        node: Any = _OnnxReluLstm
        states: Tensor = node.apply(
            sequence.transpose(0, 1), inner, recurrent, torch.cat([bias, torch.zeros_like(bias)], dim=1)
        )
        return states[:, 0].transpose(0, 1)


def relu_lstm(sequence: Tensor, inner: Tensor, recurrent: Tensor, bias: Tensor) -> Tensor:
    """Return the states (batch, T, units): sigmoid gates, ReLU for candidate and output.

    Parameters
    ----------
    inner, recurrent, bias : (4 * units, inputs), (4 * units, units), (4 * units,); gates i, f, g, o.

    """
    driven = nn.functional.linear(sequence, inner, bias)
    state = cell = driven.new_zeros(len(sequence), recurrent.shape[1])
    states = []
    for step in driven.unbind(1):
        i, f, g, o = torch.chunk(torch.addmm(step, state, recurrent.T), 4, dim=1)
        cell = torch.sigmoid(f) * cell + torch.sigmoid(i) * torch.relu(g)
        state = torch.sigmoid(o) * torch.relu(cell)
        states.append(state)
    return torch.stack(states, dim=1)


def _reordered(weights: Tensor) -> Tensor:
    """Return the gates i, f, g, o of torch in the order i, o, f, c of ONNX."""
    i, f, g, o = torch.chunk(weights, 4)
    return torch.cat([i, o, f, g])


class _OnnxReluLstm(torch.autograd.Function):
    """The ONNX operator LSTM with its attribute `activations`, which torch's own layer cannot export."""

    @staticmethod
    def forward(_: Any, sequence: Tensor, _inner: Tensor, recurrent: Tensor, _bias: Tensor) -> Tensor:
        """Return a tensor of the right shape (T, 1, batch, units); the exporter looks at nothing else."""
        return sequence.new_zeros(len(sequence), 1, sequence.shape[1], recurrent.shape[2])

    @staticmethod
    def symbolic(g: Any, sequence: Any, inner: Any, recurrent: Any, bias: Any) -> Any:
        """Return the node."""
        units = recurrent.type().sizes()[2]
        names = ["Sigmoid", "Relu", "Relu"]
        return g.op("LSTM", sequence, inner, recurrent, bias, hidden_size_i=units, activations_s=names)
