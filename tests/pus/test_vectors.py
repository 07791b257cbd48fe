"""The golden packets, through the services: requests are executed, reports are made."""

from dataclasses import replace

import pytest

from pus import codec
from pus.application import ApplicationProcess
from pus.chain import Chain
from pus.packets import Tm, decode_tc
from pus.profile import Profile
from pus.st08 import FunctionManagement
from pus.st12.definitions import Delta, ExpectedValue, Fmon, Limit, Pmon, Validity
from tests.pus.spacecraft import (
    APID,
    BUS,
    DELTA,
    FAILED,
    FUNCTIONS,
    HIGH,
    LOW,
    MODE,
    MODE_LOST,
    PERIOD,
    PLAIN,
    VOLTAGE,
    ask,
    build,
    bus,
    feed,
    key,
    packets,
    request,
    samples,
    watch,
)
from tests.pus.vectors import TC, TIME, TM

LIMITS = Pmon(7, VOLTAGE, Limit(-5.0, 45.5, LOW, HIGH), 3, interval=10)
EXPECTED = Pmon(8, MODE, ExpectedValue(0x00FF, 3, MODE_LOST), 1)
AT_ONCE = replace(PLAIN, max_transitions=1)


def furnished(chain: Chain) -> Chain:
    """Let the process offer functions too, so that event-actions and sequences may ask for them."""
    chain.process.services[8] = FunctionManagement(FUNCTIONS, lambda name, arguments: None)
    return chain


def execute(process: ApplicationProcess, name: str) -> list[tuple[int, int]]:
    """Execute a golden request; return service and subtype of what it is answered with."""
    return [(tm.service, tm.subtype) for tm in process.execute(TC[name].packet, TIME)]


def assert_golden(name: str, told: list[Tm]) -> None:
    """One of the reports is the golden one, but for its sequence count."""
    golden = TM[name]
    assert golden.packet in [replace(tm, sequence=golden.sequence).pack() for tm in told]


SUCCESS = [(1, 1), (1, 3), (1, 7)]


# --- requests ------------------------------------------------------------------------------------------


def test_a_limit_check_is_added() -> None:
    chain = build()
    assert execute(chain.process, "TC[12,5] limit") == SUCCESS
    assert chain.monitoring.pmons == {7: LIMITS}


def test_a_delta_check_with_a_validity_condition_is_added() -> None:
    chain = build(Profile())
    assert execute(chain.process, "TC[12,5] with validity") == SUCCESS
    check = Delta(-0.5, 0.5, 0, DELTA, 4)
    assert chain.monitoring.pmons == {9: Pmon(9, VOLTAGE, check, 3, 10, Validity(MODE, 1, 1))}


def test_two_checks_are_enabled() -> None:
    chain = build()
    ask(chain, 12, 5, TC["TC[12,5] limit"].data)
    ask(chain, 12, 5, b"\0\1" + codec.u16(99) + TC["TC[12,5] limit"].data[4:])
    assert execute(chain.process, "TC[12,1]") == SUCCESS
    assert chain.monitoring.is_enabled(7)
    assert chain.monitoring.is_enabled(99)


def test_a_check_is_modified() -> None:
    chain = watch(build(), Pmon(8, MODE, ExpectedValue(1, 1), 2))
    assert execute(chain.process, "TC[12,7]") == SUCCESS
    assert chain.monitoring.pmons == {8: replace(EXPECTED, repetition=5)}


def test_a_functional_monitoring_definition_is_added() -> None:
    chain = watch(build(), LIMITS, EXPECTED)
    assert execute(chain.process, "TC[12,23]") == SUCCESS
    assert chain.monitoring.fmons == {3: Fmon(3, FAILED, (7, 8), 2)}


def test_a_function_is_performed() -> None:
    performed = []
    service = FunctionManagement(FUNCTIONS, lambda *call: performed.append(call))
    assert execute(ApplicationProcess(APID, [service]), "TC[8,1]") == SUCCESS
    assert performed == [("POWER_CYCLE", {1: 5.0})]


def test_an_event_action_is_added() -> None:
    chain = furnished(build())
    assert execute(chain.process, "TC[19,1]") == SUCCESS
    [action] = chain.services.st19.definitions.values()
    assert (action.apid, action.event, action.request) == (APID, HIGH, TC["TC[8,1]"].packet)


def test_a_housekeeping_structure_is_created() -> None:
    chain = build()
    assert execute(chain.process, "TC[3,1]") == SUCCESS
    structure = chain.services.st03.housekeeping.structures[2]
    assert (structure.interval, structure.parameters, structure.sets) == (10, (VOLTAGE, MODE), ())


