"""Nested cross-validation: what a detector reaches whose settings are chosen without the judged segments."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from models.opssat.contenders import EXPORTED, Fitted
from models.opssat.data import Segments
from models.opssat.density import Density
from models.opssat.folds import FOLDS, Split, random_splits
from models.opssat.layout import ALL, NO_LENGTH, Layout
from models.opssat.mixture import MixtureSettings
from models.opssat.scores import figures
from models.opssat.supervised import Supervised, SupervisedSettings

Fit = Callable[[Segments, int], Fitted]

INNER: Final = 3
"""Folds by which settings are compared, inside the segments fitted to."""
METRIC: Final = "auc_pr"


@dataclass(frozen=True, slots=True)
class Nested:
    """What came of it for one detector.

    Attributes
    ----------
    chosen : how many of the outer folds chose each setting.
    nested, fixed : figures with the chosen settings and with the fixed ones, on the same folds.

    """

    detector: str
    chosen: Mapping[str, int]
    nested: Mapping[str, float]
    fixed: Mapping[str, float]


def candidates() -> dict[str, dict[str, Fit]]:
    """Return the settings to choose from by detector; the first is the fixed one.

    Without labels there is nothing to choose by, hence the unsupervised detector is not here.
    """
    supervised = {
        "leaf 1, decay .01": SupervisedSettings(),
        "leaf 2, decay .01": SupervisedSettings(leaf=2),
        "leaf 1, decay 1": SupervisedSettings(decay=1.0),
    }
    mixtures = {f"floor {floor}": MixtureSettings(floor=floor) for floor in (0.05, 0.02, 0.15)}
    names = [contender.name for contender in EXPORTED]
    return {
        names[0]: {k: _supervised(NO_LENGTH, s) for k, s in supervised.items()},
        names[1]: {k: _supervised(ALL, s) for k, s in supervised.items()},
        names[3]: {k: _nominal(ALL, s) for k, s in mixtures.items()},
    }


def _supervised(layout: Layout, settings: SupervisedSettings) -> Fit:
    return lambda segments, seed: Supervised.fit(segments, layout, seed, settings)


def _nominal(layout: Layout, settings: MixtureSettings) -> Fit:
    return lambda segments, seed: Density.fit_nominal(segments, layout, seed, settings)


def fits(options: Mapping[str, Mapping[str, Fit]]) -> int:
    """Return the number of fits of `nested` over all detectors."""
    return sum(FOLDS * (INNER * len(settings) + 2) for settings in options.values())


def nested(
    detector: str, settings: Mapping[str, Fit], segments: Segments, seed: int, advance: Callable[[int], None]
) -> Nested:
    """Choose the best setting by inner folds for each of the outer folds, and judge on these."""
    chosen: Counter[str] = Counter()
    labels, fixed = segments.anomaly, next(iter(settings))
    found = {name: (np.empty(len(labels)), np.empty(len(labels), np.bool_)) for name in ("nested", "fixed")}
    for outer in random_splits(segments, seed):
        best = _best(settings, segments[outer[0]], seed, advance)
        chosen[best] += 1
        for name, choice in (("nested", best), ("fixed", fixed)):
            scores, alarms = found[name]
            scores[outer[1]], alarms[outer[1]] = _judge(settings[choice], segments, outer, seed)
            advance(1)
    both = {name: figures(labels, *outcome) for name, outcome in found.items()}
    return Nested(detector, dict(chosen), both["nested"], both["fixed"])


def _best(settings: Mapping[str, Fit], segments: Segments, seed: int, advance: Callable[[int], None]) -> str:
    reached = {}
    for name, fit in settings.items():
        scores = np.empty(len(segments))
        for inner in random_splits(segments, seed, INNER):
            scores[inner[1]], _ = _judge(fit, segments, inner, seed)
            advance(1)
        reached[name] = figures(segments.anomaly, scores, scores > 0)[METRIC]
    return max(reached, key=lambda name: reached[name])


def _judge(
    fit: Fit, segments: Segments, split: Split, seed: int
) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    fitted = fit(segments[split[0]], seed)
    scores = fitted.score(segments[split[1]])
    return scores, scores >= fitted.threshold
