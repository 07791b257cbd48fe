"""Outages: samples of the source that are lost on their way, for a while or for good."""

from collections.abc import Iterable


class Outages:
    """The lost parts of a run.

    Parameters
    ----------
    samples : length of the run.
    spans : first sample of each outage and the one after its last (None: for good), by start, apart.

    """

    def __init__(self, samples: int, spans: Iterable[tuple[int, int | None]] = ()) -> None:
        self._samples = samples
        self._spans = tuple((start, stop) for start, stop in spans)

    def is_lost(self, sample: int) -> bool:
        """Whether this sample is lost."""
        return any(start <= sample < self._end(stop) for start, stop in self._spans)

    def is_dead(self, sample: int) -> bool:
        """Whether the source has died before this sample; it is dead after the end of the run as well."""
        return self.announced < self._samples and self.announced <= sample

    def border(self, sample: int) -> int:
        """Return the first sample after `sample` at which an outage begins or ends, or the end of the run."""
        borders = [edge for start, stop in self._spans for edge in (start, self._end(stop))]
        return min((edge for edge in borders if sample < edge), default=self._samples)

    @property
    def announced(self) -> int:
        """How many samples a receiver can know of, received or lost: all until the source dies."""
        return min((start for start, stop in self._spans if stop is None), default=self._samples)

    def _end(self, stop: int | None) -> int:
        return self._samples if stop is None else min(stop, self._samples)
