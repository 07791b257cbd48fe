"""A compiled search for values outside their limits, where numba is installed (the extra ``fast``).

NumPy passes over the values three times, and takes 50 ns to begin each row of each pass; this is one.
"""

from collections.abc import Callable
from functools import cache
from importlib.util import find_spec

import numpy as np

from pus.st12.tables import Floats, Ints

Search = Callable[[Floats, Floats, Floats, Ints], int]

WORTHWHILE = 1 << 16
"""Checks in a chunk from which it is worth a second, once, to load numba and compile."""
_WORD = 8
"""Octets that are looked at together."""


def search(values: Floats, low: Floats, high: Floats, found: Ints) -> int:
    """Fill `found` with the flat indices of `values` (p, K) outside their limits (p, 1), or not known.

    Returns how many there are; `found` has room for all values.
    """
    p, k = values.shape
    words = np.zeros((k + _WORD - 1) // _WORD, np.uint64)
    outside = words.view(np.uint8)
    n = 0
    for i in range(p):
        below, above = low[i, 0], high[i, 0]
        for j in range(k):
            # Without `and` there is no branch, and the compiler takes several values at once.
            outside[j] = not (values[i, j] >= below) & (values[i, j] <= above)
        for w in range(len(words)):
            if words[w]:
                for j in range(_WORD * w, _WORD * (w + 1)):
                    if outside[j]:
                        found[n] = i * k + j
                        n += 1
    return n


@cache
def compiled() -> Search | None:
    """Compile `search`; None without numba."""
    if find_spec("numba") is None:
        return None
    import numba  # type: ignore[import-untyped,import-not-found,unused-ignore]  # noqa: PLC0415

    fast: Search = numba.njit(nogil=True)(search)
    return fast
