"""What is wrong with a table: an error with file and place, or bad rows counted by reason and left out."""

from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

SHOWN = 5
"""Bad rows of which place and detail are kept."""


class TableError(ValueError):
    """A table that cannot be used; the text names file, row or column, and reason."""


@dataclass(slots=True)
class Faults:
    """The bad rows of one file.

    Attributes
    ----------
    path : the file.
    strict : whether the first bad row is a `TableError`; otherwise bad rows are counted and left out.
    word : what a place is: ``line`` of a text, ``row`` of anything else, both from 1.
    counts : bad rows by reason.
    first : the first few, as text.

    """

    path: Path
    strict: bool = False
    word: str = "row"
    counts: Counter[str] = field(default_factory=Counter)
    first: list[str] = field(default_factory=list)

    def add(self, reason: str, place: int, detail: str, n: int = 1) -> None:
        """Count `n` bad rows, the first of them at `place`; raises `TableError` if strict."""
        text = f"{self.path}: {self.word} {place}: {detail}"
        if self.strict:
            raise TableError(text)
        self.counts[reason] += n
        if len(self.first) < SHOWN:
            self.first.append(text)

    def check(self, good: NDArray[np.bool_], places: NDArray[np.int64], reason: str, detail: str) -> None:
        """Count the rows that are not `good`."""
        if good.all():
            return
        bad = places[~good]
        for k, place in enumerate(bad[:SHOWN], 1):
            self.add(reason, int(place), detail, 1 if k < SHOWN else len(bad) - SHOWN + 1)
