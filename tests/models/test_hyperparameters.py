import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.hyperparameters import PAPER, Hyperparameters

OWN = Hyperparameters(4e-3, 24, 33.0, 90.0, 180)
any_hyperparameters = st.builds(
    Hyperparameters,
    st.floats(1e-6, 1.0),
    st.integers(1, 99),
    st.floats(0, 49),
    st.floats(50, 100),
    st.integers(60, 300),
)


def test_the_figures_of_a_card_leave_out_the_window() -> None:
    assert OWN.figures() == {
        "learning_rate": 4e-3,
        "epochs": 24.0,
        "quantile_low": 33.0,
        "quantile_high": 90.0,
    }
    assert set(PAPER) == set(OWN.figures()) | {"window", "persistency"}


def test_the_command_names_what_is_changed_alone() -> None:
    assert OWN.options(OWN) == ""
    changed = Hyperparameters(1e-3, 24, 20.0, 90.0, 188)
    assert changed.options(OWN) == " --learning-rate 0.001 --window 188 --quantiles 20.0 90.0"
    assert Hyperparameters(4e-3, 9, 33.0, 90.0, 180).options(OWN) == " --epochs 9"


@given(any_hyperparameters, any_hyperparameters)
def test_the_options_say_exactly_what_differs(one: Hyperparameters, other: Hyperparameters) -> None:
    words = one.options(other).split()
    found = {"learning_rate": other.learning_rate, "epochs": other.epochs, "window": other.window}
    pair = (other.quantile_low, other.quantile_high)
    while words:
        match words:
            case ["--quantiles", low, high, *words]:
                pair = float(low), float(high)
            case [option, value, *words]:
                name = option.removeprefix("--").replace("-", "_")
                found[name] = type(found[name])(value)
    assert Hyperparameters(found["learning_rate"], int(found["epochs"]), *pair, int(found["window"])) == one


@pytest.mark.parametrize(
    "wrong",
    [(4e-3, 24, 90.0, 33.0, 180), (4e-3, 24, -1.0, 90.0, 180), (4e-3, 24, 1.0, 101.0, 180)],
)
def test_quantiles_that_are_none_are_refused(wrong: tuple[float, int, float, float, int]) -> None:
    with pytest.raises(ValueError, match="quantiles"):
        Hyperparameters(*wrong)


@pytest.mark.parametrize(("rate", "epochs"), [(0.0, 1), (1e-3, 0), (float("nan"), 1)])
def test_a_training_that_would_not_train_is_refused(rate: float, epochs: int) -> None:
    with pytest.raises(ValueError, match="must be positive"):
        Hyperparameters(rate, epochs, 33.0, 90.0, 180)
