"""A chunk is cut where a sample is not known or does not follow the one before in time."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from fdir_service.continuity import Spacing, Span, spans
from tests.fdir_service.builders import card

FLAGS = st.lists(st.tuples(st.booleans(), st.booleans()), min_size=1, max_size=20)


def one_by_one(known, late, clean):
    """Count the samples without a break that end at each sample."""
    counts = []
    for is_known, is_late in zip(known, late, strict=True):
        clean = 0 if not is_known else 1 if is_late else clean + 1
        counts.append(clean)
    return counts


@given(FLAGS, st.integers(0, 5))
def test_spans_count_as_one_sample_after_the_other_does(flags, clean):
    known, late = (np.array(column) for column in zip(*flags, strict=True))
    counts = np.zeros(len(flags), np.int64)
    found = spans(known, late, len(flags), clean)
    for span in found:
        counts[span.start : span.stop] = span.before + 1 + np.arange(span.stop - span.start)
    assert counts.tolist() == one_by_one(known, late, clean)
    assert found[-1].stop == len(flags)


def test_without_a_break_the_chunk_is_one_span():
    assert spans(None, None, 7, 3) == [Span(0, 7, 3)]
    assert spans(None, np.array([False, True]), 2, 3) == [Span(0, 1, 3), Span(1, 2, 0)]
    assert spans(np.array([False, True]), None, 2, 3) == [Span(0, 0, 3), Span(1, 2, 0)]


@given(st.lists(st.integers(90, 110), min_size=1, max_size=9), st.none() | st.integers(-10, 20), st.data())
def test_lateness_is_the_same_for_any_chunking(steps, offset, data):
    spacing = Spacing.of(card(period=1e-7, tolerance=0.05))
    times = np.cumsum([*steps])
    last = None if offset is None else int(times[0]) - 100 - offset
    middle = data.draw(st.integers(0, len(times)))
    parts, before = [], last
    for part in (times[:middle], times[middle:]):
        if len(part):
            late = spacing.late(part, before)
            parts += [False] * len(part) if late is None else late.tolist()
            before = int(part[-1])
    steps = np.diff(times, prepend=times[0] - 100 if last is None else last)
    assert parts == [abs(step - 100) > 5 for step in steps]


def test_a_card_without_a_period_knows_no_lateness():
    assert Spacing.of(card(period=None)).late(np.array([0, 10**12]), 5) is None
