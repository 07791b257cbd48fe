"""A small trained detector and a table."""

import csv
from pathlib import Path

import numpy as np
import pytest
import torch

from models.dclop.clustering import JointSettings
from models.dclop.training import DclopSettings, PretrainingSettings, Trained, train

SMALL = DclopSettings(
    clusters=3,
    hidden=(16, 8, 16),
    latent=2,
    pretraining=PretrainingSettings(epochs=30, batch=32),
    joint=JointSettings(iterations=100, least=40),
)


@pytest.fixture(autouse=True)
def _one_thread() -> None:
    torch.set_num_threads(1)


@pytest.fixture(scope="session")
def rows() -> np.ndarray:
    """Three groups of 5 channels in engineering units and one row far from all, (151, 5)."""
    rng = np.random.default_rng(0)
    centres = rng.normal(size=(3, 5)) * 5
    rows = centres[np.arange(150) % 3] + rng.normal(size=(150, 5))
    return np.vstack([rows, [90, -90, 0, 90, 0]]) * [1, 10, 0.1, 1, 1000] + [0, 5e4, 0, -3, 1e5]


@pytest.fixture(scope="session")
def trained(rows: np.ndarray) -> Trained:
    return train(rows, 1, SMALL)


@pytest.fixture
def table_file(tmp_path: Path, rows: np.ndarray) -> Path:
    """The rows as a CSV file with units, and with a column of words and a label."""
    path = tmp_path / "adcs.csv"
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["time", "a [uT]", "b", "c", "d", "e [V]", "label"])
        for k, row in enumerate(rows.tolist()):
            writer.writerow([f"2026-01-01T00:{k // 60:02}:{k % 60:02}", *row, int(k == 150)])
    return path
