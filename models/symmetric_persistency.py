"""What a PMON with an FMON behind it makes of an index: a reference (ECSS-E-ST-70-41C 6.12.3, 6.12.4).

The repetition number counts both ways: a status is established by so many equal checks in a row, *failing*
as well as *nominal*. The functional monitor is latched by the first failing status and re-armed when the
PMON is established as nominal. So an index that falls for a moment after a reaction raises no second one,
where the paper's metrics count every run that is long enough.
"""

import numpy as np
from numpy.typing import NDArray


def reactions(index: NDArray[np.floating], persistency: int) -> list[int]:
    """Return the samples at which the chain reacts to an index (T,) of 0, 1 and NaN (not valid).

    A sample that is not valid makes the PMON invalid and counting start anew; the latch stays.
    """
    found: list[int] = []
    failing: bool | None = None
    checked: bool | None = None
    count, is_armed = 0, True
    for sample, value in enumerate(index.tolist()):
        if np.isnan(value):
            failing, checked, count = None, None, 0
            continue
        fails = value != 0
        count = count + 1 if fails is checked else 1
        checked = fails
        if count < persistency or fails is failing:
            continue
        failing = fails
        if fails and is_armed:
            found.append(sample)
        is_armed = not fails
    return found
