"""A source as a test lets it publish: one sample a period, unless it is silent or its samples are lost."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fdir_service.testing.feed import Feed
from pus.samples import Samples

_SESSION = 1


@dataclass(slots=True)
class Publisher:
    """One source.

    Attributes
    ----------
    period : ns between samples.
    columns : parameters in a sample.
    image : a blank image (H, W, C), if a sample is one.
    sample : number of the next sample of the period's grid, published or not.
    sequence : sequence number of the next sample that is published.
    absent_until : until then (ns) nothing of it arrives.
    is_lost : what does not arrive is published all the same, so that a gap shows.

    """

    source: str
    period: int
    columns: int
    sample: int = 0
    sequence: int = 0
    absent_until: int = 0
    is_lost: bool = False
    image: NDArray[Any] | None = None

    @property
    def next(self) -> int:
        """Time of the next sample (ns)."""
        return self.sample * self.period

    def publish(self, feed: Feed) -> list[Samples]:
        """Go on to the next sample; return it if it arrives."""
        time = self.next
        self.sample += 1
        if time < self.absent_until:
            self.sequence += self.is_lost
            return []
        fed = feed.sample(self.source, time)[: self.columns]
        values = fed if self.image is None else self.image
        message = Samples(self.source, _SESSION, self.sequence, np.array([time]), values[None])
        self.sequence += 1
        return [message]
