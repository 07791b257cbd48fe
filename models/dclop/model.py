"""The trained detector as plain arrays, with its score in float64: what the ONNX file must reproduce."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.dclop.assignment import assign
from models.dclop.clop import Clop, Measured
from models.dclop.encoder import Encoder
from models.dclop.standardisation import Standardisation

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Scores:
    """What is known of n samples.

    Attributes
    ----------
    score : (n,) 0 to 1: CLOP of the latent points, or what `Dclop.combine` makes of it.
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
    """The trained detector.

    Attributes
    ----------
    centres : (K, Z) by falling cluster size.
    clop : the reference set as latent points.
    inputs : the same rows as standardised samples; None, as in the paper: the score is that of the latent
        points alone.

    """

    standardisation: Standardisation
    encoder: Encoder
    centres: Floats
    clop: Clop
    inputs: Clop | None = None

    def latent(self, samples: NDArray[np.floating]) -> Floats:
        """Return the latent points (n, Z) of samples (n, C) in engineering units."""
        return self.encoder(self.standardisation(samples))

    def __call__(self, samples: NDArray[np.floating]) -> Scores:
        """Score new samples (n, C) in engineering units against the reference set.

        A row of the reference set is scored like any other, hence finds itself; see `Clop.score_stored`.
        """
        standardised = self.standardisation(samples)
        points = self.encoder(standardised)
        labels, membership = assign(points, self.centres)
        inputs = self.inputs.measure(standardised, labels) if self.inputs else None
        return Scores(self.combine(self.clop.measure(points, labels), inputs), labels, membership, points)

    def score_stored(self, samples: NDArray[np.floating], labels: Integers) -> Floats:
        """Return the scores (N,) of the training samples (N, C) with their labels, none its own neighbour."""
        standardised = self.standardisation(samples)
        latent = self.clop.measure_stored(self.encoder(standardised), labels)
        return self.combine(latent, self.inputs.measure_stored(standardised, labels) if self.inputs else None)

    def combine(self, latent: Measured, inputs: Measured | None) -> Floats:
        """Return the score (n,) of what was measured in both spaces.

        An outlier is one in both, for each space alone has false alarms of its own; or it is remote among the
        inputs, where a network that has pulled it into a cluster cannot hide it.
        """
        score = self.clop.probability(latent)
        if self.inputs is None or inputs is None:
            return score
        both = score * self.inputs.probability(inputs)
        return np.asarray(np.maximum(both, self.inputs.remoteness(inputs)))
