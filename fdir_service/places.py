"""How rows or columns of an array are selected by their places."""

import numpy as np
from numpy.typing import NDArray


def selector(places: list[int]) -> slice | NDArray[np.intp]:
    """Return what selects `places`: for neighbours a slice, which costs a fraction of a list of places."""
    first = places[0] if places else 0
    if places == list(range(first, first + len(places))):
        return slice(first, first + len(places))
    return np.array(places, np.intp)
