"""Thresholds for the AtMonSat CNN from nominal days that its training did not see."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.atmonsat.cnn import ErrorStatistics, PredictorTraining, errors, train_predictor
from models.atmonsat.data import Day
from models.atmonsat.islcc import rows
from models.hysteresis import Thresholds
from models.metrics import Mask, runs
from models.training import ProgressCallback, seeded, silent

Floats = NDArray[np.float64]

ON_PERCENTILE = 95.0
"""Significance level of 5 % of the AtMonSat notebooks."""
OFF_PERCENTILE = 80.0
"""The response to heat lasts, a nominal surprise mostly does not: the index holds down to here."""
REPETITION = 3
"""Samples for which the index should stay at 1 before an alarm, for the mission's monitor."""
HOLD_OFF = 60
"""Samples after a kept alarm in which further ones are dropped (the notebooks' post-processing)."""


@dataclass(frozen=True, slots=True)
class Nominal:
    """Distances on the normal file of one left-out day: `distance` (T - 150,) over `hours`."""

    day: str
    distance: Floats
    hours: float


def leave_one_day_out(
    days: tuple[Day, ...],
    watched: Day,
    settings: PredictorTraining,
    seed: int,
    progress: ProgressCallback = silent,
) -> Iterator[Nominal]:
    """Train afresh on all days but one, with mean and covariance of those, and judge the one left out."""
    samples = {day.name: rows(day.temperatures) for day in days}
    for day in days:
        others = [values for name, values in samples.items() if name != day.name]
        with seeded(seed) as rng:
            predictor, _ = train_predictor(others, rows(watched.temperatures), settings, rng, progress)
        statistics = ErrorStatistics.fit(np.concatenate([errors(predictor, other) for other in others]))
        distance = statistics.distance(errors(predictor, samples[day.name]))
        yield Nominal(day.name, distance, _hours(day, len(distance)))


def _hours(day: Day, judged: int) -> float:
    """Return the time that the last `judged` samples span at the day's median period."""
    period = np.median(np.diff(day.times)) / np.timedelta64(1, "h")
    return float(period * judged)


def percentile(nominal: list[Nominal], percent: float = ON_PERCENTILE) -> float:
    """Return the percentile of the pooled distances; at 95 % the threshold of the notebooks."""
    return float(np.percentile(np.concatenate([n.distance for n in nominal]), percent))


def kept_alarms(index: Mask, repetition: int = 1) -> NDArray[np.int64]:
    """Return the samples (k,) of the kept alarms of a failure index (T,).

    An alarm is the sample at which the index has been 1 for `repetition` samples, once in each run; those
    within `HOLD_OFF` samples after a kept one are dropped (the counting of the AtMonSat notebooks).
    """
    kept: list[int] = []
    for at in (runs(index).longer(repetition).start + repetition - 1).tolist():
        if not kept or at - kept[-1] > HOLD_OFF:
            kept.append(at)
    return np.array(kept, np.int64)


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
