"""When a source that was heard falls silent: at its own time, wherever chunks of others begin and end."""

from collections.abc import Iterable, Mapping, Sequence

from fdir_service.mission.source_schema import SourceSection
from pus.samples import Samples

_NS = 1_000_000_000

Limit = tuple[int, str]
"""Until when (ns) a source may pause, and which."""


def limits(
    sources: Iterable[SourceSection], heard: Mapping[str, int], silent: Mapping[str, bool]
) -> list[Limit]:
    """Return until when the sources that are heard may pause after their last samples (ns)."""
    return [(heard[s.name] + round(s.silence_s * _NS), s.name) for s in sources if not silent[s.name]]


def late(chunks: Sequence[Samples], limits: Iterable[Limit]) -> list[Limit]:
    """Return the limits, in order, that are passed before the source's next sample or the last of all."""
    first = {chunk.source: int(chunk.times[0]) for chunk in chunks}
    newest = max(int(chunk.times[-1]) for chunk in chunks)
    return sorted((limit, name) for limit, name in limits if first.get(name, newest) > limit)
