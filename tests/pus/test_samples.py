"""The wire: every message survives the way through octets, and nothing else gets in."""

from typing import Any

import msgpack
import numpy as np
import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from numpy.typing import NDArray

from pus import samples
from pus.samples import Command, Heartbeat, Reply, Samples, Tick, WireError

COUNTS = st.integers(0, (1 << 62) - 1)
TIMES = st.integers(0, (1 << 32) * 10**9 - 1)
NAMES = st.text(max_size=12)
SHAPES = arrays.array_shapes(min_dims=1, max_dims=4, max_side=4)
VALUES = st.sampled_from(samples.DTYPES).flatmap(lambda dtype: arrays.arrays(np.dtype(dtype), SHAPES))


@st.composite
def chunks(draw: st.DrawFn) -> Samples:
    """Samples with a period or with explicit times."""
    values: NDArray[Any] = draw(VALUES)
    start, gaps = draw(st.integers(0, 10**15)), st.integers(1, 10**12)
    if draw(st.booleans()):
        return Samples.regular(draw(NAMES), draw(COUNTS), draw(COUNTS), start, draw(gaps), values)
    steps = draw(st.lists(gaps, min_size=len(values), max_size=len(values)))
    return Samples(draw(NAMES), draw(COUNTS), draw(COUNTS), start + np.cumsum(steps, dtype=np.int64), values)


def reason(octets: bytes) -> str:
    """Return why a message is refused."""
    with pytest.raises(WireError) as refusal:
        samples.decode(octets)
    assert str(refusal.value) == f"{refusal.value.reason}: {refusal.value.detail}"
    return refusal.value.reason


def packed(*fields: object) -> bytes:
    return bytes(msgpack.packb([samples.VERSION, *fields]))


def samples_message(**changed: object) -> bytes:
    """Return a message of two samples of three float64 values at 5 ns and 7 ns, with some fields replaced."""
    fields: dict[str, object] = {
        "source": "a",
        "session": 1,
        "sequence": 2,
        "time": 5,
        "period": 2,
        "times": b"",
        "shape": [2, 3],
        "dtype": "<f8",
        "data": bytes(48),
    }
    return packed(0, *(fields | changed).values())


def stamps(*times: int) -> bytes:
    return np.array(times, "<i8").tobytes()


# --- there and back ------------------------------------------------------------------------------------


@given(chunks())
def test_samples_of_any_dtype_shape_and_number_come_back(chunk: Samples) -> None:
    back = samples.decode(samples.encode(chunk))
    assert isinstance(back, Samples)
    assert (back.source, back.session, back.sequence) == (chunk.source, chunk.session, chunk.sequence)
    assert back.period == chunk.period
    assert back.times.tolist() == chunk.times.tolist()
    assert back.values.dtype == chunk.values.dtype
    assert back.values.shape == chunk.values.shape
    assert back.values.tobytes() == chunk.values.tobytes()


@given(
    st.one_of(
        st.builds(Heartbeat, NAMES, COUNTS, COUNTS, TIMES),
        st.builds(Tick, TIMES),
        st.builds(Command, TIMES, st.binary(max_size=40)),
        st.builds(Reply, TIMES, st.binary(max_size=40)),
    )
)
def test_every_other_message_comes_back(message: samples.Message) -> None:
    assert samples.decode(samples.encode(message)) == message


def test_big_endian_and_strided_values_travel_as_little_endian() -> None:
    values = np.arange(12, dtype=">i4").reshape(2, 6)[:, ::2]
    back = samples.decode(samples.encode(Samples.regular("a", 1, 0, 0, 10, values)))
    assert isinstance(back, Samples)
    assert back.values.dtype == np.dtype("<i4")
    assert back.values.tolist() == [[0, 2, 4], [6, 8, 10]]


def test_a_message_of_one_sample_may_have_an_explicit_time() -> None:
    back = samples.decode(samples.encode(Samples("a", 1, 9, np.array([77]), np.ones((1, 2)))))
    assert isinstance(back, Samples)
    assert (back.sequence, back.times.tolist(), back.period) == (9, [77], 0)


def test_regular_samples_are_a_period_apart() -> None:
    chunk = Samples.regular("a", 1, 0, 100, 10, np.zeros((3, 1)))
    assert chunk.times.tolist() == [100, 110, 120]
    assert len(chunk) == 3


def test_a_part_of_a_chunk_keeps_its_sequence_numbers_and_times() -> None:
    part = Samples.regular("a", 1, 40, 100, 10, np.arange(5.0).reshape(5, 1))[2:4]
    assert (part.sequence, part.times.tolist(), part.values.ravel().tolist()) == (42, [120, 130], [2, 3])


def test_a_chunk_without_samples_can_be_written_but_is_refused() -> None:
    assert reason(samples.encode(Samples("a", 1, 0, np.empty(0, np.int64), np.empty((0, 2))))) == "shape"


