"""The trained detector as plain arrays, with its score in float64: what the ONNX file must reproduce."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.dclop.assignment import assign
from models.dclop.clop import Clop
from models.dclop.encoder import Encoder
from models.dclop.standardisation import Standardisation

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Scores:
    """What is known of n samples.

    Attributes
    ----------
    score : (n,) CLOP, 0 to 1.
    cluster : (n,) label of the nearest centre.
    membership : (n,) share of that cluster in the soft assignment (equation 3), 0 to 1.
    latent : (n, Z) latent points.

    """

    score: Floats
    cluster: Integers
    membership: Floats
    latent: Floats

    @property
    def columns(self) -> Floats:
        """All of it as (n, 3 + Z), in the order of the detector's outputs."""
        return np.column_stack([self.score, self.cluster, self.membership, self.latent])


@dataclass(frozen=True, slots=True)
class Dclop:
    """Standardisation, encoder, centres (K, Z) by falling cluster size, and the reference set."""

    standardisation: Standardisation
    encoder: Encoder
    centres: Floats
    clop: Clop

    def latent(self, samples: NDArray[np.floating]) -> Floats:
        """Return the latent points (n, Z) of samples (n, C) in engineering units."""
        return self.encoder(self.standardisation(samples))

    def __call__(self, samples: NDArray[np.floating]) -> Scores:
        """Score new samples (n, C) in engineering units against the reference set.

        A row of the reference set is scored like any other, hence finds itself; see `Clop.score_stored`.
        """
        points = self.latent(samples)
        labels, membership = assign(points, self.centres)
        return Scores(self.clop.score(points, labels), labels, membership, points)
