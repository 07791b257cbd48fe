"""The recipe for a real sensor, end to end on trials of noise with frozen readings."""

import numpy as np
import pytest

from models.check import findings
from models.flights import Flights
from models.metadata import read_card
from models.recorded_trials import Trial
from models.stuck_real import RealRecipe, persistency_of, train_real
from models.training import DenseTraining

SHORT = RealRecipe(width=4, dilations=(1,), training=DenseTraining(epochs=2, steps=3, batch=2, crop=64))


def flights(seed):
    rng = np.random.default_rng(seed)
    signals = np.round(rng.standard_normal((3, 500, 6)), 2)
    axes = np.zeros(signals.shape, np.bool_)
    axes[:, 200:300, 1] = axes[:, 350:450, 4] = True
    signals[axes] = 0.5
    return Flights(signals, axes)


class Data:
    period = 0.04

    def __init__(self):
        self.digests = {"a": "1", "b": "2"}
        self.epochs = []

    def epoch(self, seed, number, left_out):
        self.epochs.append((number, left_out))
        return flights(seed + number)

    def trial(self, number):
        judged = flights(50 + number)
        nothing = np.zeros((3, 500, 2), np.bool_)
        return Trial(judged, nothing, np.random.default_rng(number).standard_normal((1, 500, 6)))


def test_every_trial_is_left_out_once_and_the_file_is_trained_on_all(tmp_path):
    data, progress = Data(), []
    card = train_real(data, tmp_path / "x.onnx", 3, progress.append, SHORT)
    assert findings(tmp_path / "x.onnx") == []
    assert read_card(tmp_path / "x.onnx")[0] == card
    assert data.epochs == [(n, k) for k in (0, 1, None) for n in (0, 999, 1)]
    assert len(progress) == 6
    assert card.command == "fdir train stuck-net-real --data DIR --seed 3"
    assert card.data == {"a": "1", "b": "2"}
    assert card.metrics["left_out.faults"] == 12
    assert [output.name for output in card.outputs][:2] == ["acc", "imu"]


def test_equal_seeds_give_equal_files(tmp_path):
    files = [tmp_path / f"{k}.onnx" for k in range(2)]
    for file in files:
        train_real(Data(), file, 3, recipe=SHORT)
    assert files[0].read_bytes() == files[1].read_bytes()


@pytest.mark.parametrize(("period", "samples"), [(0.1, 27), (0.035, 77)])
def test_the_persistency_lasts_as_long_as_on_the_benchmark(period, samples):
    assert persistency_of(period) == samples
