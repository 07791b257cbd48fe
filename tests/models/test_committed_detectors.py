from pathlib import Path

import numpy as np
import onnx
import onnxruntime as ort
import pytest

from models.card import Card
from models.check import findings
from models.hysteresis import Thresholds
from models.metadata import read_card
from models.stuck_cnn import WINDOW

CONFIGS = Path(__file__).parents[2] / "configs"
STUCK = CONFIGS / "hopper" / "stuck-cnn.onnx"
FAITHFUL = CONFIGS / "hopper" / "stuck-cnn-paper.onnx"
NET = CONFIGS / "hopper" / "stuck-net.onnx"
REAL = CONFIGS / "imu" / "stuck-net-real.onnx"
ATMONSAT = CONFIGS / "atmonsat" / "atmonsat-cnn.onnx"
PROTOCOL = sorted((CONFIGS / "atmonsat" / "models").glob("*.onnx"))
PORTRAIT = CONFIGS / "cubesat-adcs" / "dclop.onnx"
RISE = CONFIGS / "atmonsat" / "atmonsat-rise.onnx"
SEGMENTS = CONFIGS / "opssat" / "segment-mixture.onnx"


def moving_hopper(rng: np.random.Generator, n: int) -> np.ndarray:
    """Return n readings (n, 6): first-order jitter of half a second with sensor noise and resolution."""
    rms, noise = np.repeat([6e-4, 4e-4], 3), np.repeat([7.7e-5, 6.5e-5], 3)
    bits = np.repeat([1.96133e-5, 3.8e-6], 3)
    state, found = np.zeros(6), np.zeros((n, 6))
    for i in range(n):
        state = 0.82 * state + rms * np.sqrt(1 - 0.82**2) * rng.standard_normal(6)
        found[i] = state + noise * rng.standard_normal(6)
    return np.round(found / bits) * bits


def scores_of(readings: np.ndarray) -> np.ndarray:
    """Return the scores (n - 179, 2) of the shipped stuck-value CNN."""
    windows = np.lib.stride_tricks.sliding_window_view(readings.astype(np.float32), WINDOW, axis=0).swapaxes(
        1, 2
    )
    return ort.InferenceSession(STUCK).run(None, {"window": np.ascontiguousarray(windows)})[0]


def card_of(path: Path) -> Card:
    return read_card(path)[0]


@pytest.mark.parametrize(
    "path", [STUCK, FAITHFUL, NET, REAL, ATMONSAT, RISE, SEGMENTS, *PROTOCOL], ids=lambda path: path.stem
)
def test_a_committed_file_keeps_the_contract_in_one_small_file(path: Path) -> None:
    assert findings(path) == []
    assert path.stat().st_size < 400_000
    assert not any(t.external_data for t in onnx.load(path, load_external_data=False).graph.initializer)


def test_the_portrait_of_the_cubesat_keeps_the_contract_in_less_than_a_megabyte() -> None:
    assert findings(PORTRAIT) == []
    assert PORTRAIT.stat().st_size < 1_000_000
    card = card_of(PORTRAIT)
    assert card.command == "fdir train dclop-adcs --seed 1"
    assert (card.outputs[0].on, card.outputs[1].on) == (0.7, None)
    assert card.metrics["references"] <= 1000


def test_the_cards_name_how_to_rebuild_the_files() -> None:
    assert card_of(STUCK).command.startswith("fdir train stuck-cnn --mission configs/hopper")
    for path in (FAITHFUL, NET):
        card = card_of(path)
        assert card.command == f"fdir train {path.stem} --mission configs/hopper --seed {card.seed}"
    assert card_of(ATMONSAT).command == "fdir train atmonsat-cnn --data DIR --seed 1"


def test_the_training_of_the_atmonsat_cnn_knows_neither_test_nor_replay_nor_watched_day() -> None:
    assert {"2022.03.23", "2022.05.13", "2022.06.15"}.isdisjoint(card_of(ATMONSAT).data)
    assert len(card_of(ATMONSAT).data) == 7


@pytest.mark.parametrize("path", PROTOCOL, ids=lambda path: path.stem)
def test_the_models_of_the_protocol_know_all_normal_days_of_the_developers(path: Path) -> None:
    card = card_of(path)
    model, _, seed = path.stem.rpartition("-")
    assert card.command.startswith(f"fdir train atmonsat --model {model} --data DIR --seed {seed}")
    assert len(card.data) == 8
    assert {"2022.03.23", "2022.05.13", "2022.06.22", "2022.07.20"}.isdisjoint(card.data)


def test_the_rise_detector_is_fitted_without_test_and_replay_day_and_reads_no_electrical_value() -> None:
    card = card_of(RISE)
    assert {"2022.05.13", "2022.06.15"}.isdisjoint(card.data)
    assert len(card.data) == 8
    assert card.command == "fdir train atmonsat-rise --data DIR --seed 1"
    assert {c.unit for c in card.channels} == {"degC", "s"}
    assert [c.name for c in card.channels if c.unit == "s"] == ["restart.age", "reboot.age"]


