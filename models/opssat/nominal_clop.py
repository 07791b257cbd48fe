"""CLOP against nominal segments: how much thinner a neighbourhood is than those of its neighbours."""

from dataclasses import dataclass
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray

from models.dclop.clop import Clop, ClopSettings
from models.opssat.channels import indicators
from models.opssat.data import Segments
from models.opssat.density import nominal_quantities
from models.opssat.layout import Layout
from models.opssat.smooth import Smooth

Floats = NDArray[np.float64]
Singles = NDArray[np.float32]

NEIGHBOURS: Final = 20
SPREAD: Final = 3.0
"""Distance of two channels in standard deviations: neighbours are of the same channel where it has some."""
THRESHOLD: Final = 0.509
"""Score where CLOP is .7, the threshold of the DCLOP paper."""


@dataclass(frozen=True, slots=True)
class NominalClop:
    """CLOP with one cluster, the nominal segments, in the space of the smooth quantities."""

    layout: Layout
    known: tuple[int, ...]
    smooth: Smooth
    clop: Clop
    threshold: float = THRESHOLD

    @classmethod
    def fit(cls, segments: Segments, layout: Layout) -> Self:
        """Keep the nominal ones among the segments as references."""
        nominal = segments[~segments.anomaly]
        inputs = layout.inputs(nominal)
        smooth = Smooth.fit(layout, nominal_quantities(layout), layout.expand(inputs))
        points = _points(layout, smooth, nominal.channels, inputs)
        clop = Clop.fit(points, np.zeros(len(points), np.int64), ClopSettings(NEIGHBOURS))
        return cls(layout, nominal.channels, smooth, clop)

    def score(self, segments: Segments) -> Floats:
        """Return the scores (n,), ``x / (x + 1)`` of ``x = CPLOF / nCPLOF``.

        Their order is CLOP's; but its error function is 1 for all that is far off.
        """
        points = _points(self.layout, self.smooth, self.known, self.layout.inputs(segments))
        measured = self.clop.measure(points, np.zeros(len(points), np.int64))
        deviation = np.maximum(measured.cplof / self.clop.scaling[measured.homes], 0)
        return np.asarray(deviation / (deviation + 1))


def _points(layout: Layout, smooth: Smooth, known: tuple[int, ...], inputs: Singles) -> Floats:
    return np.hstack([smooth(layout.expand(inputs)), SPREAD * indicators(inputs[:, -1], known)])
