"""Hyper-parameters of a stuck-value detector: those of Table 4 of the stuck-value CNN paper."""

from dataclasses import asdict, dataclass
from typing import Final

from models.stuck_figures import PERSISTENCY

PAPER: Final = {
    "learning_rate": 0.0006507411205516692,
    "epochs": 32.0,
    "quantile_low": 33.0,
    "quantile_high": 90.0,
    "window": 180.0,
    "persistency": float(PERSISTENCY),
}
"""Table 4 of the paper, on its own data, which are not public."""


@dataclass(frozen=True, slots=True)
class Hyperparameters:
    """What a training depends on; the persistency is chosen afterwards, on its scores.

    Attributes
    ----------
    learning_rate : largest one of the one-cycle schedule.
    epochs : passes at most.
    quantile_low, quantile_high : bounds of the robust scaling, percent.
    window : W, samples.

    """

    learning_rate: float
    epochs: int
    quantile_low: float
    quantile_high: float
    window: int

    def __post_init__(self) -> None:
        if not 0 <= self.quantile_low < self.quantile_high <= 100:
            raise ValueError(
                f"quantiles {self.quantile_low} and {self.quantile_high}: not 0 <= low < high <= 100"
            )
        if not (self.learning_rate > 0 and self.epochs >= 1):
            raise ValueError(f"learning rate {self.learning_rate}, epochs {self.epochs}: must be positive")

    def figures(self) -> dict[str, float]:
        """Return them by name, as a card has them; the window has a place of its own there."""
        return {name: float(value) for name, value in asdict(self).items() if name != "window"}

    def options(self, default: "Hyperparameters") -> str:
        """Return the options of `fdir train` for what is not as in `default`, each with a blank before it."""
        names = {"learning_rate": "--learning-rate", "epochs": "--epochs", "window": "--window"}
        own, usual = asdict(self), asdict(default)
        found = [f" {option} {own[name]}" for name, option in names.items() if own[name] != usual[name]]
        pair = (self.quantile_low, self.quantile_high)
        if pair != (default.quantile_low, default.quantile_high):
            found.append(f" --quantiles {pair[0]} {pair[1]}")
        return "".join(found)
