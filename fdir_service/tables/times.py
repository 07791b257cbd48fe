"""Times of tables: exact int64 ns since 1970-01-01T00:00:00Z, from text, numbers and timestamps."""

import re
from datetime import UTC, datetime
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

NO_TIME: Final = -(1 << 63)
"""Stands for a time that is not known or cannot be told in int64 ns (as in numpy's datetime64)."""
_LAST: Final = (1 << 63) - 1
_COARSE = len("20300101T000000.123456")
_FINE = re.compile(r"[.,]\d{6}(\d{1,3})")


def epoch_ns(epoch: str) -> int:
    """Return the mission epoch in ns since 1970-01-01T00:00:00Z."""
    return int(np.datetime64(epoch.removesuffix("Z"), "ns").astype(np.int64))


def parse_time(text: str) -> int:
    """Return an ISO 8601 time in ns since 1970 (without a zone it is UTC); raises ValueError."""
    moment = datetime.fromisoformat(text)
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    whole = moment.replace(microsecond=0)
    fine = _FINE.search(text) if len(text) > _COARSE else None  # datetime ends at microseconds
    ns = moment.microsecond * 1_000 + (int(fine[1].ljust(3, "0")) if fine else 0)
    time = int(whole.timestamp()) * 1_000_000_000 + ns
    if not NO_TIME < time <= _LAST:
        raise ValueError(f"{text} is no time from 1678 to 2261")
    return time


def scale(numbers: NDArray[Any], unit: int, zero: int) -> NDArray[np.int64]:
    """Return numeric times (n,) in ns since 1970: `unit` ns each, counted from `zero` (ns since 1970).

    Integers are exact, floats are rounded to the nearest ns. What is not finite or does not fit is `NO_TIME`.
    """
    if numbers.dtype.kind == "f":
        return _scale_floats(numbers.astype(np.float64), unit, zero)
    low = -((_LAST + min(zero, 0)) // unit)
    high = (_LAST - max(zero, 0)) // unit
    good = (numbers >= low) & (numbers <= high)
    return np.where(good, np.where(good, numbers, 0).astype(np.int64) * unit + zero, NO_TIME)


def _scale_floats(numbers: NDArray[np.float64], unit: int, zero: int) -> NDArray[np.int64]:
    # Floats near the end of int64 are 1024 apart: some seconds of margin keep the sums within it.
    good = np.abs(numbers) < (2.0**63 - 2.0**32 - abs(zero)) / unit
    kept = np.where(good, numbers, 0.0)
    whole = np.floor(kept)
    part = np.rint((kept - whole) * unit).astype(np.int64)
    return np.where(good, whole.astype(np.int64) * unit + part + zero, NO_TIME)


def iso(times: NDArray[np.int64]) -> NDArray[np.str_]:
    """Return times as ISO 8601 in UTC, all with as many digits as one of them needs."""
    unit: Any = next(
        (u for u, ns in (("s", 10**9), ("ms", 10**6), ("us", 10**3)) if not (times % ns).any()), "ns"
    )
    return np.datetime_as_string(times.view("M8[ns]"), unit=unit, timezone="UTC")
