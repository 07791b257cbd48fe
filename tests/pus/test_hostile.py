"""Random and mutated telecommands: no exception escapes, every one is answered, memory stays flat."""

import binascii
import resource

import numpy as np
import pytest

from pus import codec
from pus.block import Block
from pus.chain import Chain
from pus.codec import DEFAULT, Codec
from pus.packets import Tc
from pus.parameters import Parameter, ParameterTable, ValueType
from pus.procedure import Step, encode_steps
from pus.profile import Profile
from pus.services import Setup
from pus.st05 import EventDefinition, Severity
from pus.st12 import layout
from pus.st12.definitions import Fmon, Limit, Pmon, Validity
from pus.st18 import encode_code
from tests.pus.widths import NARROW, WIDE

APID, UNIT = 66, 81
TABLE = ParameterTable(
    (
        Parameter(1, "flag", ValueType.U8, "s"),
        Parameter(2, "level", ValueType.F64, "s"),
        Parameter(3, "setting", ValueType.U16, "s"),
    )
)
EVENTS = {k: EventDefinition(k, f"e{k}", Severity.LOW, limit=2, window=10) for k in (1, 2, 3)}
SWITCH = Tc(UNIT, 8, 1, codec.characters("SELECT_UNIT")).pack()
PING = Tc(APID, 17, 1).pack()


def chain(fields=DEFAULT):
    profile = Profile(fields.widths, max_pmons=50, max_fmons=20, max_event_actions=3)
    setup = Setup(APID, profile, TABLE, EVENTS, routes=frozenset({UNIT}), settings={3: 1.0})
    return Chain(setup)


def seeds(fields=DEFAULT):
    """One good request for every message subtype that has data, and all that have none."""
    pmon = Pmon(1, 2, Limit(-1.0, 1.0, 1, 2), 2, validity=Validity(1, 1, 1))
    fmon = Fmon(1, 3, (1,))
    one, name, u16 = fields.ids([1]), codec.characters("P"), codec.u16
    sets = fields.counted([fields.repetition(2) + fields.ids([1])])
    report = fields.id(1) + fields.interval(2) + fields.ids([2]) + sets
    code = encode_code((Step(PING, 1, 1),), fields)
    key = u16(APID) + fields.id(1)
    data = {
        (12, 5): fields.counted([layout.encode_pmon(pmon, TABLE, fields, with_validity=True)]),
        (12, 7): fields.counted([layout.encode_modification(pmon, TABLE, fields)]),
        (12, 23): fields.counted([layout.encode_fmon(fmon, TABLE, fields, with_validity=True)]),
        (12, 3): fields.interval(5),
        (19, 1): fields.counted([key + SWITCH]),
        (3, 1): report, (3, 2): report,
        (3, 29): fields.id(1) + fields.ids([3]) + fields.count(0),
        (3, 31): fields.counted([fields.id(1) + fields.interval(3)]),
        (18, 1): name + u16(len(code)) + code,
        (18, 16): fields.counted([name + b"\1"]),
        (20, 3): fields.counted([fields.id(3) + u16(9)]),
        (21, 1): name + fields.count(1) + encode_steps((Step(SWITCH, 5),)),
        (17, 3): u16(UNIT),
    }  # fmt: skip
    data |= {(19, k): fields.counted([key]) for k in (2, 4, 5, 10)}
    data |= {(18, k): name + b"\0" for k in (3, 14, 19)} | {(18, k): name + fields.id(1) for k in (4, 5, 20)}
    data |= {(18, k): name for k in (2, 6, 7, 12, 13, 15)} | {(21, k): name for k in (2, 3, 4, 5, 8, 9, 11)}
    services = chain().process.services.items()
    empty = {(3, 0), (12, 4), (12, 10), (12, 13), (12, 15), (12, 16), (12, 17), (12, 18), (12, 27), (5, 7),
             (17, 1), (18, 8), (18, 17), (18, 21), (18, 22), (19, 3), (19, 6), (19, 8), (19, 9), (21, 6),
             (21, 13)}  # fmt: skip
    kinds = [(number, subtype) for number, service in services for subtype in service.operations]
    return [Tc(APID, *kind, data.get(kind, b"" if kind in empty else one)).pack() for kind in kinds]


def mutated(packet, rng):
    """Flip, cut or lengthen a packet; mostly mend length and check word, so that it gets further."""
    octets = bytearray(packet)
    kind = rng.integers(5)
    if kind == 0:
        octets[rng.integers(len(octets))] ^= 1 << rng.integers(8)
    elif kind == 1:
        octets[rng.integers(11, len(octets))] = rng.integers(256)
    elif kind == 2:
        del octets[rng.integers(1, len(octets)) :]
    elif kind == 3:
        octets += rng.bytes(rng.integers(1, 20))
    if len(octets) >= 13 and rng.random() < 0.8:
        octets[4:6] = (len(octets) - 7).to_bytes(2, "big")
        octets[-2:] = binascii.crc_hqx(bytes(octets[:-2]), 0xFFFF).to_bytes(2, "big")
    return bytes(octets)


def bombard(n, seed, fields=DEFAULT):
    """Execute n hostile requests with samples between them; return counts of what was answered."""
    rng = np.random.default_rng(seed)
    target, packets = chain(fields), seeds(fields)
    answered = {"accepted": 0, "refused": 0}
    for k in range(n):
        octets = rng.bytes(rng.integers(0, 40)) if k % 10 == 0 else mutated(packets[k % len(packets)], rng)
        instant = target.execute(octets, k)
        kinds = {(report.service, report.subtype) for report in instant.reports}
        verdicts = kinds & {(1, 1), (1, 2), (1, 3), (1, 4), (1, 7), (1, 8)}
        is_silent = (1, 2) not in kinds and len(octets) > 6 and octets[6] & 0x0F == 0
        assert verdicts or is_silent, octets.hex()
        answered["refused" if (1, 2) in kinds else "accepted"] += 1
        target.take_queue()
        if k % 50 == 49:
            values = rng.choice([-3.0, 0.0, 1.0, 3.0, np.nan], (3, 4))
            values[[0, 2]] = np.abs(values[[0, 2]])  # the unsigned ones
            times = np.arange(k * 10, k * 10 + 4, dtype=np.int64)
            for event in target.feed([Block("s", times, values)]):
                for report in event.reports:
                    target.process.packet(report, event.time).pack()
    return answered


def test_no_hostile_request_escapes_unanswered():
    answered = bombard(20_000, seed=1)
    assert sum(answered.values()) == 20_000
    assert min(answered.values()) > 2_000


@pytest.mark.parametrize("widths", [NARROW, WIDE], ids=["narrow", "wide"])
def test_no_hostile_request_escapes_unanswered_whatever_the_widths(widths):
    answered = bombard(5_000, 4, Codec(widths))
    assert min(answered.values()) > 500


@pytest.mark.slow
def test_a_million_hostile_requests_leave_memory_flat():
    bombard(50_000, seed=2)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    answered = bombard(1_000_000, seed=3)
    growth_kb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert sum(answered.values()) == 1_000_000
    assert growth_kb < 20_000, answered