def test_a_parameter_is_set() -> None:
    chain = build(settings={MODE: 0.0})
    assert execute(chain.process, "TC[20,3]") == SUCCESS
    assert chain.services.settings == {MODE: 3.0}
    [told] = ask(chain, 20, 1, codec.DEFAULT.ids([MODE]))
    assert told.data == TC["TC[20,3]"].data


def test_a_request_sequence_is_loaded() -> None:
    chain = furnished(build())
    assert execute(chain.process, "TC[21,1]") == SUCCESS
    steps = chain.services.st21.sequences["SWITCH_A_TO_B"]
    assert [(decode_tc(step.request).service, step.delay) for step in steps] == [(8, 1_500_000_000), (17, 0)]


# --- reports -------------------------------------------------------------------------------------------


def test_a_high_voltage_is_reported_as_transition_and_event() -> None:
    chain = watch(build(AT_ONCE), replace(LIMITS, repetition=1, interval=1))
    told = packets(chain, feed(chain, bus(28.0, 46.25, start=TIME - PERIOD)))
    assert_golden("TM[12,12] limit", told)
    assert_golden("TM[5,3]", told)


def test_a_lost_mode_is_reported_with_its_mask() -> None:
    chain = watch(build(AT_ONCE), EXPECTED)
    told = packets(chain, feed(chain, samples(BUS, TIME - PERIOD, mode=[3, 7])))
    assert_golden("TM[12,12] expected value", told)


def failed_fmon() -> Chain:
    """Return a chain whose FMON 3 has failed and is protected; FMON 4 is neither enabled nor protected."""
    chain = watch(build(), replace(LIMITS, repetition=1, interval=1), EXPECTED)
    ask(chain, 12, 23, TC["TC[12,23]"].data)
    ask(chain, 12, 23, b"\0\1" + codec.u16(4) + TC["TC[12,23]"].data[4:])
    ask(chain, 12, 19, codec.DEFAULT.ids([3]))
    ask(chain, 12, 22, codec.DEFAULT.ids([4]))
    feed(chain, samples(BUS, mode=[7], voltage=[50.0], fresh=[1]))
    return chain


def test_the_status_of_functional_monitoring_is_reported() -> None:
    assert_golden("TM[12,28]", ask(failed_fmon(), 12, 27, time=TIME))


def test_a_functional_monitoring_definition_is_reported() -> None:
    assert_golden("TM[12,26]", ask(failed_fmon(), 12, 25, codec.DEFAULT.ids([3]), time=TIME))


def test_an_unknown_pmon_is_reported() -> None:
    chain = watch(build(), LIMITS)
    assert_golden("TM[1,4]", chain.process.execute(TC["TC[12,1]"].packet, TIME))


def test_disabled_events_are_reported() -> None:
    chain = build()
    ask(chain, 5, 6, codec.DEFAULT.ids([FAILED, LOW]))
    assert_golden("TM[5,8]", ask(chain, 5, 7, time=TIME))


def test_event_actions_are_reported() -> None:
    chain = furnished(build())
    chain.process.execute(TC["TC[19,1]"].packet, 0)
    assert_golden("TM[19,11]", ask(chain, 19, 10, codec.u16(1) + key(HIGH), time=TIME))
    ask(chain, 19, 1, codec.u16(1) + key(FAILED) + request(17, 1))
    ask(chain, 19, 4, codec.u16(1) + key(HIGH))
    assert_golden("TM[19,7]", ask(chain, 19, 6, time=TIME))


def test_housekeeping_is_reported() -> None:
    chain = build()
    chain.process.execute(TC["TC[3,1]"].packet, 0)
    ask(chain, 3, 5, codec.DEFAULT.ids([2]), time=TIME - 10 * PERIOD)
    fed = samples(BUS, TIME, voltage=[46.25], mode=[3])
    assert_golden("TM[3,25]", [replace(tm, sequence=0) for tm in packets(chain, feed(chain, fed))])


def test_a_sequence_under_execution_is_reported() -> None:
    chain = furnished(build())
    chain.process.execute(TC["TC[21,1]"].packet, 0)
    ask(chain, 21, 4, codec.characters("SWITCH_A_TO_B"), time=TIME)
    assert_golden("TM[21,7]", ask(chain, 21, 6, time=TIME))


@pytest.mark.parametrize("name", TC)
def test_a_golden_request_says_where_it_comes_from(name: str) -> None:
    assert decode_tc(TC[name].packet).source == (0 if name == "TC[8,1]" else 1)
