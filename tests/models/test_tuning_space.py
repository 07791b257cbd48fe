import optuna
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.hyperparameters import Hyperparameters
from models.stuck_recipe import FAITHFUL, IMPROVED, StuckRecipe
from models.tuning_space import LARGEST_WINDOW, SPACES

RECIPES = pytest.mark.parametrize("recipe", [FAITHFUL, IMPROVED], ids=lambda recipe: recipe.name)


@RECIPES
@given(seed=st.integers(0, 2**31))
def test_whatever_is_drawn_is_a_network_that_exists(recipe: StuckRecipe, seed: int) -> None:
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    study = optuna.create_study(sampler=optuna.samplers.RandomSampler(seed))
    trial = study.ask()
    drawn = SPACES[recipe.name].draw(trial)
    assert recipe.tuned(drawn).hyperparameters == drawn
    assert drawn.window <= LARGEST_WINDOW
    assert set(trial.params) == {"learning_rate", "epochs", "quantile_low", "quantile_high", "window"}
    assert SPACES[recipe.name].nearest(drawn) == trial.params


@RECIPES
def test_the_recipe_s_own_hyperparameters_are_in_reach(recipe: StuckRecipe) -> None:
    space = SPACES[recipe.name]
    found = space.nearest(recipe.hyperparameters)
    assert found["window"] == recipe.window
    assert found["epochs"] == min(recipe.training.epochs, space.epochs[1])
    assert found["learning_rate"] == recipe.training.rate


def test_what_is_out_of_bounds_is_drawn_to_them() -> None:
    found = SPACES["stuck-cnn-paper"].nearest(Hyperparameters(1.0, 99, 0.0, 100.0, 400))
    assert found == {
        "learning_rate": 2e-2,
        "epochs": 24,
        "quantile_low": 1,
        "quantile_high": 99,
        "window": 300,
    }