# --- refusals ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("expected", "changed"),
    [
        ("malformed", {"source": 3}),
        ("malformed", {"data": "text"}),
        ("malformed", {"period": 0.1}),
        ("range", {"session": -1}),
        ("range", {"sequence": 1 << 62}),
        ("range", {"time": 1 << 62}),
        ("range", {"period": (1 << 62) - 1}),
        ("dtype", {"dtype": "|O"}),
        ("dtype", {"dtype": ">f8"}),
        ("shape", {"shape": []}),
        ("shape", {"shape": [2, 0]}),
        ("shape", {"shape": [2, -3]}),
        ("shape", {"shape": [2, "3"]}),
        ("shape", {"shape": [2, True]}),
        ("shape", {"shape": [2.0, 3]}),
        ("shape", {"shape": [2, 4]}),
        ("shape", {"shape": [1] * 65, "dtype": "|u1", "data": b"x"}),
        ("size", {"shape": [samples.MAX_SAMPLES + 1, 1]}),
        ("time", {"times": stamps(5, 7)}),
        ("time", {"period": 0}),
        ("time", {"period": 0, "times": stamps(5)}),
        ("time", {"period": 0, "times": stamps(6, 7)}),
        ("time", {"period": 0, "times": stamps(5, 5)}),
        ("time", {"period": 0, "times": stamps(5, 4)}),
        ("time", {"period": 0, "times": stamps(5, (1 << 32) * 10**9)}),
        ("time", {"period": 0, "times": stamps(5, -(1 << 63), -1, 7), "shape": [4, 3], "data": bytes(96)}),
    ],
)
def test_samples_with_a_fault_are_refused_with_the_reason(expected: str, changed: dict[str, object]) -> None:
    assert isinstance(samples.decode(samples_message()), Samples)
    assert reason(samples_message(**changed)) == expected


@pytest.mark.parametrize(
    "octets",
    [
        b"",
        b"\xc1",
        b"\x93\x01",
        bytes(msgpack.packb({"a": 1})),
        bytes(msgpack.packb([])),
        bytes(msgpack.packb(7)),
        packed(9, 1),
        packed(2),
        packed(2, "soon"),
        packed(3, 1, "text"),
        packed(2, 1) + b"\0",
        b"\x91" * 5000,
        b"\x92\x01\xa1\xff",
    ],
)
def test_what_is_no_message_is_malformed(octets: bytes) -> None:
    assert reason(octets) == "malformed"


def test_another_version_is_named() -> None:
    assert reason(bytes(msgpack.packb([2, 0]))) == "version"


@pytest.mark.parametrize("message", [(1, "a", 1, -1, 0), (2, -1), (3, -5, b""), (4, 1 << 62, b"")])
def test_numbers_out_of_range_are_refused(message: tuple[object, ...]) -> None:
    assert reason(packed(*message)) == "range"


@pytest.mark.parametrize("time", [(1 << 32) * 10**9, (1 << 62) - 1])
def test_a_time_that_no_packet_can_carry_is_refused(time: int) -> None:
    assert reason(samples.encode(Tick(time))) == "range"
    assert reason(samples_message(time=time)) == "range"


SCALARS = st.none() | st.booleans() | st.integers(-1, 1 << 63) | st.floats() | NAMES | st.binary(max_size=50)
TREES = st.recursive(SCALARS, lambda part: st.lists(part, max_size=10), max_leaves=14)


REASONS = ("malformed", "version", "range", "dtype", "shape", "size", "time")


def outcome(octets: bytes) -> samples.Message | str:
    """Return the message, or the reason of the one error that the decoder may raise."""
    try:
        return samples.decode(octets)
    except WireError as error:
        return error.reason


def assert_message_or_typed_error(octets: bytes) -> None:
    result = outcome(octets)
    assert isinstance(result, samples.Message) or result in REASONS


@given(st.binary(max_size=120))
def test_random_octets_give_a_message_or_one_typed_error(octets: bytes) -> None:
    assert_message_or_typed_error(octets)


@given(st.lists(TREES, max_size=12), st.integers(0, 5))
@example([], 0)
def test_random_fields_give_a_message_or_one_typed_error(fields: list[object], kind: int) -> None:
    assert_message_or_typed_error(packed(kind, *fields))


@given(chunks(), st.data())
def test_damaged_messages_give_a_message_or_one_typed_error(chunk: Samples, data: st.DataObject) -> None:
    octets = bytearray(samples.encode(chunk))
    for _ in range(data.draw(st.integers(1, 3))):
        octets[data.draw(st.integers(0, len(octets) - 1))] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(0, len(octets)))
    assume(octets[:cut])
    assert_message_or_typed_error(bytes(octets[:cut]))
    assert_message_or_typed_error(bytes(octets))
