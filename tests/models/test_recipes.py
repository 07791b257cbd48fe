from collections.abc import Callable
from pathlib import Path

import numpy as np

from models.check import findings
from models.metadata import read_card
from models.recipes import train_stuck_cnn
from models.training import DenseTraining, Progress

StuckParts = Callable[..., tuple[np.ndarray, np.ndarray]]


def test_the_stuck_value_cnn_is_built_end_to_end_from_a_seed(stuck_parts: StuckParts, tmp_path: Path) -> None:
    settings = DenseTraining(epochs=3, steps=6, batch=4, crop=256, rate=1e-2)
    progress: list[Progress] = []
    cards = [
        train_stuck_cnn(stuck_parts, tmp_path / name, seed, progress.append, settings)
        for name, seed in (("a.onnx", 7), ("b.onnx", 7))
    ]
    assert cards[0] == cards[1]
    assert (tmp_path / "a.onnx").read_bytes() == (tmp_path / "b.onnx").read_bytes()
    assert findings(tmp_path / "a.onnx") == []
    card, _ = read_card(tmp_path / "a.onnx")
    assert card == cards[0]
    assert [c.name for c in card.channels] == ["acc.x", "acc.y", "acc.z", "imu.x", "imu.y", "imu.z"]
    assert [o.name for o in card.outputs] == ["acc", "imu"]
    assert (card.period, card.window, card.shape) == (0.1, 180, (6,))
    assert card.command == "fdir train stuck-cnn --mission configs/hopper --trajectories 6 --seed 7"
    assert set(card.data) == {"train", "validation"}
    faults = card.metrics["acc.faults"] + card.metrics["imu.faults"]
    assert faults == 12
    assert "imu.nominal_false_reactions" in card.metrics
    assert len(progress) == 6
