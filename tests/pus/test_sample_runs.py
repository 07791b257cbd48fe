"""Many messages at once: single samples are joined to chunks, everything else is as one by one."""

from itertools import pairwise

import msgpack
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pus.sample_runs import SourceDecoder
from pus.samples import MAX_INT, MAX_TIME, Command, Heartbeat, Samples, WireError, decode, encode

PERIOD = 1_000


def single(sequence, time=None, session=1, source="s", value=None, period=PERIOD, dtype="<f4"):
    values = np.array([[sequence if value is None else value, 2]], dtype)
    stamps = np.array([sequence * PERIOD if time is None else time], np.int64)
    return Samples(source, session, sequence, stamps, values, period)


def plain(message):
    """Return what a message says, sample by sample."""
    if not isinstance(message, Samples):
        return [message]
    rows = zip(message.times.tolist(), message.values.tolist(), strict=True)
    head = (message.source, message.session, message.values.dtype.str)
    return [(*head, message.sequence + k, *row) for k, row in enumerate(rows)]


def one_by_one(octets, source="s"):
    found = []
    for raw in octets:
        try:
            message = decode(raw)
        except WireError as error:
            found.append(error.reason)
            continue
        if not isinstance(message, Samples | Heartbeat):
            found.append("kind")
        elif message.source != source:
            found.append("topic")
        else:
            found += plain(message)
    return found


def together(octets, source="s"):
    return [entry for message in SourceDecoder(source).decode(octets) for entry in said(message)]


def said(message):
    return [message.reason] if isinstance(message, WireError) else plain(message)


def test_single_samples_become_one_chunk():
    [chunk] = SourceDecoder("s").decode([encode(single(k)) for k in range(5)])
    assert chunk.sequence == 0
    assert chunk.period == PERIOD
    assert chunk.times.tolist() == [0, 1000, 2000, 3000, 4000]
    assert chunk.values[:, 0].tolist() == [0, 1, 2, 3, 4]


def test_times_that_do_not_keep_to_the_period_are_kept():
    [chunk] = SourceDecoder("s").decode([encode(single(0)), encode(single(1, time=1_007))])
    assert chunk.period == 0
    assert chunk.times.tolist() == [0, 1_007]
    assert plain(decode(encode(chunk))) == plain(chunk)


def test_explicit_times_are_joined_too():
    [chunk] = SourceDecoder("s").decode([encode(single(0, period=0)), encode(single(1, time=9, period=0))])
    assert chunk.times.tolist() == [0, 9]


@pytest.mark.parametrize(
    "second",
    [
        single(2),
        single(1, session=2),
        single(1, time=0),
        single(1, dtype="<f8"),
        single(1, period=7, time=1000),
        Samples.regular("s", 1, 1, PERIOD, PERIOD, np.zeros((2, 2), "<f4")),
        Samples.regular("s", 1, 1, PERIOD, PERIOD, np.zeros((1, 3), "<f4")),
    ],
    ids=["lost", "session", "time", "dtype", "period", "chunk", "shape"],
)
def test_a_break_ends_the_run(second):
    found = list(SourceDecoder("s").decode([encode(single(0)), encode(second)]))
    assert [len(message) for message in found] == [1, len(second)]


FIELDS = msgpack.unpackb(encode(single(1)))


@pytest.mark.parametrize(
    ("field", "value"),
    [
        (0, 2),
        (1, 7),
        (2, "t"),
        (4, "1"),
        (5, 1e3),
        (5, MAX_TIME),
        (6, -1),
        (7, b"x"),
        (8, [1]),
        (9, "<q"),
        (10, b""),
        (10, "text"),
        (3, 1.0),
        (4, 1.0),
        (6, float(PERIOD)),
        (7, []),
        (7, None),
        (7, ""),
        (8, [1.0, *FIELDS[8][1:]]),
        (8, [True, *FIELDS[8][1:]]),
    ],
)
def test_a_fault_in_what_follows_is_found(field, value):
    wrong = [value if k == field else f for k, f in enumerate(FIELDS)]
    octets = [encode(single(0)), msgpack.packb(wrong), encode(single(2))]
    assert together(octets) == one_by_one(octets)
    decoder = SourceDecoder("s")
    alone = [entry for raw in octets for message in decoder.decode([raw]) for entry in said(message)]
    assert alone == one_by_one(octets)


def test_sequence_numbers_end_where_they_do_one_by_one():
    octets = [msgpack.packb([*FIELDS[:4], MAX_INT - 2 + k, k, *FIELDS[6:]]) for k in range(4)]
    assert together(octets) == one_by_one(octets)
    assert together(octets)[2:] == ["range", "range"]


@pytest.mark.parametrize("raw", [b"", b"\xc1", b"\x80", b"\xa3abc", b"\x01", msgpack.packb(FIELDS[:10])])
def test_what_is_no_message_ends_the_run_and_is_an_error(raw):
    octets = [encode(single(0)), raw, encode(single(1))]
    assert together(octets) == one_by_one(octets)
    assert "malformed" in together(octets)


messages = st.one_of(
    st.builds(
        single,
        st.integers(0, 6),
        time=st.none() | st.integers(0, 9_000),
        session=st.integers(1, 2),
        source=st.sampled_from(["s", "s", "s", "t"]),
        period=st.sampled_from([PERIOD, PERIOD, 0, 5]),
        dtype=st.sampled_from(["<f4", "<f4", "<u2"]),
    ),
    st.builds(Heartbeat, st.just("s"), st.just(1), st.integers(0, 9), st.integers(0, 99)),
    st.just(Command(3, b"tc")),
)


@given(st.lists(messages, max_size=12))
def test_together_they_are_what_they_are_one_by_one(sent):
    octets = [encode(message) for message in sent]
    assert together(octets) == one_by_one(octets)


@given(st.lists(messages, max_size=12), st.lists(st.integers(0, 12), max_size=6).map(sorted))
def test_they_are_the_same_whenever_they_are_taken(sent, cuts):
    octets = [encode(message) for message in sent]
    parts = [octets[a:b] for a, b in pairwise([0, *cuts, len(octets)])]
    decoder = SourceDecoder("s")
    found = [said(message) for part in parts for message in decoder.decode(part)]
    assert [entry for entries in found for entry in entries] == one_by_one(octets)


def test_a_single_sample_has_the_period_and_the_time_of_its_message():
    decoder = SourceDecoder("s")
    for message in (single(3), single(4), single(5, time=9_000), single(9)):
        [found] = decoder.decode([encode(message)])
        assert plain(found) == plain(message)
        assert found.period == PERIOD


@given(st.integers(0, 5), st.lists(st.integers(1, 4), min_size=1, max_size=12))
def test_runs_with_losses_keep_every_sample_at_its_place(first, steps):
    sequences = np.cumsum([first, *steps]).tolist()
    octets = [encode(single(k)) for k in sequences]
    found = list(SourceDecoder("s").decode(octets))
    assert [row for message in found for row in plain(message)] == one_by_one(octets)
    assert len(found) == 1 + sum(step > 1 for step in steps)


@given(st.binary(max_size=60))
def test_no_octets_whatever_raise(octets):
    assert len(list(SourceDecoder("s").decode([encode(single(0)), octets]))) == 2
