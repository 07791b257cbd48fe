"""The network of the authors' firmware as an ordinary detector file."""

from pathlib import Path

import numpy as np
import torch

from models.atmonsat.cnn import Cnn
from models.atmonsat.error_statistics import ErrorDetector, ErrorStatistics
from models.atmonsat.network import CHANNEL_NAMES, CHANNELS
from models.atmonsat.significance import key
from models.card import Card, Output
from models.export import export

EXCERPT = Path(__file__).parent / "excerpt"
HISTORY = 150


def write_firmware(folder: Path, weights: Path = EXCERPT / "firmware.npz") -> Path:
    """Write ``firmware-0.onnx``: the layout is that of the data set's README, filters last."""
    with np.load(weights) as file:
        w = {name: file[name].astype(np.float64) for name in file.files}
    network = Cnn(HISTORY)
    places = len(w["dense_kernel"]) // w["conv_bias"].size
    dense = w["dense_kernel"].reshape(places, -1, CHANNELS).transpose(2, 1, 0).reshape(CHANNELS, -1)
    with torch.no_grad():
        for values, given in (
            (network.convolution.weight, w["conv_kernel"].transpose(2, 1, 0)),
            (network.convolution.bias, w["conv_bias"]),
            (network.dense.weight, dense),
            (network.dense.bias, w["dense_bias"]),
        ):
            values.copy_(torch.tensor(given.copy()))
    whitening = np.linalg.cholesky(w["error_inverse_covariance"]).T
    level = float(w["threshold"])
    card = Card(
        kind="firmware CNN",
        channels=CHANNEL_NAMES,
        shape=(CHANNELS,),
        period=None,
        window=HISTORY + 1,
        outputs=tuple(Output(name=name, on=level, off=level) for name in ("distance", "euclidean")),
        data={},
        command="none",
        seed=0,
        metrics={key(0.05): level},
        version="1",
    )
    path = folder / "firmware-0.onnx"
    rng = np.random.default_rng(0)
    windows = rng.integers(30, 45, (4, HISTORY + 1, CHANNELS)).astype(np.float32)
    export(ErrorDetector(network, ErrorStatistics(w["error_mean"], whitening)), card, path, windows)
    return path
