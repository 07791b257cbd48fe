"""Where the hyper-parameters of a stuck-value detector are looked for."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

from optuna.trial import BaseTrial

from models.hyperparameters import Hyperparameters
from models.stuck_net import STACKS, window_of
from models.stuck_recipe import FAITHFUL, IMPROVED

LARGEST_WINDOW: Final = 300
"""Samples: faults are at least 305 apart, so that no window sees two (section 5.4 of the paper)."""


@dataclass(frozen=True, slots=True)
class Space:
    """Bounds of each hyper-parameter, both included; the learning rate is drawn by its logarithm.

    Attributes
    ----------
    windows : those that the architecture can have.

    """

    windows: tuple[int, ...]
    learning_rate: tuple[float, float] = (3e-4, 2e-2)
    epochs: tuple[int, int] = (4, 24)
    quantile_low: tuple[int, int] = (1, 45)
    quantile_high: tuple[int, int] = (55, 99)

    def draw(self, trial: BaseTrial) -> Hyperparameters:
        """Return what the sampler of a trial suggests."""
        return Hyperparameters(
            trial.suggest_float("learning_rate", *self.learning_rate, log=True),
            trial.suggest_int("epochs", *self.epochs),
            trial.suggest_int("quantile_low", *self.quantile_low),
            trial.suggest_int("quantile_high", *self.quantile_high),
            self._window(trial),
        )

    def _window(self, trial: BaseTrial) -> int:
        steps = {b - a for a, b in zip(self.windows, self.windows[1:], strict=False)}
        if len(steps) != 1:
            return int(trial.suggest_categorical("window", self.windows))
        return trial.suggest_int("window", self.windows[0], self.windows[-1], step=steps.pop())

    def nearest(self, wanted: Hyperparameters) -> dict[str, Any]:
        """Return parameters of a trial: the nearest ones inside the bounds."""
        bounds: Mapping[str, Sequence[float]] = asdict(self)
        own = asdict(wanted)
        found = {
            name: type(bounds[name][0])(min(max(own[name], bounds[name][0]), bounds[name][1]))
            for name in ("learning_rate", "epochs", "quantile_low", "quantile_high")
        }
        return found | {"window": min(self.windows, key=lambda window: abs(window - wanted.window))}


SPACES: Final[Mapping[str, Space]] = {
    FAITHFUL.name: Space(tuple(range(60, LARGEST_WINDOW + 1, 8))),
    IMPROVED.name: Space(tuple(window_of(dilations) for dilations in STACKS)),
}
"""By name of the recipe."""
