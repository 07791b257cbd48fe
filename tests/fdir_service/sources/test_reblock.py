"""Replay in fixed blocks: what comes out does not depend on the sizes of the messages that went in."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from fdir_service.sources.reblock import LOOKAHEAD, reblock
from pus.samples import Command, Heartbeat, Samples, Tick
from tests.fdir_service.builders import cut, describe_message, recut, samples

BLOCK = 4


def described(groups):
    return [[describe_message(message) for message in group] for group in groups if group]


def sizes(groups):
    """The lengths of the samples in each group that has any."""
    return [[len(m) for m in group if isinstance(m, Samples)] for group in groups if group]


def ramp(sequence, n, **where):
    return samples(sequence, np.arange(sequence, sequence + n), **where)


@st.composite
def recordings(draw):
    """Runs of samples of one source with gaps, new sessions and other messages between them."""
    messages, sequence, session = [], 0, 1
    for _ in range(draw(st.integers(1, 5))):
        n = draw(st.integers(1, 3 * BLOCK))
        messages.append(ramp(sequence, n, session=session))
        sequence += n
        match draw(st.integers(0, 5)):
            case 0:
                sequence += draw(st.integers(1, 3))
            case 1:
                sequence, session = 0, session + 1
            case 2:
                messages.append(Tick(sequence))
            case 3:
                messages.append(Command(sequence, b"tc"))
            case 4:
                messages.append(Heartbeat("s", session, sequence + draw(st.integers(0, 1)), 0))
    return messages


@given(recordings(), st.lists(st.integers(1, 14), max_size=12))
def test_the_groups_of_one_source_do_not_depend_on_the_sizes_of_messages(messages, cuts):
    pieces = [part for m in messages for part in (cut(m, cuts) if isinstance(m, Samples) else [m])]
    assert described(reblock(pieces, BLOCK)) == described(reblock(messages, BLOCK))


@given(recordings(), st.integers(1, 5))
def test_nothing_is_lost_but_heartbeats_that_say_nothing(messages, size):
    def rows(stream):
        return [(m.session, m.sequence + k) for m in stream if isinstance(m, Samples) for k in range(len(m))]

    out = [message for group in reblock(recut(messages, size), BLOCK) for message in group]
    assert rows(out) == rows(messages)
    kept = [m for m in out if not isinstance(m, Samples)]
    assert [m for m in kept if not isinstance(m, Heartbeat)] == [
        m for m in messages if isinstance(m, Tick | Command)
    ]


def test_one_source_comes_in_whole_blocks_and_a_rest():
    assert sizes(reblock(cut(ramp(0, 11), [1, 2, 7]), BLOCK)) == [[4], [4], [3]]


def test_a_message_larger_than_a_block_is_cut():
    assert sizes(reblock([ramp(0, 9)], BLOCK)) == [[4], [4], [1]]


def test_a_heartbeat_that_says_nothing_new_does_not_cut_a_block():
    messages = [ramp(0, 2), Heartbeat("s", 1, 2, 0), ramp(2, 2)]
    assert sizes(reblock(messages, BLOCK)) == [[4]]


def test_a_heartbeat_that_tells_of_a_loss_comes_after_the_samples_before_it():
    messages = [ramp(0, 2), Heartbeat("s", 1, 5, 0), ramp(5, 2)]
    (first, second) = [group for group in reblock(messages, BLOCK) if group]
    assert [type(message) for message in first] == [Samples, Heartbeat]
    assert len(second[0]) == 2


def test_a_gap_and_a_new_session_end_a_block():
    messages = [ramp(0, 2), ramp(3, 2), ramp(0, 2, session=2)]
    assert sizes(reblock(messages, BLOCK)) == [[2], [2], [2]]


def test_a_ground_request_keeps_its_place_among_the_samples():
    (group, rest) = [g for g in reblock([ramp(0, 3), Command(9, b"tc"), ramp(3, 1)], BLOCK) if g]
    assert [type(message) for message in group] == [Samples, Command]
    assert sizes([rest]) == [[1]]


# --- several sources ---------------------------------------------------------------------------------

RATES = {"fast": 7, "slow": 50, "odd": 33}


def interleaved(names, until, size=1):
    """Messages of sources of different rates, in the order in which they come."""
    messages = []
    for name in names:
        period = RATES[name]
        whole = samples(0, np.arange(until // period), source=name, period=period)
        messages += cut(whole, range(0, len(whole), size))
    return sorted(messages, key=lambda m: (int(m.times[-1]), m.source))


def assert_in_order(groups, messages):
    """Groups follow one another in time and hold every sample."""
    reached, count = -1, 0
    for group in groups:
        assert all(part.times[0] > reached for part in group)
        reached = max([reached, *(int(part.times[-1]) for part in group)])
        count += sum(map(len, group))
    assert count == sum(map(len, messages))


@given(
    st.lists(st.sampled_from(sorted(RATES)), min_size=2, max_size=3, unique=True),
    st.integers(60, 3000),
    st.integers(1, 9),
)
def test_several_sources_come_in_order_of_time_whatever_the_sizes_of_messages(names, until, size):
    messages = interleaved(names, until, size)
    assert_in_order(list(reblock(messages, BLOCK, names)), messages)


def test_several_sources_are_grouped_up_to_the_same_time():
    messages = interleaved(["fast", "slow"], 2000)
    first = next(iter(reblock(messages, BLOCK, RATES)))
    assert {part.source for part in first} == {"fast", "slow"}


def test_a_source_that_falls_silent_does_not_hold_the_others_up():
    whole = samples(0, np.arange(6 * BLOCK * LOOKAHEAD), source="fast")
    messages = [samples(0, [1.0], source="slow"), *cut(whole, range(0, len(whole), 3))]
    groups = list(reblock(messages, BLOCK, ["fast", "slow"]))
    assert_in_order(groups, messages)
    assert max(sum(map(len, group)) for group in groups) <= BLOCK * LOOKAHEAD + 4
