"""Replay in fixed blocks: the same samples give the same bytes, whatever the message sizes were."""

from collections.abc import Iterable, Iterator

import numpy as np

from fdir_service.blocks import follows, join
from pus.samples import Heartbeat, Message, Samples

LOOKAHEAD = 16
"""Blocks that a source may run ahead of the others before they are taken to have nothing earlier."""


def reblock(messages: Iterable[Message], block: int) -> Iterator[list[Message]]:
    """Yield groups of messages in which each source's samples come in blocks of `block`.

    Other messages, gaps in the sequence and new sessions end a block; several sources are grouped so
    that a group holds all of them up to the same time.
    """
    waiting: dict[str, list[Samples]] = {}
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
        limit = block * (1 if len(waiting) == 1 else LOOKAHEAD)
        if sum(map(len, parts)) >= limit:
            yield from _full_blocks(waiting, block)
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


def _release_common(waiting: dict[str, list[Samples]]) -> list[Message]:
    """Release what no source can precede any more: all up to the time that every source has reached."""
    joined = {source: join(parts) for source, parts in waiting.items()}
    reached = min(int(part.times[-1]) for part in joined.values())
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
    """Yield whole blocks of the one source there is, or all of several sources up to a common time."""
    if len(waiting) > 1:
        yield _release_common(waiting)
        return
    ((source, parts),) = waiting.items()
    joined = join(parts)
    whole = len(joined) - len(joined) % block
    for start in range(0, whole, block):
        yield [joined[start : start + block]]
    rest = joined[whole:]
    waiting.clear()
    if len(rest):
        waiting[source] = [rest]
