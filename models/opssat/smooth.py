"""Quantities in a form that suits distances: logarithms, standardised and limited, in double precision."""

from dataclasses import dataclass
from typing import Final, Literal, Self

import numpy as np
from numpy.typing import NDArray

from models.dclop.standardisation import Standardisation
from models.opssat.layout import COUNTS, LOG, SIGNED, Layout

Floats = NDArray[np.float64]
Singles = NDArray[np.float32]
Form = Literal["log", "count", "signed", "plain"]

LEAST: Final = 1e-20
"""Least argument of a logarithm."""
LIMIT: Final = 8.0
"""Largest magnitude of a standardised quantity."""
FORMS: Final[tuple[Form, ...]] = ("log", "count", "signed", "plain")


def form_of(name: str) -> Form:
    """Return how a quantity is transformed."""
    if name in LOG:
        return "log"
    return "count" if name in COUNTS else "signed" if name in SIGNED else "plain"


def transform(values: Floats, form: Form) -> Floats:
    """Return log10 of `values`, log(1 + x) from 0 on, sign(x) log(1 + |x|), or the values themselves."""
    if form == "log":
        return np.asarray(np.log10(np.maximum(values, LEAST)))
    if form == "count":
        return np.asarray(np.log(1 + np.maximum(values, 0)))
    return np.asarray(np.sign(values) * np.log(1 + np.abs(values))) if form == "signed" else values


@dataclass(frozen=True, slots=True)
class Smooth:
    """Chosen quantities of a layout, transformed and standardised.

    Attributes
    ----------
    names : of the quantities, in the order of their forms.

    """

    layout: Layout
    names: tuple[str, ...]
    standardisation: Standardisation

    @classmethod
    def fit(cls, layout: Layout, names: tuple[str, ...], expanded: Singles) -> Self:
        """Fit the standardisation to quantities (n, Q), `Layout.expand`."""
        ordered = tuple(name for form in FORMS for name in names if form_of(name) == form)
        return cls(layout, ordered, Standardisation.fit(_transformed(layout, ordered, expanded), LIMIT))

    def __call__(self, expanded: Singles) -> Floats:
        """Return (n, len(names)) of quantities (n, Q)."""
        return self.standardisation(_transformed(self.layout, self.names, expanded))

    def places(self, form: Form) -> list[int]:
        """Return where in the quantities those of a form are."""
        return [self.layout.quantities.index(name) for name in self.names if form_of(name) == form]


def _transformed(layout: Layout, names: tuple[str, ...], expanded: Singles) -> Floats:
    places = [layout.quantities.index(name) for name in names]
    values = expanded[:, places].astype(np.float64)
    return np.stack(
        [transform(column, form_of(n)) for column, n in zip(values.T, names, strict=True)], axis=1
    )
