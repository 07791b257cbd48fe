"""Thresholds for the AtMonSat networks from nominal days that its training did not see."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.atmonsat.counting import kept_alarms
from models.atmonsat.data import Day
from models.atmonsat.error_statistics import ErrorStatistics
from models.atmonsat.network import ErrorNetwork, Windows, errors
from models.atmonsat.training import NetworkTraining, train_network
from models.hysteresis import Thresholds
from models.training import ProgressCallback, seeded, silent

Floats = NDArray[np.float64]

ON_PERCENTILE = 95.0
"""Significance level of 5 % of the AtMonSat notebooks."""
OFF_PERCENTILE = 80.0
"""The response to heat lasts, a nominal surprise mostly does not: the index holds down to here."""
REPETITION = 3
"""Samples for which the index should stay at 1 before an alarm, for the mission's monitor."""


@dataclass(frozen=True, slots=True)
class Approach:
    """What is trained: the network that `build` starts, on the samples (T, 18) that `rows` makes."""

    build: Callable[[], ErrorNetwork]
    rows: Callable[[Floats], Windows]
    settings: NetworkTraining


@dataclass(frozen=True, slots=True)
class Fitted:
    """A trained network with the statistics of its errors on its own training windows."""

    network: ErrorNetwork
    statistics: ErrorStatistics
    epochs: int


@dataclass(frozen=True, slots=True)
class Nominal:
    """Distances on the normal file of one left-out day, over `hours`.

    Attributes
    ----------
    distance, euclidean : (T - L,) squared Mahalanobis distance and Euclidean norm of the errors.
    epochs : of the training that left the day out.

    """

    day: str
    distance: Floats
    hours: float
    euclidean: Floats
    epochs: int = 0


def fit_days(
    approach: Approach,
    days: tuple[Day, ...],
    watched: Day | None,
    seed: int,
    progress: ProgressCallback = silent,
) -> Fitted:
    """Train on the files of `days`, and take mean and covariance of the errors on the same."""
    samples = [approach.rows(day.temperatures) for day in days]
    stride = approach.settings.stride
    seen = approach.rows(watched.temperatures) if watched else None
    with seeded(seed) as rng:
        network, epochs = train_network(approach.build, samples, seen, approach.settings, rng, progress)
    statistics = ErrorStatistics.fit(np.concatenate([errors(network, v, stride) for v in samples]))
    return Fitted(network, statistics, epochs)


def leave_one_day_out(
    approach: Approach,
    days: tuple[Day, ...],
    watched: Day | None,
    seed: int,
    progress: ProgressCallback = silent,
    folds: int | None = None,
) -> Iterator[Nominal]:
    """Train afresh on all days but one, with mean and covariance of those, and judge the one left out.

    Parameters
    ----------
    folds : how many days, the first ones, are left out in turn; None: every one.

    """
    for day in days[:folds]:
        fitted = fit_days(approach, tuple(d for d in days if d is not day), watched, seed, progress)
        found = errors(fitted.network, approach.rows(day.temperatures))
        distance, euclidean = fitted.statistics.distance(found), np.sqrt(np.square(found).sum(axis=1))
        yield Nominal(day.name, distance, _hours(day, len(distance)), euclidean, fitted.epochs)


def _hours(day: Day, judged: int) -> float:
    """Return the time that the last `judged` samples span at the day's median period."""
    period = np.median(np.diff(day.times)) / np.timedelta64(1, "h")
    return float(period * judged)


def percentile(nominal: list[Nominal], percent: float = ON_PERCENTILE) -> float:
    """Return the percentile of the pooled distances; at 95 % the threshold of the notebooks."""
    return float(np.percentile(np.concatenate([n.distance for n in nominal]), percent))


def alarm_rate(nominal: list[Nominal], thresholds: Thresholds, repetition: int = 1) -> float:
    """Return the kept alarms per hour on the left-out nominal days."""
    alarms = sum(len(kept_alarms(thresholds(n.distance), repetition)) for n in nominal)
    return alarms / sum(n.hours for n in nominal)


def quiet_level(nominal: list[Nominal], per_hour: float, steps: int = 400) -> float:
    """Return the lowest level that, like all levels above it, gives at most `per_hour` kept alarms.

    No hysteresis and no repetition. The levels are `steps` quantiles of the pooled distances, 90 to 100 %.
    """
    pooled = np.concatenate([n.distance for n in nominal])
    levels = np.quantile(pooled, np.linspace(1.0, 0.9, steps)).tolist()
    quiet: float = np.nextafter(levels[0], np.inf)
    for level in levels:
        if alarm_rate(nominal, Thresholds(level, level)) > per_hour:
            break
        quiet = level
    return quiet
