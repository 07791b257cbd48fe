from hypothesis import given
from hypothesis import strategies as st

from sim.outages import Outages

T = 100


def test_without_an_outage_nothing_is_lost():
    outages = Outages(T)
    assert not any(outages.is_lost(k) or outages.is_dead(k) for k in range(T + 1))
    assert (outages.border(0), outages.announced) == (T, T)


def test_an_outage_with_an_end_loses_its_samples_and_leaves_the_source_alive():
    outages = Outages(T, [(20, 30)])
    assert [k for k in range(T) if outages.is_lost(k)] == list(range(20, 30))
    assert not outages.is_dead(25)
    assert outages.announced == T
    assert [outages.border(k) for k in (0, 19, 20, 29, 30)] == [20, 20, 30, 30, T]


def test_an_outage_without_an_end_is_a_dead_source():
    outages = Outages(T, [(20, 30), (60, None)])
    assert [outages.is_lost(k) for k in (59, 60, T - 1, T)] == [False, True, True, False]
    assert [outages.is_dead(k) for k in (25, 59, 60, T)] == [False, False, True, True]
    assert outages.announced == 60
    assert outages.border(60) == T


def test_an_outage_may_last_beyond_the_run():
    outages = Outages(T, [(90, 130)])
    assert outages.is_lost(T - 1)
    assert not outages.is_lost(T)
    assert not outages.is_dead(T)
    assert (outages.border(95), outages.announced) == (T, T)


EDGES = st.lists(st.integers(1, T - 1), unique=True, max_size=8).map(sorted)


@given(EDGES, st.integers(0, T - 1))
def test_up_to_the_border_a_sample_is_lost_like_the_one_before(edges, sample):
    spans = [(edges[k], edges[k + 1] if k + 1 < len(edges) else None) for k in range(0, len(edges), 2)]
    outages = Outages(T, spans)
    border = outages.border(sample)
    assert sample < border <= T
    assert len({outages.is_lost(k) for k in range(sample, border)}) == 1
    assert border == T or outages.is_lost(border) != outages.is_lost(border - 1)
