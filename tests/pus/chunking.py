"""Samples cut into chunks in all ways: what the tests of the chain have in common."""

from collections.abc import Callable, Iterable

import numpy as np
from hypothesis import strategies as st

from pus.block import Block
from pus.chain import Chain, Instant
from pus.packets import Tc
from tests.pus.spacecraft import APID, NAN, WHEEL, bus, samples

MS = 1_000_000

Plain = list[tuple[object, ...]]


def own(service: int, subtype: int, data: bytes = b"") -> bytes:
    """Return a stored request to our own process that asks for no acknowledgement."""
    return Tc(APID, service, subtype, data, ack=0).pack()


def plain(instants: Iterable[Instant]) -> Plain:
    """Return what happened as comparable values: each occurrence with its time."""
    found: Plain = []
    for i in instants:
        found += [(i.time, "transition", t.pmon.id, int(t.current)) for t in i.transitions]
        found += [(i.time, "event", e.definition.id, e.data) for e in i.events]
        found += [(i.time, "request", octets) for _, octets in i.requests]
        found += [(i.time, "report", r.service, r.subtype, r.data) for r in i.reports]
    return found


def chunks(cuts: list[int], *blocks: Block) -> list[list[Block]]:
    """Cut blocks at times (ns); a chunk is what lies between two cuts, of all sources."""
    parts, rest = [], list(blocks)
    for cut in [*cuts, max(int(block.times[-1]) for block in blocks)]:
        parts.append([part for block in rest if len((part := block.until(cut)).times)])
        rest = [block.after(cut) for block in rest]
    return [
        [Block(block.source, block.times, block.values.copy()) for block in part] for part in parts if part
    ]


def in_chunks(chain: Chain, cuts: list[int], *blocks: Block) -> Plain:
    """Feed blocks cut into chunks; what is queued after a chunk is executed before the next."""
    found: Plain = []
    for part in chunks(cuts, *blocks):
        found += plain(chain.feed(part))
        assert chain.take_queue() == []
    return found


def assert_chunks_do_not_matter(make: Callable[[], Chain], cuts: list[int], *blocks: Block) -> Plain:
    expected = in_chunks(make(), [], *blocks)
    assert in_chunks(make(), cuts, *blocks) == expected
    return expected


LENGTH = 40
cut_lists = st.lists(st.integers(0, LENGTH * 100), unique=True, max_size=8).map(
    lambda found: sorted(k * MS for k in found)
)
voltages = st.lists(st.sampled_from((-9.0, 0.0, 0.5, 9.0, NAN)), min_size=LENGTH, max_size=LENGTH)


def two_sources(voltage: list[float]) -> tuple[Block, Block]:
    """Return the bus at 10 Hz and the wheel at 4 Hz, which has the time as its rate."""
    times = np.arange(20, LENGTH * 100, 250)
    rate = [float(t) for t in times]
    return bus(*voltage), samples(WHEEL, 20 * MS, 250 * MS, rate=rate)
