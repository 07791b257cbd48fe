"""ST[20] on-board parameter management: values are reported and set."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pus import codec
from pus.chain import Chain
from pus.failure import FailureCode
from pus.parameters import ValueType
from tests.pus.spacecraft import (
    BIAS,
    BUS,
    COUNT,
    GAIN,
    GROUND,
    MODE,
    PARAMETERS,
    RATE,
    SPIN,
    VOLTAGE,
    ask,
    ask_with_acks,
    build,
    feed,
    kinds,
    notices,
    samples,
)
from tests.pus.vectors import TC

SETTABLE = {BIAS: 0.0, GAIN: 1.0, MODE: 0.0, RATE: 0.0, VOLTAGE: 0.0}


def settable() -> Chain:
    return build(settings=dict(SETTABLE))


def entry(parameter: int, octets: str) -> bytes:
    return codec.u16(parameter) + bytes.fromhex(octets)


def listed(*entries: bytes) -> bytes:
    return codec.u16(len(entries)) + b"".join(entries)


# --- report --------------------------------------------------------------------------------------------


def test_values_are_reported_in_the_order_of_the_request_as_wide_as_their_types() -> None:
    chain = build()
    feed(chain, samples(BUS, voltage=[20.0, 46.25], mode=[1, 3]))
    told, *rest = ask_with_acks(chain, 20, 1, codec.DEFAULT.ids([MODE, GAIN, VOLTAGE, COUNT]))[2:]
    assert (told.service, told.subtype, told.destination) == (20, 2, GROUND)
    assert told.data == bytes.fromhex("0004 0102 0003 0301 01 0101 4047200000000000 0302 00000007")
    assert kinds(rest) == [(1, 7)]


def test_values_that_are_not_known_are_told_in_band() -> None:
    [told] = ask(build(), 20, 1, codec.DEFAULT.ids([MODE, BIAS, RATE]))
    assert told.data[:10] == bytes.fromhex("0003 0102 ffff 0203 8000")
    assert math.isnan(ValueType.F32.unpack(told.data[12:]))


def test_a_report_counts_only_the_parameters_that_exist() -> None:
    answer = ask(build(), 20, 1, codec.DEFAULT.ids([0x7777, COUNT, 0x7778]))
    unknown = FailureCode.UNKNOWN_PARAMETER
    assert notices(answer) == [(4, unknown, 0x7777), (4, unknown, 0x7778)]
    assert answer[-1].data == bytes.fromhex("0001 0302 00000007")


def test_no_report_answers_a_request_for_unknown_parameters_only() -> None:
    answer = ask(build(), 20, 1, codec.DEFAULT.ids([0x7777]))
    assert notices(answer) == [(4, FailureCode.UNKNOWN_PARAMETER, 0x7777)]
    assert len(answer) == 1


def test_more_values_than_a_packet_can_carry_are_split() -> None:
    reports = ask(build(), 20, 1, codec.DEFAULT.ids([VOLTAGE] * 20_000))
    assert [len(report.pack()) <= 65_542 for report in reports] == [True] * 4
    assert sum(int.from_bytes(report.data[:2], "big") for report in reports) == 20_000


# --- set -----------------------------------------------------------------------------------------------


def test_a_set_value_is_told_by_the_same_octets() -> None:
    chain = settable()
    assert kinds(ask_with_acks(chain, 20, 3, TC["TC[20,3]"].data)) == [(1, 1), (1, 3), (1, 7)]
    assert chain.services.settings == SETTABLE | {MODE: 3.0}
    assert chain.latest(MODE) == 3.0


def test_later_instructions_on_a_parameter_win() -> None:
    chain = settable()
    assert ask(chain, 20, 3, listed(entry(GAIN, "05"), entry(BIAS, "fffe"), entry(GAIN, "06"))) == []
    assert chain.services.settings == SETTABLE | {BIAS: -2.0, GAIN: 6.0}


def test_a_parameter_that_is_no_setting_is_not_set_and_the_others_are() -> None:
    chain = build()
    answer = ask(chain, 20, 3, listed(entry(MODE, "0003"), entry(COUNT, "00000001"), entry(GAIN, "09")))
    assert notices(answer) == [(4, FailureCode.NOT_SETTABLE, MODE), (4, FailureCode.NOT_SETTABLE, COUNT)]
    assert chain.services.settings == {GAIN: 9.0}


@pytest.mark.parametrize(
    ("parameter", "octets"),
    [
        (VOLTAGE, "7ff8000000000000"),
        (VOLTAGE, "7ff0000000000000"),
        (RATE, "ff800000"),
        (RATE, "7fc00000"),
    ],
    ids=["NaN", "infinity", "f32 infinity", "f32 NaN"],
)
def test_values_that_are_no_numbers_are_out_of_range(parameter: int, octets: str) -> None:
    chain = settable()
    answer = ask(chain, 20, 3, listed(entry(parameter, octets), entry(GAIN, "02")))
    assert notices(answer) == [(4, FailureCode.VALUE_OUT_OF_RANGE, parameter)]
    assert chain.services.settings == SETTABLE | {GAIN: 2.0}


def test_what_follows_an_unknown_parameter_cannot_be_read() -> None:
    chain = settable()
    data = listed(entry(GAIN, "02"), entry(0x7777, "0001"), entry(BIAS, "0001"), entry(MODE, "0001"))
    assert notices(ask(chain, 20, 3, data)) == [
        (4, FailureCode.UNKNOWN_PARAMETER, 0x7777),
        (4, FailureCode.REMAINDER, 2),
    ]
    assert chain.services.settings == SETTABLE | {GAIN: 2.0}


@pytest.mark.parametrize("subtype", [1, 3])
@pytest.mark.parametrize("data", ["", "00", "0000", "0001", "0002 0301 05", "0001 0301 05 00 00"])
def test_data_that_do_not_follow_the_layout_are_not_accepted(subtype: int, data: str) -> None:
    chain = build()
    assert notices(ask(chain, 20, subtype, bytes.fromhex(data))) == [(2, FailureCode.UNDECODABLE, None)]
    assert chain.services.settings == {GAIN: 1.0}


@given(st.dictionaries(st.sampled_from(sorted(SETTABLE)), st.binary(min_size=8, max_size=8), min_size=1))
def test_what_is_set_is_told_by_the_same_octets(values: dict[int, bytes]) -> None:
    chain = settable()
    entries = {k: codec.u16(k) + octets[: PARAMETERS.by_id[k].type.size] for k, octets in values.items()}
    refused = {offender for _, _, offender in notices(ask(chain, 20, 3, listed(*entries.values())))}
    kept = [k for k in entries if k not in refused]
    assert all(math.isfinite(value) for value in chain.services.settings.values())
    for k in kept:
        [told] = ask(chain, 20, 1, codec.DEFAULT.ids([k]))
        assert told.data == b"\0\1" + entries[k]
    assert refused <= {VOLTAGE, RATE}


def test_a_setting_is_known_before_any_sample() -> None:
    assert build().latest(GAIN) == 1.0
    assert math.isnan(build().latest(SPIN))
