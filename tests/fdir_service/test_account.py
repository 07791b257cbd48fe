"""Accounts balance, whatever a publisher sends, loses, repeats or reorders."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fdir_service.account import Account, as_table
from pus.samples import Heartbeat, Samples
from tests.fdir_service.builders import samples


def account():
    return Account((1,))


def fed(*messages):
    """An account that has taken the messages."""
    result = account()
    for message in messages:
        result.hear(message) if isinstance(message, Heartbeat) else result.accept(message)
    return result


def ones(sequence, n, **where):
    return samples(sequence, np.ones(n), **where)


def heartbeat(sequence, session=1):
    return Heartbeat("s", session, sequence, 0)


MESSAGES = st.lists(
    st.one_of(
        st.builds(
            ones,
            st.integers(0, 12),
            st.integers(1, 5),
            session=st.integers(1, 2),
            late=st.integers(-3, 3).map(lambda k: k * 250_000_000),
        ),
        st.builds(heartbeat, st.integers(0, 14), st.integers(1, 2)),
        st.builds(lambda k: Samples.regular("s", 1, k, k, 1, np.zeros((2, 3))), st.integers(0, 12)),
    ),
    max_size=20,
)


@given(MESSAGES)
def test_received_and_lost_and_rejected_are_what_was_published_at_any_time(messages):
    books = account()
    for message in messages:
        if isinstance(message, Heartbeat):
            books.hear(message)
        else:
            before = books.received
            accepted, gap = books.accept(message)
            assert books.received - before == (len(accepted) if accepted is not None else 0)
            assert accepted is not None or not gap
        assert books.balances


@given(MESSAGES)
def test_accepted_samples_of_a_session_come_in_order_of_sequence_and_time(messages):
    books, session, last = account(), None, None
    for message in messages:
        if message.session != session:
            session, last = message.session, None
        if isinstance(message, Heartbeat):
            books.hear(message)
            continue
        accepted, _ = books.accept(message)
        if accepted is not None:
            assert last is None or accepted.sequence >= last.sequence + len(last)
            assert last is None or accepted.times[0] > last.times[-1]
            last = accepted


@given(st.lists(st.integers(1, 4), max_size=8), st.integers(0, 100), st.integers(0, 6))
def test_a_stream_without_faults_is_received_whole(sizes, first, tail):
    books, sequence = account(), first
    for size in sizes:
        accepted, gap = books.accept(ones(sequence, size))
        assert (len(accepted), gap) == (size, False)
        sequence += size
        books.hear(heartbeat(sequence))
    assert (books.received, books.lost, books.gaps) == (sum(sizes), 0, 0)
    books.hear(heartbeat(sequence + tail))
    assert books.lost == (tail if sizes else 0)


def test_what_the_sequence_passes_over_is_lost_and_a_gap():
    books = fed(ones(0, 2))
    accepted, gap = books.accept(ones(5, 1))
    assert gap
    assert accepted.sequence == 5
    assert (books.received, books.lost, books.gaps, books.published) == (3, 3, 1, 6)


def test_a_repeated_message_is_rejected_and_counts_as_published_twice():
    books = fed(ones(0, 3))
    assert books.accept(ones(0, 3)) == (None, False)
    assert (books.published, dict(books.rejected)) == (6, {"duplicate": 3})


def test_of_a_message_that_overlaps_only_the_new_part_is_accepted():
    books = fed(ones(0, 3))
    accepted, gap = books.accept(ones(1, 4))
    assert (accepted.sequence, len(accepted), gap) == (3, 2, False)
    assert (books.received, dict(books.rejected)) == (5, {"duplicate": 2})


def test_time_that_does_not_advance_is_rejected_and_leaves_a_gap():
    books = fed(ones(0, 3))
    assert books.accept(ones(3, 2, late=-200_000_000)) == (None, False)
    assert dict(books.rejected) == {"time": 2}
    accepted, gap = books.accept(ones(5, 1))
    assert gap
    assert len(accepted) == 1
    assert books.balances


def test_a_time_that_no_packet_can_carry_is_rejected():
    far = Samples("s", 1, 3, np.array([1 << 32]) * 1_000_000_000, np.ones((1, 1)))
    books = fed(ones(0, 3), far, ones(4, 1))
    assert dict(books.rejected) == {"time": 1}
    assert (books.received, books.last_time) == (4, 400_000_000)


def test_another_shape_is_rejected():
    books = fed(ones(0, 1), Samples.regular("s", 1, 1, 10**9, 10**8, np.ones((2, 4))))
    assert dict(books.rejected) == {"shape": 2}


def test_a_late_joiner_has_lost_nothing():
    books = fed(ones(1000, 2))
    assert (books.received, books.lost, books.published) == (2, 0, 2)


def test_a_new_session_starts_anew_behind_a_gap_and_its_times_may_start_again():
    books = fed(ones(7, 3))
    accepted, gap = books.accept(ones(0, 2, session=2))
    assert (len(accepted), gap) == (2, True)
    assert (books.received, books.lost, books.gaps) == (5, 0, 0)


def test_a_new_session_that_announces_itself_by_a_heartbeat_is_a_gap_too():
    books = fed(ones(7, 3), heartbeat(0, session=2))
    _, gap = books.accept(ones(0, 2, session=2))
    assert gap


def test_the_first_session_is_no_gap_even_if_a_heartbeat_comes_first():
    books = fed(heartbeat(4))
    assert books.accept(ones(4, 1))[1] is False


def test_losses_at_the_tail_show_by_a_heartbeat_and_as_a_gap_of_the_next_sample():
    books = fed(ones(0, 2), heartbeat(6))
    assert (books.lost, books.gaps, books.published) == (4, 1, 6)
    assert books.accept(ones(6, 1))[1] is True
    assert books.gaps == 1


def test_a_heartbeat_that_repeats_what_is_known_changes_nothing():
    books = fed(ones(0, 2), heartbeat(2), heartbeat(1))
    assert (books.lost, books.gaps, books.gap_pending) == (0, 0, False)


def test_accounts_become_plain_data_by_source():
    table = as_table({"s": fed(ones(0, 2), ones(0, 2), ones(3, 1))})
    assert table == {
        "s": {"published": 6, "received": 3, "lost": 1, "rejected": {"duplicate": 2}, "balances": True}
    }


@pytest.mark.parametrize("name", Account.STATE)
def test_what_a_snapshot_keeps_exists(name):
    assert hasattr(account(), name)
