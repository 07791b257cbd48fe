from pathlib import Path

import numpy as np
import onnxruntime as ort
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from fdir_service.session import WindowSession
from fdir_service.streaming.compile import compile_model
from fdir_service.streaming.equality import TOLERANCE, check, stream
from fdir_service.streaming.verdict import Compiled
from models.card import Card, Output
from models.export import export
from models.features import FeatureConstants
from models.inertial_features import USED, Mounting
from models.recipes import STUCK_CHANNELS
from models.stuck_net import RARE, STACKS, StuckNet, dilations_of, window_of
from models.training import dense_scores, seeded

MOUNTING = Mounting((0.25, -0.10, 0.15), 0.1)
OUTPUTS = ("acc", "imu", "acc.x", "acc.y", "acc.z", "imu.x", "imu.y", "imu.z")
Dilations = tuple[int, ...]


def record(samples: int) -> np.ndarray:
    """Return noise with frozen, noisy and huge stuck readings (1, T, 6)."""
    signal = np.random.default_rng(0).standard_normal((samples, 6)) * np.repeat([1e-3, 2e-4], 3)
    signal[40:70, :3] = signal[39, :3]
    signal[75:95, 4] = 3e5
    signal[85:95, 5] = signal[84, 5] + np.arange(10) * 1e-5
    return signal[None].astype(np.float32)


def net_of(dilations: Dilations, width: int = 4, seed: int = 5) -> StuckNet:
    with seeded(seed):
        net = StuckNet(FeatureConstants.fit(record(400)), MOUNTING, width, dilations).eval()
        torch.nn.init.normal_(net.leave.weight)
    return net


def windows_of(net: StuckNet, signal: np.ndarray) -> np.ndarray:
    view = np.lib.stride_tricks.sliding_window_view(signal[0], net.window, axis=0).swapaxes(1, 2)
    return np.ascontiguousarray(view)


def card_of(net: StuckNet) -> Card:
    return Card(
        kind="test",
        channels=STUCK_CHANNELS,
        shape=(6,),
        period=0.1,
        window=net.window,
        outputs=tuple(Output(name=name, on=0.5, off=0.5) for name in OUTPUTS),
        data={},
        command="",
        seed=0,
        version="0",
    )


@settings(max_examples=6, deadline=None)
@given(st.lists(st.sampled_from([1, 2, 3, 8]), min_size=1, max_size=4).map(tuple), st.integers(1, 9))
def test_window_dense_onnx_and_streaming_path_are_one_function(
    tmp_path_factory: pytest.TempPathFactory, dilations: Dilations, seed: int
) -> None:
    net = net_of(dilations, seed=seed)
    signal = record(net.window + 60)
    windows = windows_of(net, signal)
    with torch.no_grad():
        by_window = net(torch.from_numpy(windows)).numpy()
    dense = dense_scores(net, signal)[0]
    path = tmp_path_factory.mktemp("net") / "net.onnx"
    export(net, card_of(net), path, windows)
    by_file = ort.InferenceSession(path).run(None, {"window": windows})[0]
    compiled = compile_model(path.read_bytes(), net.window, (6,))
    assert isinstance(compiled, Compiled)
    assert compiled.field == net.window
    streamed = stream(compiled, path, signal[0])[net.window - 1 :]
    for scores in (dense, by_file, streamed):
        np.testing.assert_allclose(scores, by_window, atol=TOLERANCE)


def test_the_streaming_path_of_the_whole_net_is_not_refused(tmp_path: Path) -> None:
    with seeded(1):
        net = StuckNet(FeatureConstants.fit(record(400)), MOUNTING)
    path = tmp_path / "net.onnx"
    export(net, card_of(net), path, windows_of(net, record(280)))
    compiled = compile_model(path.read_bytes(), net.window, (6,))
    assert isinstance(compiled, Compiled)
    verdict = check(WindowSession(path, net.window, (6,)), 6, compiled)
    assert (verdict.path, verdict.refusals) == ("streaming", ())
    assert verdict.differences["streaming"] < 1e-6


def test_in_float64_window_and_dense_form_agree_to_rounding() -> None:
    net = net_of((1, 4)).double()
    signal = record(net.window + 40).astype(np.float64)
    with torch.no_grad():
        dense = torch.sigmoid(net.dense(torch.from_numpy(signal)))[0]
        windows = net(torch.from_numpy(windows_of(net, signal)))
    assert (dense - windows).abs().max() < 1e-12


def test_a_sensor_is_as_stuck_as_its_most_stuck_axis() -> None:
    net = net_of((1, 2))
    scores = dense_scores(net, record(200))[0]
    np.testing.assert_array_equal(scores[:, 0], scores[:, 2:5].max(axis=1))
    np.testing.assert_array_equal(scores[:, 1], scores[:, 5:8].max(axis=1))


@pytest.mark.parametrize("sample", [0, -1], ids=["oldest", "newest"])
def test_the_ends_of_the_window_count(sample: int) -> None:
    net = net_of((1, 2, 4))
    window = record(net.window)
    changed = window.copy()
    changed[0, sample] += 2e-3
    with torch.no_grad():
        assert not torch.equal(net(torch.from_numpy(window)), net(torch.from_numpy(changed)))


def test_the_default_net_sees_253_samples_with_32_thousand_weights() -> None:
    net = StuckNet(FeatureConstants.fit(record(400)), MOUNTING)
    assert net.window == 253 > USED
    assert 30_000 < sum(weights.numel() for weights in net.parameters()) < 34_000


def test_training_starts_from_rare_faults() -> None:
    with seeded(0):
        net = StuckNet(FeatureConstants.fit(record(400)), MOUNTING)
    assert net.leave.bias.max() == RARE
    assert dense_scores(net, record(300)).mean() < 0.3


@pytest.mark.parametrize("dilations", STACKS)
def test_the_window_tells_the_dilations(dilations: tuple[int, ...]) -> None:
    assert dilations_of(window_of(dilations)) == dilations


def test_a_window_that_no_dilations_have_is_refused() -> None:
    with pytest.raises(ValueError, match="window 180: a dilated net has one of 157, 221, 253, 285"):
        dilations_of(180)
