"""A small spacecraft for the tests of the services: parameters, events, and a chain to ask and to feed."""

import math
from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from pus import codec
from pus.block import Block
from pus.chain import Chain, Instant
from pus.failure import FailureCode
from pus.packets import ACK_ALL, Tc, Tm
from pus.parameters import OWN, Parameter, ParameterTable, ValueType
from pus.profile import Profile
from pus.services import Setup
from pus.st05 import EventDefinition, Severity
from pus.st08 import Function
from pus.st12 import layout
from pus.st12.definitions import Fmon, Pmon

APID, UNIT, GROUND = 0x42, 0x51, 1
PERIOD = 100_000_000
SECOND = 1_000_000_000
NAN = math.nan

BUS, WHEEL = "bus", "wheel"
VOLTAGE, MODE, FRESH, RATE, SPIN, BIAS, GAIN, COUNT = (
    0x0101,
    0x0102,
    0x0103,
    0x0201,
    0x0202,
    0x0203,
    0x0301,
    0x0302,
)
PARAMETERS = ParameterTable(
    (
        Parameter(VOLTAGE, "voltage", ValueType.F64, BUS, "V"),
        Parameter(MODE, "mode", ValueType.U16, BUS),
        Parameter(FRESH, "fresh", ValueType.U8, BUS),
        Parameter(RATE, "rate", ValueType.F32, WHEEL, "rad/s"),
        Parameter(SPIN, "spin", ValueType.BOOL, WHEEL),
        Parameter(BIAS, "bias", ValueType.I16, WHEEL),
        Parameter(GAIN, "gain", ValueType.U8, BUS),
        Parameter(COUNT, "count", ValueType.U32, OWN),
    )
)
LOW, HIGH, MODE_LOST, DELTA, FAILED, SUMMARY = 1201, 1202, 1203, 1204, 1300, 1400
EVENTS = {
    LOW: EventDefinition(LOW, "voltage_low", Severity.LOW),
    HIGH: EventDefinition(HIGH, "voltage_high", Severity.MEDIUM),
    MODE_LOST: EventDefinition(MODE_LOST, "mode_lost", Severity.LOW),
    DELTA: EventDefinition(DELTA, "voltage_step", Severity.INFORMATIVE),
    FAILED: EventDefinition(FAILED, "power_failed", Severity.HIGH),
    SUMMARY: EventDefinition(SUMMARY, "reports_suppressed", Severity.INFORMATIVE),
}
FUNCTIONS = (
    Function("POWER_CYCLE", {1: ValueType.U16}),
    Function("SWITCH", {1: ValueType.BOOL, 2: ValueType.F32}),
    Function("STOP", {}),
)
PLAIN = Profile(pmon_validity=False, fmon_validity=False)
"""The profile of the golden vectors."""


def build(profile: Profile = PLAIN, events: Mapping[int, EventDefinition] = EVENTS, **setup: object) -> Chain:
    """Return a chain without definitions; UNIT is an application process that it can route to."""
    options = {"routes": (UNIT,), "settings": {GAIN: 1.0}, "own": {COUNT: lambda: 7.0}} | setup
    return Chain(Setup(APID, profile, PARAMETERS, events, **options))  # type: ignore[arg-type]


# --- requests ------------------------------------------------------------------------------------------


def request(service: int, subtype: int, data: bytes = b"", *, apid: int = APID, ack: int = 0) -> bytes:
    """Return a request packet of the ground."""
    return Tc(apid, service, subtype, data, GROUND, ack=ack).pack()


def ask(chain: Chain, service: int, subtype: int, data: bytes = b"", *, time: int = 0) -> list[Tm]:
    """Execute a request that asks for no acknowledgement: what comes back are failures and responses."""
    return chain.process.execute(request(service, subtype, data), time)


def ask_with_acks(chain: Chain, service: int, subtype: int, data: bytes = b"") -> list[Tm]:
    """Execute a request that asks for every acknowledgement."""
    return chain.process.execute(request(service, subtype, data, ack=ACK_ALL), 0)


def kinds(packets: Iterable[Tm]) -> list[tuple[int, int]]:
    """Return service and subtype of each report."""
    return [(tm.service, tm.subtype) for tm in packets]


def notices(packets: Iterable[Tm]) -> list[tuple[int, FailureCode, int | None]]:
    """Return subtype, failure code and offending identifier of the failure notices among reports."""
    found = []
    for tm in packets:
        if tm.service == 1 and tm.subtype in (2, 4, 8, 10):
            offender = int.from_bytes(tm.data[6:], "big") if tm.data[6:] else None
            found.append((tm.subtype, FailureCode(int.from_bytes(tm.data[4:6], "big")), offender))
    return found


