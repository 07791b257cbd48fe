"""Fields of application data: what is written is read again, what does not fit is refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pus import codec
from pus.codec import DEFAULT, Codec, Reader, Widths, most
from pus.failure import Failure, FailureCode, RequestError
from pus.parameters import ValueType
from pus.profile import Profile
from tests.pus.widths import NARROW, WIDE, codecs

VISIBLE = st.text(st.characters(min_codepoint=0x21, max_codepoint=0x7E), min_size=1, max_size=16)


def assert_undecodable(read: object, match: str) -> None:
    with pytest.raises(RequestError, match=match) as refusal:
        read()  # type: ignore[operator]
    assert refusal.value.failure.code is FailureCode.UNDECODABLE


@given(st.integers(0, 255), st.integers(0, 65535), st.integers(0, 2**32 - 1))
def test_numbers_are_big_endian_and_packed(a: int, b: int, c: int) -> None:
    reader = Reader(codec.u8(a) + codec.u16(b) + codec.u32(c))
    assert (reader.u8(), reader.u16(), reader.u32()) == (a, b, c)
    reader.end()


@given(codecs(), st.data())
def test_identifiers_follow_their_number(fields: Codec, data: st.DataObject) -> None:
    number = st.integers(0, most(fields.widths.identifier))
    numbers = data.draw(st.lists(number, min_size=1, max_size=9))
    octets = fields.ids(numbers)
    assert len(octets) == fields.widths.count + len(numbers) * fields.widths.identifier
    assert Reader(octets, fields.widths).ids() == numbers


@given(codecs(), st.data())
def test_a_field_is_as_wide_as_the_mission_says_and_comes_back(fields: Codec, data: st.DataObject) -> None:
    for name, octets in (
        ("id", fields.widths.identifier),
        ("count", fields.widths.count),
        ("repetition", fields.widths.repetition),
        ("interval", fields.widths.interval),
    ):
        number = data.draw(st.integers(1, most(octets)) | st.just(most(octets)))
        written = getattr(fields, name)(number)
        reader = Reader(written, fields.widths)
        assert (len(written), getattr(reader, name)(), reader.left) == (octets, number, 0)
        with pytest.raises(OverflowError):
            getattr(fields, name)(most(octets) + 1)


@pytest.mark.parametrize("octets", [0, 3, 8])
def test_a_field_has_one_two_or_four_octets(octets: int) -> None:
    with pytest.raises(ValueError, match=f"a field of {octets} octets"):
        Widths(repetition=octets)


def test_a_mission_that_chooses_nothing_has_the_default_widths() -> None:
    assert Profile().codec == DEFAULT == Codec(Widths(identifier=2, count=2, repetition=2, interval=4))


@pytest.mark.parametrize(("widths", "octets"), [(NARROW, 2), (Widths(), 2), (WIDE, 4)])
def test_failure_data_hold_any_identifier_and_any_apid(widths: Widths, octets: int) -> None:
    fields = Codec(widths)
    for number in (most(widths.identifier), 2046):
        notice = fields.failure(Failure(FailureCode.UNKNOWN_PMON, number))
        reader = Reader(notice, widths)
        assert (reader.u16(), reader.left) == (FailureCode.UNKNOWN_PMON, octets)
        assert reader.failure_data() == number
    assert fields.failure(Failure(FailureCode.CRC)) == b"\0\1"


def test_a_number_of_unread_instructions_beyond_the_failure_data_is_the_greatest() -> None:
    notice = Codec(Widths(count=4)).failure(Failure(FailureCode.REMAINDER, 1 << 31))
    assert notice == codec.u16(FailureCode.REMAINDER) + b"\xff\xff"


@given(VISIBLE)
def test_names_are_padded_to_sixteen_characters(name: str) -> None:
    assert len(codec.characters(name)) == 16
    assert Reader(codec.characters(name)).characters() == name


@pytest.mark.parametrize("name", ["", "a" * 17, "two words", "tab\t"])
def test_a_name_that_is_no_identifier_is_not_written(name: str) -> None:
    with pytest.raises(ValueError, match="visible ASCII"):
        codec.characters(name)


@pytest.mark.parametrize("octets", [bytes(16), b"two words".ljust(16, b"\0"), b"a\0b".ljust(16, b"\0")])
def test_a_name_that_is_no_identifier_is_not_read(octets: bytes) -> None:
    assert_undecodable(Reader(octets).characters, "no identifier")


def test_an_empty_list_says_nothing() -> None:
    assert_undecodable(Reader(bytes(2)).ids, "N = 0")


def test_what_is_missing_and_what_is_left_is_named() -> None:
    assert_undecodable(Reader(b"\0").u16, "2 octets wanted at offset 0, 1 left")
    assert_undecodable(Reader(b"\0\0\0").end, "3 trailing octets")
    assert_undecodable(Reader(bytes(7)).time, "not a CUC")


def test_times_and_values_are_read_by_type() -> None:
    reader = Reader(bytes.fromhex("2e00000e108000") + ValueType.I16.pack(-2) + b"rest")
    assert reader.time() == 3_600_500_000_000
    assert reader.value(ValueType.I16) == -2.0
    assert (reader.rest(), reader.left) == (b"rest", 4)
