"""Cutting samples of any sources into steps: at most one chunk a source, in order of time."""

from collections.abc import Iterable, Iterator

import numpy as np

from pus.samples import Samples


def follows(first: Samples, second: Samples) -> bool:
    """Whether `second` is the continuation of `first` in source, session and sequence."""
    return (
        second.source == first.source
        and second.session == first.session
        and second.sequence == first.sequence + len(first)
        and second.values.shape[1:] == first.values.shape[1:]
        and second.values.dtype == first.values.dtype
    )


def join(parts: list[Samples]) -> Samples:
    """Join samples of one source; one part stays as it is."""
    if len(parts) == 1:
        return parts[0]
    first = parts[0]
    period = first.period if all(part.period == first.period for part in parts) else 0
    return Samples(
        first.source,
        first.session,
        first.sequence,
        np.concatenate([part.times for part in parts]),
        np.concatenate([part.values for part in parts]),
        period,
    )


def cut(samples: Iterable[Samples], time: int) -> tuple[list[Samples], list[Samples]]:
    """Return the samples of each source up to `time` (ns), and those after it; empty ones are left out."""
    parts = [(part, int(np.searchsorted(part.times, time, "right"))) for part in samples]
    return [p[:n] for p, n in parts if n], [p[n:] for p, n in parts if n < len(p)]


def steps(samples: Iterable[Samples], chunk: int) -> Iterator[list[Samples]]:
    """Yield steps of at most `chunk` samples a source; a step ends before the next one begins."""
    parts = list(samples)
    if len(parts) == 1 and 0 < len(parts[0]) <= chunk:
        yield parts
        return
    by_source: dict[str, list[Samples]] = {}
    for part in parts:
        by_source.setdefault(part.source, []).append(part)
    rest = [join(parts) for parts in by_source.values()]
    while rest:
        step, rest = cut(rest, min(int(part.times[min(chunk, len(part)) - 1]) for part in rest))
        yield step
