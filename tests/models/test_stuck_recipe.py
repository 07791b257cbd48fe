from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import pytest

from models.check import findings
from models.flights import Flights, Part
from models.hyperparameters import Hyperparameters
from models.metadata import read_card
from models.stuck_recipe import (
    AXIS_OUTPUTS,
    FAITHFUL,
    IMPROVED,
    StuckRecipe,
    spread,
    train_seeds,
    train_stuck,
)
from models.training import DenseTraining, Progress

SHORT = DenseTraining(epochs=2, steps=4, batch=4, crop=256, rate=1e-2)


def flights(seed: int) -> Flights:
    """Return noise in six channels, with readings frozen on all axes of one sensor."""
    rng = np.random.default_rng(seed)
    signals = np.round(rng.standard_normal((5, 700, 6)), 2)
    axes = np.zeros(signals.shape, np.bool_)
    for record in range(5):
        for start in (300, 550):
            columns = slice(0, 3) if rng.random() < 0.5 else slice(3, 6)
            signals[record, start : start + 90, columns] = signals[record, start - 1, columns]
            axes[record, start : start + 90, columns] = True
    return Flights(signals, axes)


@dataclass
class Data:
    epochs: list[tuple[int, int]] = field(default_factory=list)

    def epoch(self, seed: int, number: int) -> Flights:
        self.epochs.append((seed, number))
        return flights(100 * seed + number)

    def part(self, name: Part) -> Flights:
        return flights(len(name))


def test_labels_are_those_of_the_sensors_and_then_of_the_axes() -> None:
    axes = np.zeros((1, 3, 6), np.bool_)
    axes[0, 1, 4] = axes[0, 2, 0] = True
    labels = Flights(axes * 1.0, axes).labels
    assert labels[0].astype(int).tolist() == [
        [0] * 8,
        [0, 1, 0, 0, 0, 0, 1, 0],
        [1, 0, 1, 0, 0, 0, 0, 0],
    ]


@pytest.mark.parametrize("recipe", [FAITHFUL, IMPROVED], ids=lambda recipe: recipe.name)
def test_a_detector_is_built_end_to_end_from_a_seed(recipe: StuckRecipe, tmp_path: Path) -> None:
    data, progress = Data(), list[Progress]()
    cards = [train_stuck(recipe, data, tmp_path / f"{name}.onnx", 7, progress.append, SHORT) for name in "ab"]
    assert (tmp_path / "a.onnx").read_bytes() == (tmp_path / "b.onnx").read_bytes()
    assert findings(tmp_path / "a.onnx") == []
    card, _ = read_card(tmp_path / "a.onnx")
    assert card == cards[0]
    assert [output.name for output in card.outputs] == list(recipe.outputs)
    assert (card.period, card.window, card.shape) == (0.1, recipe.window, (6,))
    assert card.command == f"fdir train {recipe.name} --mission configs/hopper --seed 7"
    assert set(card.data) == {"first_epoch", "validation", "test"}
    assert card.metrics["acc.faults"] + card.metrics["imu.faults"] == 10
    assert {"strict_j", "validation.strict_j"} <= set(card.metrics)
    assert len(progress) == 4


def test_every_epoch_sees_flights_of_its_own(tmp_path: Path) -> None:
    data = Data()
    train_stuck(FAITHFUL, data, tmp_path / "x.onnx", 3, settings=SHORT)
    assert data.epochs == [(3, 0), (3, 1)]


def test_the_improved_net_has_an_output_for_every_axis() -> None:
    assert IMPROVED.outputs[2:] == AXIS_OUTPUTS == ("acc.x", "acc.y", "acc.z", "imu.x", "imu.y", "imu.z")


def test_of_several_seeds_the_best_on_validation_flights_is_kept(tmp_path: Path) -> None:
    out = tmp_path / "new" / "net.onnx"
    cards = train_seeds(FAITHFUL, Data(), out, (1, 2, 3), settings=SHORT)
    assert [card.seed for card in cards] == [1, 2, 3]
    kept, _ = read_card(out)
    assert kept in cards
    assert kept.metrics["validation.strict_j"] == max(c.metrics["validation.strict_j"] for c in cards)


def test_the_spread_is_mean_least_and_largest_of_what_all_cards_have(tmp_path: Path) -> None:
    card = train_stuck(FAITHFUL, Data(), tmp_path / "x.onnx", 1, settings=SHORT)
    cards = [
        card.model_copy(update={"metrics": metrics})
        for metrics in ({"missed": 0.25, "once": 1.0}, {"missed": 0.75})
    ]
    assert spread(cards) == {"missed": (0.5, 0.25, 0.75)}


@pytest.mark.parametrize("recipe", [FAITHFUL, IMPROVED], ids=lambda recipe: recipe.name)
def test_a_tuned_recipe_trains_with_its_hyperparameters_and_the_card_tells_them(
    recipe: StuckRecipe, tmp_path: Path
) -> None:
    chosen = Hyperparameters(2e-3, 1, 20.0, 80.0, {"stuck-net": 157}.get(recipe.name, 60))
    small = replace(recipe, training=SHORT).tuned(chosen)
    card = train_stuck(small, Data(), tmp_path / "x.onnx", 1)
    assert (small.hyperparameters, card.window) == (chosen, chosen.window)
    assert card.metrics | chosen.figures() | {"persistency": 27.0} == card.metrics
    assert card.command.endswith(
        f"--seed 1 --learning-rate 0.002 --epochs 1 --window {chosen.window} --quantiles 20.0 80.0"
    )
    usual = train_stuck(replace(small, quantiles=recipe.quantiles), Data(), tmp_path / "y.onnx", 1)
    assert usual.metrics["quantile_low"] == 33.0


@pytest.mark.parametrize("recipe", [FAITHFUL, IMPROVED], ids=lambda recipe: recipe.name)
def test_a_window_that_the_network_cannot_have_is_refused(recipe: StuckRecipe) -> None:
    with pytest.raises(ValueError, match="window 181:"):
        recipe.tuned(replace(recipe.hyperparameters, window=181))


def test_a_recipe_trains_on_the_device_that_it_is_given() -> None:
    assert FAITHFUL.on("cpu").training == replace(FAITHFUL.training, device="cpu")
