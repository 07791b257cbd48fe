"""Trials of a real sensor with injected faults, and leave-one-trial-out figures on them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray

from models.flights import Flights
from models.hysteresis import Scores, Thresholds, choose
from models.metrics import NO_REACTIONS, Mask, Reactions, objective, strict_reactions
from models.stuck_figures import judged

SENSORS: Final = ("acc", "imu")


@dataclass(frozen=True, slots=True)
class Trial:
    """What a detector is judged by on one trial.

    Attributes
    ----------
    flights : n injections of faults.
    classical : (n, T, 2), index of the classical checks on them.
    nominal : (1, T, 6), the trial as recorded.

    """

    flights: Flights
    classical: Mask
    nominal: NDArray[np.float64]


class TrialData(Protocol):
    """Gives trials with faults: new ones for every epoch, the same ones to judge by."""

    @property
    def digests(self) -> Mapping[str, str]:
        """Digest of each trial by name, in the order of the trials."""
        ...

    @property
    def period(self) -> float:
        """Seconds between readings."""
        ...

    def epoch(self, seed: int, number: int, left_out: int | None) -> Flights:
        """Return the training flights of an epoch, counted from 0, without one of the trials."""
        ...

    def trial(self, number: int) -> Trial:
        """Return what a detector is judged by on a trial."""
        ...


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Scores of a trial by a network that has not seen it.

    Attributes
    ----------
    scores, nominal_scores : (n, T - W + 1, outputs) with faults, and (1, T - W + 1, outputs) without.

    """

    trial: Trial
    scores: Scores
    nominal_scores: Scores

    def labelled(self, sensor: int) -> tuple[Mask, Scores]:
        """Return labels and scores (n + 1, T - W + 1) of a sensor, the trial as recorded last."""
        labels, scores = judged(self.trial.flights.labels[..., sensor], self.scores[..., sensor])
        nothing = np.zeros((1, labels.shape[1]), np.bool_)
        return (
            np.concatenate([labels, nothing]),
            np.concatenate([scores, self.nominal_scores[..., sensor]]),
        )

    def classical(self, sensor: int) -> Mask:
        """Return the classical index (n, T - W + 1) of a sensor where it is judged."""
        known = self.trial.flights.labels[..., sensor]
        index: Mask = self.trial.classical[..., known.shape[1] - self.scores.shape[1] :, sensor]
        _, kept = judged(known, index.astype(np.float32))
        return kept > 0


def choose_thresholds(trials: Sequence[LeftOut], persistency: int) -> tuple[Thresholds, ...]:
    """Return the thresholds of both sensors that are best on some trials without a reaction to nothing."""
    return tuple(
        choose(*_joined([trial.labelled(k) for trial in trials]), persistency) for k in range(len(SENSORS))
    )


def leave_one_out_figures(trials: Sequence[LeftOut], persistency: int) -> dict[str, float]:
    """Return the strict figures of scores and thresholds that have not seen the trial they judge, by name.

    The thresholds for a trial are those that are best on all others. ``classical.*`` are the figures of the
    classical checks on the same faults, ``either.*`` those of one index or the other, ``*.nominal`` the
    reactions on the trials as recorded.
    """
    counts: dict[str, list[Reactions]] = {
        name: [NO_REACTIONS] * len(SENSORS) for name in ("learned", "classical", "either")
    }
    nominal = 0
    for number, trial in enumerate(trials):
        chosen = choose_thresholds([*trials[:number], *trials[number + 1 :]], persistency)
        for k, thresholds in enumerate(chosen):
            labels, scores = trial.labelled(k)
            index, classical = thresholds(scores), trial.classical(k)
            nominal += strict_reactions(labels[-1:], index[-1:], persistency).false
            kinds = {"learned": index[:-1], "classical": classical, "either": index[:-1] | classical}
            for name, found in kinds.items():
                counts[name][k] += strict_reactions(labels[:-1], found, persistency)
    figures = {"learned.nominal": float(nominal)}
    for name, both in counts.items():
        figures |= _figures(name, both)
    return figures


def _figures(name: str, both: Iterable[Reactions]) -> dict[str, float]:
    sensors = list(both)
    found = {f"{name}.strict_j": objective(sensors)}
    for sensor, counts in zip(SENSORS, sensors, strict=True):
        found[f"{name}.{sensor}.strict_precision"] = counts.precision
        found[f"{name}.{sensor}.strict_recall"] = counts.recall
    found["faults"] = float(sum(counts.faults for counts in sensors))
    return {key: round(value, 4) for key, value in found.items() if np.isfinite(value)}


def _joined(parts: Sequence[tuple[Mask, Scores]]) -> tuple[Mask, Scores]:
    """Return records of different lengths as one array; what is missing at the end is no fault."""
    longest = max(labels.shape[1] for labels, _ in parts)

    def padded(values: NDArray[np.generic]) -> NDArray[np.generic]:
        return np.pad(values, ((0, 0), (0, longest - values.shape[1])))

    labels = np.concatenate([padded(labels) for labels, _ in parts]).astype(np.bool_)
    return labels, np.concatenate([padded(scores) for _, scores in parts]).astype(np.float32)
