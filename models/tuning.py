"""Tuning of a stuck-value detector: Algorithm 1 of the stuck-value CNN paper, with Optuna.

Each trial trains a network with the hyper-parameters that the sampler suggests, scores the validation flights
and chooses the persistency on its own; its worth is the weighted F0.5 of the system metrics (Equation 1). No
test flight is looked at. Trials share flights and training seed: they differ by hyper-parameters alone.
"""

from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from time import monotonic
from typing import Any, Final, Protocol

import numpy as np
import optuna
from numpy.typing import NDArray
from optuna.trial import TrialState

from models.flights import FlightData, Flights
from models.hyperparameters import Hyperparameters
from models.metrics import Mask
from models.persistency import COUNTS, best_persistency, indices
from models.stuck_recipe import StuckRecipe, scores_of, trained
from models.training import Progress
from models.tuning_space import SPACES, Space
from models.tuning_storage import ScoreStore, open_study

SENSORS: Final = 2
FIRST: Final = 8
"""Trials that are drawn at random before the sampler draws from what it has learnt."""
WARM_UP: Final = 3
"""Epochs that no trial is ended in."""
SEEDS: Final = 100_003
"""The sampler's seed is that of the study times this, plus the finished trials: a study that went on after it
was ended draws what it would have drawn without that."""
LARGEST_SEED: Final = 1 << 32
ENDED: Final = (TrialState.COMPLETE, TrialState.PRUNED)


class TuningData(FlightData, Protocol):
    """Gives flights, the same ones to every trial, and the classical checks on them."""

    def classical(self, flights: Flights) -> Mask:
        """Return the index (n, T, 2) of the classical checks."""
        ...


@dataclass(frozen=True, slots=True)
class TuningSettings:
    """What makes the trials of a study comparable; a study goes on only with equal ones.

    Attributes
    ----------
    seed : of sampler and trainings.
    flights, validation : in a training epoch, and to judge by.
    steps : of a training epoch.
    objective : how reactions are counted: literal or strict.

    """

    seed: int
    flights: int
    validation: int
    steps: int
    objective: str = "literal"


@dataclass(frozen=True, slots=True)
class Limit:
    """When to stop: at so many finished trials, or to begin none after so many seconds."""

    trials: int
    seconds: float = float("inf")
    clock: Callable[[], float] = monotonic


@dataclass(frozen=True, slots=True)
class Study:
    """A study and what its trials are judged by."""

    recipe: StuckRecipe
    settings: TuningSettings
    study: optuna.Study
    store: ScoreStore
    space: Space

    @classmethod
    def open(
        cls,
        recipe: StuckRecipe,
        settings: TuningSettings,
        path: Path | None,
        store: ScoreStore,
        space: Space | None = None,
    ) -> "Study":
        """Begin a study, or go on with the one in a file; its first trial is the recipe as it is.

        Parameters
        ----------
        path : of the study; None: in memory.
        store : of the scores.
        space : default: that of the recipe.

        Raises
        ------
        TuningError
            If the file cannot be used, or has a study with other settings.

        """
        optuna.logging.set_verbosity(optuna.logging.WARNING)
        chosen = space or SPACES[recipe.name]
        study = open_study(path, recipe.name, asdict(settings) | _plain(asdict(chosen)))
        if not study.get_trials(deepcopy=False, states=(*ENDED, TrialState.WAITING)):
            study.enqueue_trial(chosen.nearest(recipe.hyperparameters))
        return cls(recipe, settings, study, store, chosen)

    @property
    def finished(self) -> int:
        """Trials that were completed or pruned."""
        return len(self.study.get_trials(deepcopy=False, states=ENDED))

    def run(self, data: TuningData, limit: Limit, advance: Callable[[int], None]) -> None:
        """Run trials until the limit is reached; `advance` gets the number of those that have finished."""
        validation, end = data.part("validation"), limit.clock() + limit.seconds
        self.study.pruner = optuna.pruners.MedianPruner(FIRST, WARM_UP)
        advance(self.finished)
        while (done := self.finished) < limit.trials and limit.clock() < end:
            seed = (self.settings.seed * SEEDS + done) % LARGEST_SEED
            self.study.sampler = optuna.samplers.TPESampler(seed=seed, n_startup_trials=FIRST)
            trial = self.study.ask()
            try:
                worth = self._worth(trial, data, validation)
            except optuna.TrialPruned:
                self.study.tell(trial, state=TrialState.PRUNED)
            else:
                self.study.tell(trial, worth)
            advance(1)

    def _worth(self, trial: optuna.Trial, data: TuningData, validation: Flights) -> float:
        """Train, score, keep the scores, choose the persistency; return the objective."""
        recipe = self.recipe.tuned(self.space.draw(trial))
        recipe = replace(recipe, training=replace(recipe.training, steps=self.settings.steps))

        def report(progress: Progress) -> None:
            trial.report(-progress.validation, progress.epoch)
            trial.set_user_attr("epochs_run", progress.epoch)
            if trial.should_prune():
                raise optuna.TrialPruned

        seed = self.settings.seed
        network = trained(recipe, lambda number: data.epoch(seed, number), validation, seed, report)
        scores = scores_of(network, validation)[..., :SENSORS].astype(np.float16)
        self.store.save(trial.number, scores)
        chosen = best_persistency(*indices(_sensors(validation), scores), COUNTS[self.settings.objective])
        trial.set_user_attr("persistency", chosen.samples)
        return chosen.worth

    def hyperparameters(self, trial: optuna.trial.FrozenTrial) -> Hyperparameters:
        """Return what a trial trained with."""
        return self.space.draw(optuna.trial.FixedTrial(trial.params))


def _sensors(flights: Flights) -> NDArray[np.bool_]:
    return flights.labels[..., :SENSORS]


def _plain(values: dict[str, Any]) -> dict[str, Any]:
    """Return values as JSON would give them back."""
    return {key: list(value) for key, value in values.items()}
