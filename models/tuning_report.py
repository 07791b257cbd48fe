"""What a study found: Table 4 for our data, the double check against bias, and the spread of its trials."""

import warnings
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any, Final

import numpy as np
import optuna
from optuna.trial import FrozenTrial, TrialState

from models.fault_outcomes import outcomes
from models.flights import Flights
from models.hyperparameters import PAPER
from models.hysteresis import Scores
from models.metrics import Mask, false_positive_durations, flat, runs
from models.output_stage import SENSORS, output_stage
from models.persistency import indices
from models.stuck_figures import index_figures
from models.tuning import Study, TuningData
from models.tuning_storage import TuningError

NAMES: Final = {
    "learning_rate": "learning rate",
    "epochs": "training epochs",
    "quantile_low": "quantile range, lower bound (%)",
    "quantile_high": "quantile range, upper bound (%)",
    "window": "window length (samples)",
    "persistency": "persistency (samples)",
}
"""Rows of Table 4."""
QUANTILES: Final = {
    "least": 0.0,
    "lower_quartile": 0.25,
    "median": 0.5,
    "upper_quartile": 0.75,
    "largest": 1.0,
}


def report(study: Study, data: TuningData) -> dict[str, Any]:
    """Return what a study found, fit for JSON.

    Raises
    ------
    TuningError
        If no trial has been completed, or the scores of the best one are lost.

    """
    trials = study.study.get_trials(deepcopy=False)
    complete = [trial for trial in trials if trial.state is TrialState.COMPLETE]
    if not complete:
        raise TuningError("no trial has been completed: it takes more --trials, or a longer --timeout")
    best = study.study.best_trial
    validation, scores = data.part("validation"), study.store.load(best.number)
    persistency = int(best.user_attrs["persistency"])
    states = {state.name.lower(): sum(trial.state is state for trial in trials) for state in _STATES}
    return {
        "detector": study.recipe.name,
        "settings": asdict(study.settings),
        "trials": states,
        "best": _trial(best),
        "own": _trial(complete[0]),
        "table_4": table4(best),
        "train": f"fdir train {study.recipe.name}"
        + study.hyperparameters(best).options(study.recipe.hyperparameters),
        "spread": _spread(complete),
        "importance": importance(study.study, complete),
        "detection": double_check(validation, scores, persistency),
        "output_stage": output_stage(validation, scores, data.classical(validation)),
    }


_STATES: Final = (TrialState.COMPLETE, TrialState.PRUNED, TrialState.FAIL)


def _trial(trial: FrozenTrial) -> dict[str, Any]:
    return {
        "number": trial.number,
        "state": trial.state.name.lower(),
        "objective": trial.value,
        "epochs_run": trial.user_attrs.get("epochs_run"),
        "persistency": trial.user_attrs.get("persistency"),
        **trial.params,
    }


def table4(best: FrozenTrial) -> list[dict[str, Any]]:
    """Return the rows of Table 4: hyper-parameter, the paper's value on its own data, and ours."""
    found = best.params | {"persistency": best.user_attrs["persistency"]}
    return [{"hyperparameter": text, "paper": PAPER[key], "ours": found[key]} for key, text in NAMES.items()]


def _spread(complete: Sequence[FrozenTrial]) -> dict[str, float]:
    """Return least, quartiles and largest of the objective."""
    values = [trial.value for trial in complete if trial.value is not None]
    return {name: round(float(np.quantile(values, q)), 4) for name, q in QUANTILES.items()}


def importance(study: optuna.Study, complete: Sequence[FrozenTrial]) -> dict[str, float]:
    """Return which share of the objective's variance each hyper-parameter explains (fANOVA).

    Empty where there is no variance, or there are no two trials.
    """
    if len({trial.value for trial in complete}) < 2:
        return {}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = optuna.importance.get_param_importances(
            study, evaluator=optuna.importance.FanovaImportanceEvaluator(seed=0)
        )
    return {name: round(float(share), 3) for name, share in found.items()}


def double_check(validation: Flights, scores: Scores, persistency: int) -> dict[str, dict[str, float]]:
    """Return the detection metrics by sensor: the last step of Algorithm 1.

    A search may reach a good objective with a long persistency, on long faults that are found well: then
    delays and missed faults are many, and short faults are answered less often than long ones.
    """
    labels, found = indices(validation.labels[..., : len(SENSORS)], scores)
    return {
        sensor: index_figures(y, q, persistency) | _bias(y, q, persistency)
        for sensor, y, q in zip(SENSORS, labels, found, strict=True)
    }


def _bias(labels: Mask, index: Mask, persistency: int) -> dict[str, float]:
    """Return what the figures do not tell: false positive durations, and answers by length of the fault."""
    durations = false_positive_durations(labels, index)
    lengths, answered = runs(flat(labels)).length, outcomes(labels, index, persistency).answered
    is_long = lengths > np.median(lengths) if len(lengths) else np.zeros(0, np.bool_)
    found = {
        "false_positive_runs": float(len(durations)),
        "false_positives_long_enough": float((durations >= persistency).sum()),
        "false_positive_median": _quantile(durations, 0.5),
        "false_positive_99": _quantile(durations, 0.99),
        "answered_short": _mean(answered[~is_long]),
        "answered_long": _mean(answered[is_long]),
    }
    return {name: round(value, 4) for name, value in found.items() if np.isfinite(value)}


def _quantile(values: np.ndarray[Any, Any], q: float) -> float:
    return float(np.quantile(values, q)) if len(values) else float("nan")


def _mean(flags: Mask) -> float:
    return float(flags.mean()) if len(flags) else float("nan")
