"""What a detector is given of a segment, and which quantities it forms of that, in single precision."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from models.card import Channel
from models.opssat.data import PEAKS, PUBLISHED, Segments

Floats = NDArray[np.float64]
Singles = NDArray[np.float32]

CHANNEL: Final = "channel"
RATE: Final = "_rate"
UNITS: Final = {"sampling": "s", "duration": "s"}

FLOOR: Final = np.float32(1e-20)
"""Least divisor; the smallest variance on record is about 1e-13."""
LOG: Final = frozenset(
    ("var", "std", "diff_var", "diff2_var", "gaps_squared", "len_weighted", "var_div_duration", "var_div_len")
) | {"duration", "len", "diff_var/var", "diff2_var/diff_var"}
"""Quantities of which detectors take the decimal logarithm; they span up to ten decades."""
COUNTS: Final = frozenset(PEAKS)
"""Of these it is ``log(1 + x)``."""
SIGNED: Final = frozenset(("kurtosis", "skew"))
"""Of these it is ``sign(x) log(1 + |x|)``."""


@dataclass(frozen=True, slots=True)
class Quotient:
    """A quantity ``max(above - less, 0) / max(below, FLOOR)`` of two that are there, in single precision."""

    name: str
    above: str
    below: str
    less: int = 0


@dataclass(frozen=True, slots=True)
class Layout:
    """Inputs and quantities of a detector.

    Attributes
    ----------
    name : ``no_length`` or ``all``.
    columns : of the segments; the channel number comes behind them.
    quotients : quantities behind these.

    """

    name: str
    columns: tuple[str, ...]
    quotients: tuple[Quotient, ...]

    @property
    def quantities(self) -> tuple[str, ...]:
        """Names of all that a model may use, in order, without the channel."""
        return (*self.columns, *(q.name for q in self.quotients))

    @property
    def channels(self) -> tuple[Channel, ...]:
        """Channels of the model card."""
        return tuple(Channel(name=name, unit=UNITS.get(name, "")) for name in (*self.columns, CHANNEL))

    def inputs(self, segments: Segments) -> Singles:
        """Return what a detector is given, (n, columns + 1) float32, the channel number last."""
        found = [_column(segments, name) for name in self.columns]
        return np.stack([*found, segments.channel], axis=1).astype(np.float32)

    def expand(self, inputs: Singles) -> Singles:
        """Return the quantities (n, Q) float32 of inputs (n, columns + 1)."""
        found = dict(zip(self.columns, inputs.T, strict=False))
        for q in self.quotients:
            above = np.maximum(found[q.above] - np.float32(q.less), np.float32(0))
            found[q.name] = above / np.maximum(found[q.below], FLOOR)
        return np.stack([found[name] for name in self.quantities], axis=1)


def _column(segments: Segments, name: str) -> Floats:
    """Return a column (n,); ``NAME_rate`` is ``(count - 1) / len``, the peaks behind the first by samples.

    Nearly every segment has one peak at least, so that ``count / len`` of a quiet one would be ``1 / len``
    and tell its length.
    """
    if not name.endswith(RATE):
        return segments.columns([name])[:, 0]
    count, length = segments.columns([name.removesuffix(RATE), "len"]).T
    return np.asarray(np.maximum(count - 1, 0) / np.maximum(length, 1))


_RATIOS: Final = (
    Quotient("diff_var/var", "diff_var", "var"),
    Quotient("diff2_var/diff_var", "diff2_var", "diff_var"),
)
_PER_SECOND: Final = tuple(Quotient(f"{n}{RATE}/s", n + RATE, "sampling") for n in PEAKS)

NO_LENGTH: Final = Layout(
    "no_length",
    (
        *("mean", "var", "std", "kurtosis", "skew", *(name + RATE for name in PEAKS)),
        *("diff_var", "diff2_var", "sampling"),
    ),
    (*_RATIOS, *_PER_SECOND),
)
"""Nothing that tells how long a segment is: what an on-board service that cuts its own windows may use."""
ALL: Final = Layout(
    "all",
    (*PUBLISHED, "sampling"),
    (*_RATIOS, *(Quotient(n + RATE, n, "len", 1) for n in PEAKS), *_PER_SECOND),
)
"""The 18 published features with the time between samples."""
