"""A linear matched filter for heat: by how much the temperatures rise more than the past explains.

The rises of the nine sensors are predicted by ridge regression from the changes before them and from how
long ago the solar converters restarted (which heats the board as well). What is left is summed with weights
that whiten it, as a matched filter for "all sensors rise alike" does. Everything is fitted to nominal data.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from models.atmonsat.data import SENSORS, Day
from models.atmonsat.rise_inputs import LAGS_S, RiseInputs, judged

Floats = NDArray[np.float64]

BORDERS_S: Final = (20, 40, 60, 80, 100, 130, 170, 250)
"""Borders of the classes of seconds since a restart."""
CLASSES: Final = len(BORDERS_S) + 1
RIDGE: Final = 30.0


@dataclass(frozen=True, slots=True)
class Form:
    """What the filter is made of.

    Attributes
    ----------
    name : of the detector.
    rises : (8, k) how the k rises of a sensor follow from its temperatures at the lags.
    changes : (8, m) how the m changes before them do.
    restarts : whether the seconds since a restart are known to it.
    whitening : share of the residuals' covariance in what whitens them; the rest is their mean variance.

    """

    name: str
    rises: Floats
    changes: Floats
    restarts: bool
    whitening: float


def _differences(first: int, last: int = len(LAGS_S) - 1) -> Floats:
    """Return the matrix (8, last - first) of the changes between one lag and the next, from lag to lag."""
    every = np.eye(len(LAGS_S))
    return every[:, first:last] - every[:, first + 1 : last + 1]


def aware(first: int = 1, last: int = 3, *, oldest: int = len(LAGS_S) - 1, whitening: float = 0.5) -> Form:
    """Return a form that knows restarts; the detector's is the rise above the mean of 30, 60 and 90 s ago.

    Parameters
    ----------
    first, last : places in `LAGS_S` of the nearest and the farthest lag of the mean.
    oldest : place of the lag at which the history ends.

    """
    rise = np.zeros((len(LAGS_S), 1))
    rise[0], rise[first : last + 1] = 1.0, -1.0 / (last + 1 - first)
    return Form("rise", rise, _differences(last, oldest), restarts=True, whitening=whitening)


def temperatures_only() -> Form:
    """Return the form of temperatures alone: the rises in the last 30 s and in the 30 s before, kept apart.

    Restarts are nominal to it, so a strong whitening learns what rise after rise they leave behind.
    """
    return Form("rise-temperatures", _differences(0)[:, :2], _differences(2), restarts=False, whitening=0.9)


@dataclass(frozen=True, slots=True)
class RiseFilter:
    """A fitted filter: one dot product, one offset by class.

    Attributes
    ----------
    form : what it is made of.
    weights : (8, 9) of the smoothed temperatures by lag and sensor, 1/degC.
    offsets : (9,) what is expected in each class of seconds since a restart.

    """

    form: Form
    weights: Floats
    offsets: Floats

    def scores(self, day: Day) -> Floats:
        """Return the unexpected rise (T,) in standard deviations of nominal ones, NaN where not judged."""
        return self.scores_of(RiseInputs.of(day))

    def scores_of(self, inputs: RiseInputs) -> Floats:
        """Return the same (T,) of the inputs of a file."""
        rises = np.einsum("tls,ls->t", inputs.temperatures, self.weights)
        return np.where(judged(inputs.ages), rises - self.offsets[classes(inputs.ages)], np.nan)


def classes(ages_: Floats) -> NDArray[np.int64]:
    """Return the class (T,) of the younger of two ages (T, 2), s."""
    return np.asarray(np.searchsorted(BORDERS_S, ages_.min(axis=1), side="right"), np.int64)


@dataclass(frozen=True, slots=True)
class Moments:
    """Sums over nominal samples from which a filter is fitted; those of several files add up.

    Attributes
    ----------
    count : samples.
    total : (d,) sum of the row (context, rises).
    square : (d, d) sum of its outer products.

    """

    count: int
    total: Floats
    square: Floats

    def __add__(self, other: "Moments") -> "Moments":
        return Moments(self.count + other.count, self.total + other.total, self.square + other.square)


def moments(form: Form, inputs: RiseInputs) -> Moments:
    """Return the sums over the judged samples of a nominal file."""
    keep = judged(inputs.ages)
    temperatures = inputs.temperatures[keep]
    n = len(temperatures)
    changes = np.einsum("tls,lm->tms", temperatures, form.changes).reshape(n, -1)
    rises = np.einsum("tls,lk->tks", temperatures, form.rises).reshape(n, -1)
    restarts = np.eye(CLASSES)[classes(inputs.ages[keep])] * form.restarts
    rows = np.concatenate([np.ones((n, 1)), restarts, changes, rises], axis=1)
    return Moments(n, rows.sum(axis=0), rows.T @ rows)


def fit(form: Form, parts: Sequence[Moments]) -> RiseFilter:
    """Fit a filter to the sums of nominal files.

    Expectation ``W = (X'X + 30 I)^-1 X'D``; C = covariance of D - XW; weights
    ``w = ((1 - a) mean(diag C) I + a C)^-1 1``, scaled so that w'Cw = 1; score ``w'd - (Ww)'x``.
    """
    sums = sum(parts[1:], parts[0])
    blocks = form.rises.shape[1]
    context = len(sums.total) - blocks * SENSORS
    square = sums.square
    inner = square[:context, :context] + RIDGE * np.eye(context)
    expectation = np.linalg.solve(inner, square[:context, context:])
    # D - XW as a linear map of the row (context, rises).
    residual = np.concatenate([-expectation, np.eye(blocks * SENSORS)])
    mean = residual.T @ sums.total / sums.count
    covariance = residual.T @ square @ residual / sums.count - np.outer(mean, mean)
    shrunk = form.whitening * covariance
    shrunk += (1 - form.whitening) * np.diag(covariance).mean() * np.eye(len(covariance))
    weights = np.linalg.solve(shrunk, np.ones(len(shrunk)))
    weights /= np.sqrt(weights @ covariance @ weights)
    return _folded(form, weights, np.asarray(expectation @ weights, np.float64))


def _folded(form: Form, weights: Floats, expected: Floats) -> RiseFilter:
    """Return the filter as weights of the temperatures themselves."""
    constant, restarts, changes = expected[0], expected[1 : 1 + CLASSES], expected[1 + CLASSES :]
    by_lag = form.rises @ weights.reshape(-1, SENSORS) - form.changes @ changes.reshape(-1, SENSORS)
    return RiseFilter(form, by_lag, constant + restarts)
