"""When a source that was heard falls silent: at its own time, wherever chunks of others begin and end."""

from collections.abc import Iterable, Mapping, Sequence

from fdir_service.mission.source_schema import SourceSection
from pus.samples import Samples

_NS = 1_000_000_000

Limit = tuple[int, str]
"""Until when (ns) a source may pause, and which."""


def pauses(sources: Iterable[SourceSection]) -> list[tuple[str, int]]:
    """Return each source and for how long it may pause (ns)."""
    return [(source.name, round(source.silence_s * _NS)) for source in sources]


def limits(
    pauses: Iterable[tuple[str, int]], heard: Mapping[str, int], silent: Mapping[str, bool]
) -> list[Limit]:
    """Return until when the sources that are heard may pause after their last samples (ns)."""
    return [(heard[name] + pause, name) for name, pause in pauses if not silent[name]]


def late(chunks: Sequence[Samples], limits: Iterable[Limit]) -> list[Limit]:
    """Return the limits, in order, that are passed before the source's next sample or the last of all."""
    newest = max([int(chunk.times[-1]) for chunk in chunks])
    passed = [limit for limit in limits if limit[0] < newest]
    if not passed:
        return passed
    first = {chunk.source: int(chunk.times[0]) for chunk in chunks}
    return sorted((limit, name) for limit, name in passed if first.get(name, newest) > limit)
