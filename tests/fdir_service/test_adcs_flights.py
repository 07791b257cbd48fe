"""Rows of nominal flights train the detector of the simulated CubeSat."""

from dataclasses import replace

import numpy as np

from fdir_service.adcs_flights import RECIPE, flight, table, train_adcs
from models.dclop.clustering import JointSettings
from models.dclop.training import PretrainingSettings
from models.metadata import read_card
from models.training import silent
from sim.adcs.sensors import NAMES


def test_rows_are_taken_from_days_with_seeds_of_their_own_and_begin_later_in_each():
    found = table(2, flights=2, step=1440)
    expected = np.concatenate([flight(2000)[::1440], flight(2001)[720::1440]])
    np.testing.assert_array_equal(found.samples, expected)
    assert found.names == NAMES
    assert found.digest != table(3, flights=2, step=1440).digest


def test_a_detector_is_trained_on_them_and_its_card_says_how(tmp_path):
    short = replace(
        RECIPE.settings,
        hidden=(8, 4, 8),
        clusters=3,
        pretraining=PretrainingSettings(epochs=1),
        joint=JointSettings(iterations=3),
    )
    card = train_adcs(tmp_path / "x.onnx", 2, silent, replace(RECIPE, settings=short, budget=90), flights=1)
    assert card == read_card(tmp_path / "x.onnx")[0]
    assert card.command == "fdir train dclop-adcs --seed 2"
    assert card.data == {"flights 2000 to 2000": table(2, flights=1).digest}
    assert card.metrics["references"] <= 90
