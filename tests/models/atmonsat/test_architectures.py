from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch

from models.atmonsat.autoencoder import AutoEncoder
from models.atmonsat.cnn import Cnn
from models.atmonsat.error_statistics import ErrorDetector, ErrorStatistics
from models.atmonsat.lstm import LstmV1, LstmV2, ReluLstm
from models.atmonsat.network import CHANNEL_NAMES, CHANNELS, ErrorNetwork, errors, windows
from models.atmonsat.protocol import ARCHITECTURES
from models.card import Card, Output
from models.check import findings
from models.export import TOLERANCE, export
from models.training import seeded


@pytest.mark.parametrize(
    ("model", "parameters"),
    [
        ("cnn-150", 13_613),
        ("cnn-100", 9_113),
        ("cnn-200", 18_113),
        ("lstm-v1", 49_418),
        ("lstm-v2", 410_618),
        ("autoencoder", 3_281_018),
    ],
)
def test_an_architecture_has_the_parameters_of_the_original(model: str, parameters: int) -> None:
    network = ARCHITECTURES[model]()
    assert sum(p.numel() for p in network.parameters() if p.requires_grad) == parameters
    assert network.history == (int(model[-3:]) if model.startswith("cnn") else 150)


def test_the_cnn_is_the_same_function_while_it_trains() -> None:
    with seeded(3):
        network = Cnn(40)
    history = torch.randn(7, 41, CHANNELS, generator=torch.Generator().manual_seed(0))[:, :-1]
    trained = network.train()(history)
    torch.testing.assert_close(trained, network.eval()(history), rtol=1e-5, atol=1e-5)


def test_a_layer_starts_as_in_the_authors_framework() -> None:
    layer = LstmV1().lstm
    assert layer.bias_ih_l0.reshape(4, 100).mean(dim=1).tolist() == [0.0, 1.0, 0.0, 0.0]
    assert not layer.bias_hh_l0.any()
    recurrent = layer.weight_hh_l0.detach()
    torch.testing.assert_close(recurrent.T @ recurrent, torch.eye(100), rtol=0, atol=1e-5)


def test_the_relu_layer_is_the_written_out_recurrence() -> None:
    with seeded(2):
        layer = ReluLstm(3, 4)
    w = layer.weights
    x = np.random.default_rng(0).standard_normal((6, 3))
    inner, recurrent, bias = (
        t.detach().double().numpy() for t in (w.weight_ih_l0, w.weight_hh_l0, w.bias_ih_l0)
    )
    h, c = np.zeros(4), np.zeros(4)
    expected = []
    for row in x:
        i, f, g, o = np.split(inner @ row + recurrent @ h + bias, 4)
        i, f, o = (1 / (1 + np.exp(-v)) for v in (i, f, o))
        c = f * c + i * np.maximum(g, 0)
        h = o * np.maximum(c, 0)
        expected.append(h)
    found = layer(torch.tensor(x[None], dtype=torch.float32)).detach().numpy()[0]
    np.testing.assert_allclose(found, expected, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize(
    "build",
    [
        lambda: Cnn(20),
        lambda: LstmV1(20),
        lambda: LstmV2(20, (6, 7, 5)),
        lambda: AutoEncoder(20, (8, 4, 3)),
    ],
    ids=["cnn", "lstm-v1", "lstm-v2", "autoencoder"],
)
def test_every_architecture_becomes_an_ordinary_detector_file(
    build: Callable[[], ErrorNetwork], tmp_path: Path
) -> None:
    rng = np.random.default_rng(0)
    rows = rng.standard_normal((900, CHANNELS)).astype(np.float32)
    with seeded(1):
        network = build().eval()
    statistics = ErrorStatistics.fit(errors(network, rows))
    card = Card(
        kind="test",
        channels=CHANNEL_NAMES,
        shape=(CHANNELS,),
        period=None,
        window=21,
        outputs=(Output(name="distance", on=1, off=1), Output(name="euclidean", on=1, off=1)),
        data={},
        command="",
        seed=1,
        version="1",
    )
    path = tmp_path / "x.onnx"
    parity = export(ErrorDetector(network, statistics), card, path, windows(rows, 20)[:30])
    assert parity.torch <= TOLERANCE
    assert findings(path) == []
