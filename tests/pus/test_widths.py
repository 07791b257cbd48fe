"""The services in any widths: the same requests are executed and answered, N never overflows."""

import numpy as np
import pytest
from hypothesis import given, settings

from pus.block import Block
from pus.chain import Chain
from pus.codec import DEFAULT, Codec, Reader, Widths, characters, u16
from pus.failure import FailureCode
from pus.packets import Report, Tc, Tm
from pus.parameters import Parameter, ParameterTable, ValueType
from pus.procedure import Step, encode_steps
from pus.profile import Profile
from pus.service import listed
from pus.services import Setup
from pus.st05 import EventDefinition, Severity
from pus.st12 import layout
from pus.st12.definitions import Fmon, Limit, Pmon
from pus.st18 import encode_code
from tests.pus.spacecraft import notices
from tests.pus.test_hostile import APID, EVENTS, PING, TABLE, UNIT, chain, seeds
from tests.pus.widths import NARROW, WIDE, codecs

NAMES = [f"P{k}" for k in range(256)]
MANY = ParameterTable(tuple(Parameter(k, f"p{k}", ValueType.U8, "s") for k in range(1, 301)))


def build(fields: Codec, table: ParameterTable = TABLE, **setup: object) -> Chain:
    options = {"routes": frozenset({UNIT})} | setup
    return Chain(Setup(APID, Profile(fields.widths), table, EVENTS, **options))  # type: ignore[arg-type]


def ask(target: Chain, service: int, subtype: int, data: bytes = b"") -> list[Tm]:
    return target.process.execute(Tc(APID, service, subtype, data, ack=0).pack(), 0)


def kinds(reports: list[Report]) -> list[tuple[int, int]]:
    return [(report.service, report.subtype) for report in reports]


def session(fields: Codec) -> list[list[tuple[int, int]]]:
    """Execute one request of every kind, with samples in between; return the reports of each."""
    target, happened = chain(fields), []
    for k, packet in enumerate(seeds(fields)):
        happened.append(kinds(target.execute(packet, k).reports))
        values = np.array([[1.0, 1.0], [9.0, -9.0], [1.0, 1.0]])
        block = Block("s", np.array([10 * k, 10 * k + 1]), values)
        happened += [kinds(instant.reports) for instant in target.feed([block])]
        happened += [kinds(target.execute(request, k).reports) for request in target.take_queue()]
    return happened


@settings(max_examples=20, deadline=None)
@given(codecs())
def test_a_session_in_any_widths_is_the_session_in_the_default_ones(fields: Codec) -> None:
    assert session(fields) == session(DEFAULT)


# --- N -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("n", "parts"), [(0, [0]), (255, [255]), (256, [255, 1]), (600, [255, 255, 90])])
def test_a_list_of_more_entries_than_n_can_count_is_several_reports(n: int, parts: list[int]) -> None:
    entries = [bytes([k % 251]) for k in range(n)]
    found = listed(5, 8, entries, Codec(NARROW), b"head")
    assert [report.data[:5] for report in found] == [b"head" + bytes([part]) for part in parts]
    assert b"".join(report.data[5:] for report in found) == b"".join(entries)


def test_procedures_that_n_cannot_count_are_reported_in_parts() -> None:
    fields = Codec(Widths(count=1))
    code = encode_code((Step(PING, 1_000_000_000, 1),), fields)
    target = build(fields, procedures=dict.fromkeys(NAMES, code))
    for name in NAMES:
        ask(target, 18, 19, characters(name) + b"\0")
    assert [tm.data[0] for tm in ask(target, 18, 8)] == [255, 1]
    assert [tm.data[0] for tm in ask(target, 18, 17)] == [255, 1]


def test_sequences_that_n_cannot_count_are_reported_in_parts() -> None:
    steps = (Step(PING, 1_000_000_000),)
    target = build(Codec(Widths(count=1)), sequences=dict.fromkeys(NAMES, steps))
    for name in NAMES:
        ask(target, 21, 8, characters(name))
    assert [tm.data[0] for tm in ask(target, 21, 6)] == [255, 1]
    assert [tm.data[0] for tm in ask(target, 21, 13)] == [255, 1]


