"""ST[21] request sequencing: layouts, refusals, and what leaves when."""

import binascii

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pus import codec
from pus.chain import Chain
from pus.failure import FailureCode
from pus.packets import Tc
from pus.procedure import Step, encode_steps
from pus.st08 import FunctionManagement
from pus.st21 import RequestSequencing
from tests.pus.spacecraft import (
    APID,
    FUNCTIONS,
    GROUND,
    SECOND,
    UNIT,
    ask,
    ask_with_acks,
    build,
    kinds,
    notices,
)
from tests.pus.vectors import TC, TM

NAME = "SWITCH_A_TO_B"
ON = Tc(UNIT, 8, 1, codec.characters("ON")).pack()
OFF = Tc(UNIT, 8, 1, codec.characters("OFF")).pack()
PING = Tc(APID, 17, 1).pack()
CYCLE = (Step(OFF, 2 * SECOND), Step(ON, SECOND // 2))
REPOSITORY = {"CYCLE": CYCLE}
CYCLE_BODY = OFF + bytes.fromhex("000000020000") + ON + bytes.fromhex("000000008000")
BAD = FailureCode.BAD_SEQUENCE
UNKNOWN = FailureCode.UNKNOWN_SEQUENCE
STATE = FailureCode.WRONG_SEQUENCE_STATE


def name(text: str) -> bytes:
    return text.encode().ljust(16, b"\0")


def body(*steps: Step) -> bytes:
    return codec.u16(len(steps)) + encode_steps(steps)


def chain(**sequences: tuple[Step, ...]) -> Chain:
    """Return a chain with a repository and loaded sequences."""
    built = build(sequences=REPOSITORY)
    built.process.services[8] = FunctionManagement(FUNCTIONS, lambda *_: None)
    built.services.st21.sequences.update(sequences)
    return built


def release(service: RequestSequencing, *times: int) -> list[tuple[int, bytes]]:
    return [(time, request) for time in times for request in service.release(time)]


# --- loading -------------------------------------------------------------------------------------------


def test_the_golden_sequence_is_loaded_and_its_content_is_the_same_octets() -> None:
    built = chain()
    assert kinds(ask_with_acks(built, 21, 1, TC["TC[21,1]"].data)) == [(1, 1), (1, 3), (1, 7)]
    [content] = ask(built, 21, 11, name(NAME))
    assert (content.service, content.subtype, content.destination) == (21, 12, GROUND)
    assert content.data == TC["TC[21,1]"].data


def test_a_sequence_is_loaded_by_reference() -> None:
    built = chain()
    assert ask(built, 21, 2, name("CYCLE")) == []
    [content] = ask(built, 21, 11, name("CYCLE"))
    assert content.data == name("CYCLE") + b"\0\2" + CYCLE_BODY


def test_a_sequence_is_loaded_by_reference_and_activated() -> None:
    built = chain()
    assert ask(built, 21, 8, name("CYCLE"), time=SECOND) == []
    assert release(built.services.st21, SECOND) == [(SECOND, OFF)]


def test_a_sequence_is_unloaded() -> None:
    built = chain(CYCLE=CYCLE)
    assert ask(built, 21, 3, name("CYCLE")) == []
    assert built.services.st21.sequences == {}


@pytest.mark.parametrize(
    "steps",
    [
        (),
        (Step(PING[:-1] + b"\0", 0),),
        (Step(CYCLE[0].request, 0), Step(Tc(0x99, 8, 1).pack(), 0)),
        (Step(Tc(APID, 9, 1).pack(), 0),),
        (Step(Tc(APID, 17, 2).pack(), 0),),
        (Step(Tc(APID, 21, 4, codec.characters("X")).pack(), 0),),
        (Step(Tc(APID, 18, 3, codec.characters("X") + b"\0").pack(), 0),),
    ],
    ids=[
        "empty", "check word", "unknown process", "unknown service", "unknown subtype",
        "itself", "procedures",
    ],
)  # fmt: skip
def test_a_body_that_could_not_be_executed_or_could_loop_is_refused(steps: tuple[Step, ...]) -> None:
    built = chain()
    assert notices(ask(built, 21, 1, name("X") + body(*steps))) == [(4, BAD, None)]
    assert built.services.st21.sequences == {}


@pytest.mark.parametrize("service", [18, 21])
def test_the_sequences_and_procedures_of_another_process_may_be_addressed(service: int) -> None:
    step = Step(Tc(UNIT, service, 4, codec.characters("X") + b"\0\0").pack(), 0)
    assert ask(chain(), 21, 1, name("X") + body(step)) == []


def test_a_sequence_that_is_loaded_is_not_loaded_again() -> None:
    built = chain(CYCLE=CYCLE[:1])
    loaded = [(4, FailureCode.SEQUENCE_LOADED, None)]
    assert notices(ask(built, 21, 1, name("CYCLE") + body(*CYCLE))) == loaded
    assert notices(ask(built, 21, 2, name("CYCLE"))) == loaded
    assert notices(ask(built, 21, 8, name("CYCLE"))) == loaded
    assert built.services.st21.sequences == {"CYCLE": CYCLE[:1]}
    assert built.services.st21.runs == {}


def test_more_sequences_than_there_is_room_for_are_refused() -> None:
    built = chain(CYCLE=CYCLE)
    built.services.st21.capacity = 1
    assert notices(ask(built, 21, 1, name("X") + body(*CYCLE))) == [(4, BAD, None)]


def test_a_sequence_that_could_not_be_reported_is_refused() -> None:
    built = chain()
    step = Step(PING, 0)
    fits = (65_520 - 18) // len(encode_steps((step,)))
    assert ask(built, 21, 1, name("FITS") + body(*[step] * fits)) == []
    [content] = ask(built, 21, 11, name("FITS"))
    assert len(content.pack()) <= 65_542
    long = Step(Tc(UNIT, 8, 1, b"x" * 65_480).pack(), 0)
    assert notices(ask(built, 21, 1, name("LONG") + body(long))) == []
    longer = Step(Tc(UNIT, 8, 1, b"x" * 65_484).pack(), 0)
    assert notices(ask(built, 21, 1, name("LONGER") + body(longer))) == [(4, BAD, None)]


def test_what_the_repository_has_not_cannot_be_loaded() -> None:
    built = chain()
    for subtype in (2, 8):
        assert notices(ask(built, 21, subtype, name("X"))) == [(4, UNKNOWN, None)]


# --- execution -----------------------------------------------------------------------------------------


def test_requests_leave_one_after_the_other_with_the_delays_between_them() -> None:
    built = chain(CYCLE=CYCLE)
    service = built.services.st21
    assert service.deadline is None
    ask(built, 21, 4, name("CYCLE"), time=SECOND)
    assert service.deadline == SECOND
    times = range(SECOND, 5 * SECOND, SECOND // 4)
    assert release(service, *times) == [(SECOND, OFF), (3 * SECOND, ON)]
    assert (service.deadline, service.runs) == (None, {})


def test_the_sequence_is_under_execution_until_the_last_delay_has_passed() -> None:
    built = chain(CYCLE=CYCLE)
    ask(built, 21, 4, name("CYCLE"))
    release(built.services.st21, 0, 2 * SECOND)
    assert built.services.st21.deadline == 2 * SECOND + SECOND // 2
    assert notices(ask(built, 21, 4, name("CYCLE"))) == [(4, STATE, None)]
    release(built.services.st21, 2 * SECOND + SECOND // 2)
    assert ask(built, 21, 4, name("CYCLE"), time=9 * SECOND) == []
    assert release(built.services.st21, 9 * SECOND) == [(9 * SECOND, OFF)]


def test_the_statuses_of_all_sequences_are_reported_in_order_of_their_names() -> None:
    built = chain(CYCLE=CYCLE, BACK=CYCLE)
    ask(built, 21, 4, name("CYCLE"))
    [statuses] = ask(built, 21, 6)
    assert statuses.data == b"\0\2" + name("BACK") + b"\0" + name("CYCLE") + b"\1"


def test_the_golden_status_is_reported() -> None:
    built = chain()
    ask(built, 21, 1, TC["TC[21,1]"].data)
    ask(built, 21, 4, name(NAME))
    [statuses] = ask(built, 21, 6)
    assert (statuses.subtype, statuses.data) == (7, TM["TM[21,7]"].data)


def test_no_sequences_are_a_report_too() -> None:
    assert [(tm.subtype, tm.data) for tm in ask(chain(), 21, 6)] == [(7, b"\0\0")]
    assert [(tm.subtype, tm.data) for tm in ask(chain(), 21, 13)] == [(14, b"\0\0")]


def test_an_aborted_sequence_stays_loaded_and_releases_nothing() -> None:
    built = chain(CYCLE=CYCLE)
    ask(built, 21, 4, name("CYCLE"))
    release(built.services.st21, 0)
    assert ask(built, 21, 5, name("CYCLE")) == []
    assert release(built.services.st21, 2 * SECOND, 9 * SECOND) == []
    assert built.services.st21.deadline is None
    assert built.services.st21.sequences == {"CYCLE": CYCLE}


def test_all_sequences_under_execution_are_aborted_and_reported() -> None:
    built = chain(B=CYCLE, A=CYCLE, IDLE=CYCLE)
    for loaded in ("B", "A"):
        ask(built, 21, 4, name(loaded))
    [aborted] = ask(built, 21, 13)
    assert (aborted.subtype, aborted.data) == (14, b"\0\2" + name("A") + name("B"))
    assert release(built.services.st21, 0, 9 * SECOND) == []


def test_the_checksum_is_that_of_the_steps() -> None:
    [checksum] = ask(chain(CYCLE=CYCLE), 21, 9, name("CYCLE"))
    crc = binascii.crc_hqx(CYCLE_BODY, 0xFFFF)
    assert (checksum.subtype, checksum.data) == (10, name("CYCLE") + crc.to_bytes(2, "big"))


@pytest.mark.parametrize("subtype", [3, 4, 5, 9, 11])
def test_an_unknown_sequence_is_refused(subtype: int) -> None:
    assert notices(ask(chain(), 21, subtype, name("X"))) == [(4, UNKNOWN, None)]


def test_a_sequence_in_another_state_is_refused() -> None:
    built = chain(CYCLE=CYCLE)
    assert notices(ask(built, 21, 5, name("CYCLE"))) == [(4, STATE, None)]
    ask(built, 21, 4, name("CYCLE"))
    for subtype in (3, 4):
        assert notices(ask(built, 21, subtype, name("CYCLE"))) == [(4, STATE, None)]


@pytest.mark.parametrize(
    ("subtype", "data"),
    [
        (1, name("X")),
        (1, name("X") + b"\0\1"),
        (1, name("X") + b"\0\1" + PING + b"\0" * 5),
        (1, name("X") + b"\0\1" + PING + b"\0" * 7),
        (1, name("X") + b"\0\2" + PING + b"\0" * 6),
        (4, name("X")[:15]),
        (4, name("X") + b"\0"),
        (4, bytes(16)),
        (4, "ÄÖÜ".encode().ljust(16, b"\0")),
        (6, b"\0"),
        (13, b"\0"),
        (11, b""),
    ],
)
def test_data_that_do_not_follow_the_layout_are_not_accepted(subtype: int, data: bytes) -> None:
    built = chain(X=CYCLE)
    assert notices(ask(built, 21, subtype, data)) == [(2, FailureCode.UNDECODABLE, None)]
    assert built.services.st21.runs == {}


# --- laws ----------------------------------------------------------------------------------------------

operations = st.lists(
    st.tuples(st.sampled_from((2, 3, 4, 5, 8, 13)), st.sampled_from("AB"), st.integers(0, 3)), max_size=25
)


@given(operations)
def test_nothing_leaves_from_a_sequence_that_is_not_under_execution(
    requests: list[tuple[int, str, int]],
) -> None:
    steps = {k: tuple(Step(Tc(UNIT, 8, 1, k.encode()).pack(), delay) for delay in (1, 2)) for k in "AB"}
    built = build(sequences=steps)
    service, time = built.services.st21, 0
    for subtype, text, wait in requests:
        ask(built, 21, subtype, b"" if subtype == 13 else name(text), time=time)
        for _ in range(wait):
            active = set(service.runs)
            left = service.release(time)
            assert {k for k in "AB" for request in left if request == steps[k][0].request} <= active
            assert set(service.runs) <= active <= set(service.sequences)
            time += 1
