"""All detectors that are compared, by one interface: fit to segments, then score others."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Final, Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from models.opssat.baselines import NULL, SUPERVISED, UNSUPERVISED, fit_supervised, fit_unsupervised
from models.opssat.data import Segments
from models.opssat.density import Density
from models.opssat.layout import ALL, NO_LENGTH, Layout
from models.opssat.nominal_clop import NominalClop
from models.opssat.supervised import Supervised

Role = Literal["ours", "baseline", "published"]
Supervision = Literal["supervised", "unsupervised", "semi"]


class Fitted(Protocol):
    """A detector that is fitted."""

    @property
    def threshold(self) -> float:
        """The score from which on there is an alarm."""

    def score(self, segments: Segments) -> NDArray[np.float64]:
        """Return the scores (n,) of segments."""


@dataclass(frozen=True, slots=True)
class Contender:
    """A detector to compare.

    Attributes
    ----------
    features : ``no_length``, ``all``, or ``length`` for the null model.
    fit : fits to segments with a seed; only supervised ones look at all labels, semi-supervised ones leave
        out the anomalous, unsupervised ones see none.

    """

    name: str
    role: Role
    supervision: Supervision
    features: str
    fit: Callable[[Segments, int], Fitted]


def _supervised(layout: Layout) -> Contender:
    def fit(segments: Segments, seed: int) -> Fitted:
        return Supervised.fit(segments, layout, seed)

    return Contender(f"trees and networks, {layout.name}", "ours", "supervised", layout.name, fit)


def _unsupervised(layout: Layout) -> Contender:
    def fit(segments: Segments, seed: int) -> Fitted:
        return Density.fit_all(segments, layout, seed)

    return Contender(f"trimmed mixtures, {layout.name}", "ours", "unsupervised", layout.name, fit)


def _nominal(layout: Layout) -> Contender:
    def fit(segments: Segments, seed: int) -> Fitted:
        return Density.fit_nominal(segments, layout, seed)

    return Contender(f"nominal mixtures, {layout.name}", "ours", "semi", layout.name, fit)


def _clop(layout: Layout) -> Contender:
    def fit(segments: Segments, seed: int) -> Fitted:  # noqa: ARG001  nothing is random here
        return NominalClop.fit(segments, layout)

    return Contender(f"nominal CLOP, {layout.name}", "ours", "semi", layout.name, fit)


EXPORTED: Final = (_supervised(NO_LENGTH), _supervised(ALL), _unsupervised(ALL), _nominal(ALL))
"""The four that become ONNX files."""
OTHERS: Final = (_unsupervised(NO_LENGTH), _nominal(NO_LENGTH), _clop(ALL))
BASELINES: Final = (
    *(
        Contender(n, "baseline", "supervised", "length" if n == NULL else "all", partial(fit_supervised, n))
        for n in SUPERVISED
    ),
    *(Contender(n, "baseline", "unsupervised", "all", partial(fit_unsupervised, n)) for n in UNSUPERVISED),
)
CONTENDERS: Final = (*EXPORTED, *OTHERS, *BASELINES)
