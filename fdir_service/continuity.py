"""Which samples of a chunk follow one another without a break: known, and a period after the one before."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from models.card import Card
from pus.records import frozen


class Span(NamedTuple):
    """Samples [start, stop) of a chunk without a break; `before` others came before them without one."""

    start: int
    stop: int
    before: int


@frozen
class Spacing:
    """What a card says about the time between samples, ns; a period of 0: nothing."""

    period: int
    tolerance: int

    @classmethod
    def of(cls, card: Card) -> "Spacing":
        """Return the spacing of a card."""
        if card.period is None:
            return cls(0, 0)
        period = round(card.period * 1e9)
        return cls(period, round(card.period_tolerance * period))

    def late(self, times: NDArray[np.int64], last: int | None) -> NDArray[np.bool_] | None:
        """Tell which samples are not a period after the one before; None if all are.

        Parameters
        ----------
        times : (K,) ns.
        last : time of the sample before the chunk, if there is one.

        """
        if not self.period:
            return None
        first = int(times[0])
        if len(times) == 1:
            late = last is not None and abs(first - last - self.period) > self.tolerance
            return np.ones(1, np.bool_) if late else None
        before = last if last is not None else first - self.period
        deviation = np.abs(np.diff(times, prepend=before) - self.period) > self.tolerance
        return deviation if deviation.any() else None


def spans(
    known: NDArray[np.bool_] | None, late: NDArray[np.bool_] | None, size: int, clean: int
) -> list[Span]:
    """Return the spans of a chunk, in order.

    Parameters
    ----------
    known, late : (size,) each, None: all known, none late.
    clean : samples without a break before the chunk.

    """
    if known is None and late is None:
        return [Span(0, size, clean)]
    known = np.ones(size, np.bool_) if known is None else known
    breaks = ~known if late is None else ~known | late
    found, start, before = [], 0, clean
    for k in np.flatnonzero(breaks).tolist():
        found.append(Span(start, k, before))
        # A known sample after a break is the first of a new span.
        start, before = (k if known[k] else k + 1), 0
    return [*found, Span(start, size, before)]