def test_the_card_of_the_stuck_value_cnn_has_its_figures() -> None:
    metrics = card_of(STUCK).metrics
    for sensor in ("acc", "imu"):
        assert metrics[f"{sensor}.precision"] > 0.98
        assert metrics[f"{sensor}.strict_precision"] > 0.97
    assert metrics["acc.missed"] < 0.15
    assert metrics["imu.missed"] < 0.3


def test_the_card_of_the_net_keeps_what_the_benchmark_asks() -> None:
    metrics = card_of(NET).metrics
    for sensor, missed, uncertain, precision, recall, false_share, strict, isolation in (
        ("acc", 0.045, 0.11, 0.99, 0.955, 0.002, 0.88, 0.94),
        ("imu", 0.15, 0.10, 0.98, 0.85, 0.010, 0.77, 0.89),
    ):
        assert metrics[f"{sensor}.missed"] <= missed
        assert metrics[f"{sensor}.uncertain"] <= uncertain
        assert metrics[f"{sensor}.precision"] >= precision
        assert metrics[f"{sensor}.recall"] >= recall
        assert metrics[f"{sensor}.false_share"] <= false_share
        assert metrics[f"{sensor}.strict_precision"] >= 0.975
        assert metrics[f"{sensor}.strict_recall"] >= strict
        assert metrics[f"{sensor}.isolation"] >= isolation
    assert metrics["strict_j"] >= 0.945


def test_the_net_beats_the_faithful_cnn_wherever_the_benchmark_looks() -> None:
    net, faithful = card_of(NET), card_of(FAITHFUL)
    assert net.data["test"] == faithful.data["test"]
    for sensor in ("acc", "imu"):
        assert net.metrics[f"{sensor}.missed"] < faithful.metrics[f"{sensor}.missed"]
        assert net.metrics[f"{sensor}.strict_recall"] > faithful.metrics[f"{sensor}.strict_recall"]


def test_the_net_names_the_axis_that_is_frozen() -> None:
    readings = moving_hopper(np.random.default_rng(4), 700)
    readings[400:500, 4] = readings[399, 4]
    window = card_of(NET).window
    windows = np.lib.stride_tricks.sliding_window_view(readings.astype(np.float32), window, axis=0)
    scores = ort.InferenceSession(NET).run(None, {"window": np.ascontiguousarray(windows.swapaxes(1, 2))})[0]
    frozen = scores[420 - window + 1 : 500 - window + 1]
    assert (frozen[:, [1, 6]] > 0.5).all()
    assert (np.delete(frozen, [1, 6], axis=1) < 0.5).all()


def index_of(readings: np.ndarray) -> np.ndarray:
    """Return the failure indices (n, 2) of the shipped stuck-value CNN, unknown ones as 0."""
    pairs = [Thresholds(output.on, output.off) for output in card_of(STUCK).outputs]
    known = np.stack(
        [pair(scores) for pair, scores in zip(pairs, scores_of(readings).T, strict=True)], axis=1
    )
    return np.concatenate([np.zeros((WINDOW - 1, 2), np.bool_), known])


@pytest.mark.parametrize(
    ("sensor", "axes"),
    [(0, slice(0, 3)), (1, slice(3, 6)), (0, slice(0, 1)), (1, slice(5, 6))],
    ids=["accelerometer", "imu", "acc.x", "imu.z"],
)
def test_a_frozen_sensor_is_found_soon_for_as_long_as_it_lasts_and_only_that_one(
    sensor: int, axes: slice
) -> None:
    readings = moving_hopper(np.random.default_rng(1), 800)
    readings[300:700, axes] = readings[299, axes]
    index = index_of(readings)
    assert not index[:300].any()
    assert index[320:700, sensor].all()
    assert not index[:, 1 - sensor].any()
    assert not index[730:].any()


def test_a_moving_hopper_is_not_reported() -> None:
    assert not index_of(moving_hopper(np.random.default_rng(5), 4000)).any()


def test_a_stuck_value_far_beyond_the_range_gives_a_finite_score_and_is_found() -> None:
    readings = moving_hopper(np.random.default_rng(2), 400)
    readings[300:, 4] = -3e5
    assert np.isfinite(scores_of(readings)).all()
    assert index_of(readings)[320:, 1].all()


def test_the_net_of_the_real_sensor_beats_the_classical_checks_on_trials_it_has_not_seen():
    card = card_of(REAL)
    figures = {name.removeprefix("left_out."): value for name, value in card.metrics.items()}
    assert figures["learned.strict_j"] >= figures["classical.strict_j"] + 0.04
    assert figures["learned.nominal"] <= 1
    assert len(card.data) == 7
    assert card.command == "fdir train stuck-net-real --data DIR --seed 1"


def test_the_detector_of_odd_segments_does_not_know_the_shipped_run_and_is_quiet_on_runs_left_out():
    card = card_of(SEGMENTS)
    assert "2021-04-17_21-20-34" not in card.data
    assert len([name for name in card.data if not name.startswith("ground")]) == 8
    assert card.command == "fdir train opssat-stream --data DIR --seed 1"
    assert card.metrics["left_out.alarms_per_day"] <= 2
    assert card.metrics["left_out.diode_hours"] > 30
    for kind in ("stuck", "noise", "weak_noise"):
        assert card.metrics[f"left_out.{kind}.found"] >= 0.6 * card.metrics[f"left_out.{kind}.tried"]
