"""What one would take instead of this detector: the same network in PyTorch, two online outlier detectors."""

from typing import Any

import numpy as np

from fdir_service.bench.engines import agree, chunked
from fdir_service.bench.reference import Bare, setup, signals
from fdir_service.bench.rounds import Contender, Pair, Row, UnavailableError

TREES, HEIGHT = 10, 8
ESTIMATORS, FITTED = 100, 2_000


def _eager(quick: bool) -> Pair:
    try:
        import torch  # noqa: PLC0415  only with the extra "train"
    except ImportError:
        raise UnavailableError("torch is not installed: pip install 'fdir-service[train]'") from None
    detector, windows = setup(), 8 if quick else 100
    bare = Bare.of(detector, signals(detector.card.window - 1 + windows))
    network = _network(detector.path.read_bytes())
    tensors = [torch.from_numpy(window) for window in bare.windows]

    def run() -> None:
        with torch.inference_mode():
            for tensor in tensors:
                network(tensor)

    torch.set_num_threads(1)
    with torch.inference_mode():
        agree(np.array([network(tensor)[0].numpy() for tensor in tensors]), bare.scores(), "PyTorch")
    return chunked(quick), Contender(run, windows)


def _network(octets: bytes) -> Any:
    """Return the committed network as a module of PyTorch, with the weights of its ONNX file."""
    import onnx  # noqa: PLC0415
    import torch  # noqa: PLC0415
    from onnx import numpy_helper  # noqa: PLC0415

    from models.features import FeatureConstants  # noqa: PLC0415
    from models.scaling import RobustScaling  # noqa: PLC0415
    from models.stuck_cnn import StuckCnn  # noqa: PLC0415

    one = RobustScaling(np.zeros(6), np.ones(6))
    network = StuckCnn(FeatureConstants(one, one, np.ones(6))).eval()
    graph = onnx.load_model_from_string(octets).graph
    weights = {tensor.name: numpy_helper.to_array(tensor).copy() for tensor in graph.initializer}
    network.load_state_dict({name: torch.from_numpy(weights[name]) for name in network.state_dict()})
    return network


def _trees(quick: bool) -> Pair:
    try:
        from river import anomaly, compose, preprocessing  # noqa: PLC0415
    except ImportError:
        raise UnavailableError("river is not installed: pip install 'fdir-service[bench]'") from None
    samples = 50 if quick else 2_000
    names = [channel.name for channel in setup().card.channels]
    rows = [dict(zip(names, row, strict=True)) for row in signals(samples).tolist()]
    trees = anomaly.HalfSpaceTrees(n_trees=TREES, height=HEIGHT, seed=1)
    model = compose.Pipeline(preprocessing.MinMaxScaler(), trees)

    def run() -> None:
        for row in rows:
            model.score_one(row)
            model.learn_one(row)

    return chunked(quick), Contender(run, samples)


def _forest(quick: bool) -> Pair:
    from sklearn.ensemble import IsolationForest  # noqa: PLC0415  a second to import

    samples = 3 if quick else 30
    record = signals(FITTED)
    forest = IsolationForest(n_estimators=10 if quick else ESTIMATORS, random_state=1).fit(record)
    rows = [record[k : k + 1] for k in range(samples)]

    def run() -> None:
        for row in rows:
            forest.score_samples(row)

    return chunked(quick), Contender(run, samples)


ROWS = (
    Row(
        "vs_torch_eager",
        "chunks of 1,024 samples against the same network in PyTorch, window by window; a sample",
        100,
        150,
        _eager,
    ),
    Row(
        "vs_river_hst",
        "chunks of 1,024 samples against river's scaled HalfSpaceTrees (10 trees of height 8); a sample",
        12,
        20,
        _trees,
    ),
    Row(
        "vs_isolation_forest_rowwise",
        "chunks of 1,024 samples against scikit-learn's IsolationForest (100 trees), row by row; a sample",
        2500,
        4000,
        _forest,
    ),
)