def test_a_sequence_of_more_steps_than_n_can_count_is_not_loaded() -> None:
    repository = {"A": (Step(PING, 0),) * 255, "B": (Step(PING, 0),) * 256}
    target = build(Codec(Widths(count=1)), sequences=repository)
    assert ask(target, 21, 2, characters("A")) == []
    assert notices(ask(target, 21, 2, characters("B"))) == [(4, FailureCode.BAD_SEQUENCE, None)]
    [content] = ask(target, 21, 11, characters("A"))
    assert content.data == characters("A") + b"\xff" + encode_steps(repository["A"])


def test_a_structure_cannot_grow_beyond_what_n_can_count() -> None:
    fields = Codec(Widths(count=1))
    target = build(fields, MANY)
    most = fields.ids(range(1, 256))
    assert ask(target, 3, 1, fields.id(1) + fields.interval(1) + most + fields.count(0)) == []
    one_more = fields.id(1) + fields.ids([256]) + fields.count(0)
    assert notices(ask(target, 3, 29, one_more)) == [(4, FailureCode.BAD_STRUCTURE, 1)]
    [told] = ask(target, 3, 9, fields.ids([1]))
    assert told.data[7:-1] == most
    one_set = fields.counted([fields.repetition(2) + fields.ids([256])])
    for _ in range(2):
        answers = [ask(target, 3, 29, fields.id(1) + fields.count(0) + one_set)]
    assert notices(answers[0]) == [(4, FailureCode.BAD_STRUCTURE, 256)]


def test_transitions_that_n_cannot_count_are_reported_in_parts() -> None:
    profile = Profile(Widths(count=1), max_transitions=300)
    target = Chain(Setup(APID, profile, MANY, EVENTS))
    monitoring = target.monitoring
    monitoring.replace_pmons({k: Pmon(k, k, Limit(0.0, 1.0), 1) for k in range(1, 301)})
    for k in monitoring.pmons:
        monitoring.set_pmon(k, enabled=True)
    block = Block("s", np.array([0]), np.full((300, 1), 9.0))
    [instant] = target.feed([block])
    assert [report.data[0] for report in instant.reports] == [255, 45]


# --- the greatest numbers ----------------------------------------------------------------------------


@pytest.mark.parametrize("widths", [NARROW, Widths(), WIDE], ids=["narrow", "default", "wide"])
def test_the_greatest_identifiers_go_the_whole_way(widths: Widths) -> None:
    fields = Codec(widths)
    top = (1 << 8 * widths.identifier) - 1
    event = EventDefinition(top, "e", Severity.HIGH)
    table = ParameterTable((Parameter(top, "p", ValueType.U8, "s"),))
    target = Chain(Setup(APID, Profile(widths, max_transitions=1), table, {top: event}))
    pmon, fmon = Pmon(top, top, Limit(0.0, 1.0, 0, top), 1), Fmon(top, top, (top,))
    key, one = u16(APID) + fields.id(top), fields.ids([top])
    for service, subtype, data in (
        (12, 5, fields.counted([layout.encode_pmon(pmon, table, fields, with_validity=True)])),
        (12, 23, fields.counted([layout.encode_fmon(fmon, table, fields, with_validity=True)])),
        *((12, subtype, one) for subtype in (22, 1, 19)),
        (19, 1, fields.counted([key + PING])),
        (19, 4, fields.counted([key])),
    ):
        assert ask(target, service, subtype, data) == []
    instant, *released = target.feed([Block("s", np.array([0]), np.array([[9.0]]))])
    by_pmon, by_fmon, transition = instant.reports
    assert by_pmon.data == fields.id(top) * 3 + b"\x09\x01"
    assert by_fmon.data == fields.id(top) * 2 + fields.counted([fields.id(top) + b"\x04"])
    reader = Reader(transition.data, widths)
    assert (reader.count(), reader.id(), reader.id()) == (1, top, top)
    assert [(17, 2) in kinds(other.reports) for other in released] == [True, True]
    unknown = fields.ids([top - 1])
    assert notices(ask(target, 12, 1, unknown)) == [(4, FailureCode.UNKNOWN_PMON, top - 1)]