def pmon_data(chain: Chain, *pmons: Pmon) -> bytes:
    """Return the application data of TC[12,5]."""
    with_validity, fields = chain.setup.profile.pmon_validity, chain.setup.profile.codec
    return fields.counted(
        [layout.encode_pmon(pmon, PARAMETERS, fields, with_validity=with_validity) for pmon in pmons]
    )


def fmon_data(chain: Chain, *fmons: Fmon) -> bytes:
    """Return the application data of TC[12,23]."""
    with_validity, fields = chain.setup.profile.fmon_validity, chain.setup.profile.codec
    return fields.counted(
        [layout.encode_fmon(fmon, PARAMETERS, fields, with_validity=with_validity) for fmon in fmons]
    )


def add(chain: Chain, *definitions: Pmon | Fmon) -> None:
    """Add definitions by TC, and unprotect the FMONs."""
    pmons = [d for d in definitions if isinstance(d, Pmon)]
    fmons = [d for d in definitions if isinstance(d, Fmon)]
    if pmons:
        assert ask(chain, 12, 5, pmon_data(chain, *pmons)) == []
    if fmons:
        assert ask(chain, 12, 23, fmon_data(chain, *fmons)) == []
        assert ask(chain, 12, 22, chain.setup.profile.codec.ids([fmon.id for fmon in fmons])) == []


def watch(chain: Chain, *definitions: Pmon | Fmon) -> Chain:
    """Add definitions by TC and enable them."""
    add(chain, *definitions)
    for kind, enable in ((Pmon, 1), (Fmon, 19)):
        found = [d.id for d in definitions if isinstance(d, kind)]
        assert not found or ask(chain, 12, enable, chain.setup.profile.codec.ids(found)) == []
    return chain


def key(event: int) -> bytes:
    """Return what identifies an event-action in a request."""
    return codec.u16(APID) + codec.u16(event)


def arm(chain: Chain, event: int, action: bytes) -> None:
    """Add an event-action by TC and enable it."""
    assert ask(chain, 19, 1, codec.u16(1) + key(event) + action) == []
    assert ask(chain, 19, 4, codec.u16(1) + key(event)) == []


# --- samples -------------------------------------------------------------------------------------------

_COLUMNS = {
    BUS: {"voltage": 28.0, "mode": 3.0, "fresh": 1.0, "gain": 1.0},
    WHEEL: {"rate": 0.0, "spin": 0.0, "bias": 0.0},
}


def samples(source: str, start: int = 0, period: int = PERIOD, **values: Sequence[float]) -> Block:
    """Return a block of a source; parameters that are not named are nominal all the time."""
    n = len(next(iter(values.values())))
    columns = [values.get(name, [nominal] * n) for name, nominal in _COLUMNS[source].items()]
    return Block(source, start + period * np.arange(n, dtype=np.int64), np.array(columns, np.float64))


def bus(*voltage: float, start: int = 0) -> Block:
    """Return voltages, one sample a period."""
    return samples(BUS, start, voltage=voltage)


def feed(chain: Chain, *blocks: Block) -> list[Instant]:
    """Feed blocks as one chunk; return what happened."""
    return list(chain.feed(blocks))


def packets(chain: Chain, instants: Iterable[Instant]) -> list[Tm]:
    """Return the reports of instants as packets."""
    return [chain.process.packet(report, i.time) for i in instants for report in i.reports]


def history(instants: Iterable[Instant]) -> list[tuple[int, int, int, int]]:
    """Return the check transitions of instants: time in periods, PMON, previous and current status."""
    return [
        (t.time // PERIOD, t.pmon.id, int(t.previous), int(t.current))
        for i in instants
        for t in i.transitions
    ]


def events(instants: Iterable[Instant]) -> list[tuple[int, int]]:
    """Return the events of instants: time in periods, event definition."""
    return [(e.time // PERIOD, e.definition.id) for i in instants for e in i.events]


def fmon_history(instants: Iterable[Instant]) -> list[tuple[int, int, int, int]]:
    """Return the FMON changes of instants: time in periods, FMON, previous and current status."""
    return [
        (c.time // PERIOD, c.fmon.id, int(c.previous), int(c.current))
        for i in instants
        for c in i.fmon_changes
    ]
