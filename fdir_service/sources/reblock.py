"""Replay in fixed blocks: the same samples give the same bytes, whatever the message sizes were."""

from collections.abc import Iterable, Iterator

import numpy as np

from fdir_service.blocks import follows, join
from pus.samples import Heartbeat, Message, Samples

LOOKAHEAD = 16
"""Blocks that a source may run ahead of the others before they are taken to have nothing earlier."""


def reblock(messages: Iterable[Message], block: int, sources: Iterable[str] = ()) -> Iterator[list[Message]]:
    """Yield groups of messages in which each source's samples come in blocks of `block`.

    Other messages, gaps in the sequence and new sessions end a block; several sources are grouped so
    that a group holds all of them up to the same time. `sources` names those that are known beforehand:
    what is sampled before their first message comes must not overtake it.
    """
    waiting: dict[str, list[Samples]] = {}
    reached = dict.fromkeys(sources, -1)
    for message in messages:
        if isinstance(message, Heartbeat) and _is_idle(message, waiting.get(message.source)):
            continue
        if not isinstance(message, Samples):
            yield [*_release(waiting), message]
            continue
        parts = waiting.setdefault(message.source, [])
        if parts and not follows(parts[-1], message):
            yield _release(waiting)
            parts = waiting.setdefault(message.source, [])
        parts.append(message)
        reached[message.source] = int(message.times[-1])
        if len(reached) == 1:
            yield from _full_blocks(waiting, block)
        elif sum(map(len, parts)) >= block * LOOKAHEAD:
            yield _release_common(waiting, min(reached.values()))
    yield _release(waiting)


def _is_idle(heartbeat: Heartbeat, parts: list[Samples] | None) -> bool:
    """Whether a heartbeat says nothing that the samples waiting did not say."""
    if not parts:
        return False
    last = parts[-1]
    return heartbeat.session == last.session and heartbeat.sequence == last.sequence + len(last)


def _release(waiting: dict[str, list[Samples]]) -> list[Message]:
    released: list[Message] = [join(parts) for parts in waiting.values()]
    waiting.clear()
    return released


def _release_common(waiting: dict[str, list[Samples]], reached: int) -> list[Message]:
    """Release what no source can precede any more: all up to the time that every source has reached."""
    joined = {source: join(parts) for source, parts in waiting.items()}
    longest = max(joined.values(), key=len)
    if longest.times[0] > reached:  # one source has fallen silent: go on without it
        return _release(waiting)
    waiting.clear()
    released: list[Message] = []
    for source, part in joined.items():
        end = int(np.searchsorted(part.times, reached, "right"))
        if end:
            released.append(part[:end])
        if end < len(part):
            waiting[source] = [part[end:]]
    return released


def _full_blocks(waiting: dict[str, list[Samples]], block: int) -> Iterator[list[Message]]:
    """Yield whole blocks of the one source there is."""
    ((source, parts),) = waiting.items()
    if sum(map(len, parts)) < block:
        return
    joined = join(parts)
    whole = len(joined) - len(joined) % block
    for start in range(0, whole, block):
        yield [joined[start : start + block]]
    rest = joined[whole:]
    waiting.clear()
    if len(rest):
        waiting[source] = [rest]
