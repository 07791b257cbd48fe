"""The answers of one detector on one file: what every comparison starts from."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from models.atmonsat.data import Day

Role = Literal["ours", "faithful", "rule", "published"]


@dataclass(frozen=True, slots=True)
class Scored:
    """Scores of one detector on one file.

    Attributes
    ----------
    detector : name of the detector, equal on all days and seeds.
    role : ours, faithful (the authors' architectures), rule, published.
    day : the file.
    scores : (T,) of its samples, higher is more abnormal; NaN where the detector does not judge.
    threshold : an alarm is a score of at least this.
    known_at : (T,) datetime64[ms], when the score is known; the samples' times for a causal detector that
        does not wait.
    seed : of the training.
    trained_on : days to whose nominal parts the detector was fitted; empty where its file tells.

    """

    detector: str
    role: Role
    day: Day
    scores: NDArray[np.float64]
    threshold: float
    known_at: NDArray[np.datetime64]
    seed: int = 0
    trained_on: tuple[str, ...] = ()
