"""A procedure that is observed by step reports progress and end of its activation: TM[1,5], [1,7], [1,8]."""

import pytest

from pus import codec
from pus.chain import Chain, Instant
from pus.packets import Tc
from pus.parameters import ParameterTable
from pus.procedure import Step
from pus.profile import Profile
from pus.services import Setup
from pus.st18 import encode_code

APID, UNIT = 66, 81
S = 1_000_000_000
ON, OFF = (Tc(UNIT, 8, 1, codec.characters(name)).pack() for name in ("ON", "OFF"))
CODE = encode_code((Step(ON, S, 1), Step(OFF, S, 2)))
NAME = codec.characters("CYCLE")


@pytest.fixture
def chain() -> Chain:
    chain = Chain(Setup(APID, Profile(), ParameterTable(()), {}, routes=frozenset({UNIT})))
    chain.execute(Tc(APID, 18, 1, NAME + codec.u16(len(CODE)) + CODE).pack(), 0)
    return chain


def activate(chain: Chain, level: int, ack: int = 15) -> list[tuple[int, bytes]]:
    return told(chain.execute(Tc(APID, 18, 3, NAME + codec.u8(level), ack=ack).pack(), 0))


def told(instant: Instant) -> list[tuple[int, bytes]]:
    """The verification reports of an instant: subtype, and what follows the request ID."""
    return [(report.subtype, report.data[4:]) for report in instant.reports if report.service == 1]


def test_each_step_is_progress_and_the_last_delay_completes(chain: Chain) -> None:
    assert activate(chain, level=2) == [(1, b""), (3, b""), (5, codec.u16(1))]
    assert told(chain.elapse(S)) == [(5, codec.u16(2))]
    assert told(chain.elapse(2 * S - 1)) == []
    assert told(chain.elapse(2 * S)) == [(7, b"")]


def test_without_step_observability_the_activation_is_complete_at_once(chain: Chain) -> None:
    assert activate(chain, level=1) == [(1, b""), (3, b""), (7, b"")]
    assert told(chain.elapse(S)) == []


def test_progress_is_not_told_unasked(chain: Chain) -> None:
    assert activate(chain, level=2, ack=0) == []
    assert told(chain.elapse(2 * S)) == []


@pytest.mark.parametrize(
    ("subtype", "data"),
    [(4, NAME + codec.u16(0)), (12, NAME), (17, b""), (20, NAME + codec.u16(0)), (22, b"")],
)
def test_a_procedure_that_ends_early_fails_its_activation(chain: Chain, subtype: int, data: bytes) -> None:
    activate(chain, level=2)
    instant = chain.execute(Tc(APID, 18, subtype, data, ack=0).pack(), S // 2)
    assert told(instant) == [(8, codec.u16(0x1202))]
    assert told(chain.elapse(10 * S)) == []
    assert chain.process.pending == {}


def test_it_can_be_activated_and_observed_again(chain: Chain) -> None:
    activate(chain, level=2)
    chain.elapse(S)
    chain.elapse(2 * S)
    assert activate(chain, level=3)[-1] == (5, codec.u16(1))
