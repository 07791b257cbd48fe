"""Detectors without labels: how surprising a segment is to mixtures fitted to all or to nominal segments."""

from dataclasses import dataclass, replace
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray

from models.opssat.data import DataSetError, Segments
from models.opssat.layout import Layout
from models.opssat.mixture import Mixture, MixtureSettings, fit_mixtures, surprise
from models.opssat.smooth import Smooth
from models.opssat.thresholds import otsu

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Singles = NDArray[np.float32]

KEPT: Final = 0.75
"""Share of all segments that the mixtures are fitted to anew: those that surprise least."""
ROUNDS: Final = 4
"""Fits without labels: the first to all segments."""
NOMINAL_SHARE: Final = 0.97
"""Share of nominal segments, left out of the fit, that lie below the threshold."""
FOLDS: Final = 3
FEWEST: Final = 40


def plain_quantities(layout: Layout) -> tuple[str, ...]:
    """Return the columns that mixtures without labels see; more would spread the anomalies' own groups."""
    return tuple(name for name in layout.columns if name not in {"std", "sampling"})


def nominal_quantities(layout: Layout) -> tuple[str, ...]:
    """Return what mixtures of nominal segments see: all quantities but ``std``, the root of ``var``."""
    return tuple(name for name in layout.quantities if name != "std")


@dataclass(frozen=True, slots=True)
class Density:
    """The fitted detector.

    Attributes
    ----------
    known : channel numbers in order.
    threshold : the score from which on there is an alarm.

    """

    layout: Layout
    known: tuple[int, ...]
    smooth: Smooth
    mixtures: tuple[Mixture, ...]
    threshold: float

    @classmethod
    def fit_all(
        cls, segments: Segments, layout: Layout, seed: int, settings: MixtureSettings | None = None
    ) -> Self:
        """Fit to all segments without a look at their labels, also for the threshold.

        Anomalies are few: after a first fit to all segments the mixtures are fitted anew to the share `KEPT`
        that surprises least, as in the least trimmed squares (Rousseeuw 1984). The threshold is Otsu's on the
        logarithm of the surprise.
        """
        names = plain_quantities(layout)
        model = cls._fit(segments, _smooth(segments, layout, names), seed, settings)
        for _ in range(1, ROUNDS):
            found = model.surprise(layout.inputs(segments))
            kept = segments[found <= np.quantile(found, KEPT)]
            model = cls._fit(kept, model.smooth, seed, settings)
        found = model.surprise(layout.inputs(segments))
        low = found.min()
        apart = low + np.expm1(otsu(np.log1p(found - low)))
        return replace(model, threshold=float(model.bounded(np.array([apart]))[0]))

    @classmethod
    def fit_nominal(
        cls, segments: Segments, layout: Layout, seed: int, settings: MixtureSettings | None = None
    ) -> Self:
        """Fit to the nominal ones among the segments; the threshold comes from folds left out in turn."""
        nominal = segments[~segments.anomaly]
        smooth = _smooth(nominal, layout, nominal_quantities(layout))
        model = cls._fit(nominal, smooth, seed, settings)
        fold = np.random.default_rng(seed).permutation(len(nominal)) % FOLDS
        left_out = np.empty(len(nominal))
        for k in range(FOLDS):
            part = cls._fit(nominal[fold != k], smooth, seed, settings)
            left_out[fold == k] = part.surprise(layout.inputs(nominal[fold == k]))
        return replace(model, threshold=float(model.bounded(np.quantile(left_out, [NOMINAL_SHARE]))[0]))

    @classmethod
    def _fit(cls, segments: Segments, smooth: Smooth, seed: int, settings: MixtureSettings | None) -> Self:
        if len(segments) < FEWEST:
            raise DataSetError(f"{len(segments)} segments to fit to, at least {FEWEST} are needed")
        model = cls(smooth.layout, segments.channels, smooth, (), 1.0)
        points, groups = model.located(smooth.layout.inputs(segments))
        found = fit_mixtures(points, groups, len(model.known), seed, settings or MixtureSettings())
        return replace(model, mixtures=found)

    def located(self, inputs: Singles) -> tuple[Floats, Integers]:
        """Return points (n, D) and positions (n,) of their channels for inputs (n, columns + 1)."""
        same = inputs[:, -1:] == np.array(self.known, np.float32)
        groups = np.where(same.any(axis=1), same.argmax(axis=1), len(self.known))
        return self.smooth(self.layout.expand(inputs)), groups

    def surprise(self, inputs: Singles) -> Floats:
        """Return minus the log density (n,) of inputs (n, columns + 1)."""
        return surprise(self.mixtures, *self.located(inputs), len(self.known))

    def __call__(self, inputs: Singles) -> Floats:
        """Return scores (n,) from 0 to 1 of inputs (n, columns + 1)."""
        return self.bounded(self.surprise(inputs))

    def bounded(self, surprise: Floats) -> Floats:
        """Return the surprise (n,) for each quantity, u, as ``(1 + u / (1 + |u|)) / 2``."""
        u = surprise / len(self.smooth.names)
        return np.asarray((1 + u / (1 + np.abs(u))) / 2)

    def score(self, segments: Segments) -> Floats:
        """Return the same (n,) for segments."""
        return self(self.layout.inputs(segments))


def _smooth(segments: Segments, layout: Layout, names: tuple[str, ...]) -> Smooth:
    return Smooth.fit(layout, names, layout.expand(layout.inputs(segments)))
