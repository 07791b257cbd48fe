"""The parameters of a source as a test gives them: no model runs, no segment is cut.

Derived values may be given as well.
"""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from fdir_service.mission import Mission
from fdir_service.pool import Derived, Pool
from fdir_service.testing.feed import Feed
from pus.block import Block
from pus.samples import Samples


class FedPool(Pool):
    """Takes from the feed what detectors and segments would have found, and derived parameters given."""

    def __init__(self, mission: Mission, source: str, chunk: int, feed: Feed) -> None:
        super().__init__(replace(mission, detectors=()), source, chunk)
        self._feed = feed
        self.takes_singles = False
        self._found = [k for k, p in enumerate(self.parameters) if p.id in _outputs(mission)]

    def step(self, samples: Samples, settings: Mapping[int, float]) -> Block:
        """See `Pool.step`."""
        block = super().step(samples, settings)
        given, _ = self._feed.made(self.source, samples.times)
        block.values[self._found] = given[self._found]
        return block

    def _derive(self, derived: Derived, samples: Samples, values: NDArray[np.float64]) -> None:
        """Compute what is to be computed; where a value is given, the formula starts anew behind it."""
        given, computed = self._feed.made(self.source, samples.times)
        values[derived.row] = given[derived.row]
        if derived.input is not None:  # the images of a test are blank: their digests are given
            chosen = computed[derived.row]
            found = derived.formula(samples.times, np.where(chosen, values[derived.input], np.nan))
            values[derived.row] = np.where(chosen, found, given[derived.row])


def _outputs(mission: Mission) -> set[int]:
    sections = [output for detector in mission.file.detector for output in detector.outputs]
    found = {k for output in sections for k in output.named.values()}
    return found | {feature.id for section in mission.file.segment for feature in section.features}
