"""Events of PMONs and FMONs are told apart in any widths, by ground segment and exported database alike."""

import pytest

from fdir_service.ground.telemetry import PacketDecoder
from pus.codec import OCTETS, Widths
from pus.packets import Tm
from pus.st12 import layout
from pus.st12.definitions import Fmon, FmonChecking, Limit, Pmon, PmonChecking
from pus.st12.monitoring import FmonChange, Transition
from tests.fdir_service.flights import in_widths
from tests.fdir_service.xtce.reading import Decoder

PARAMETERS = ("acc.x", "acc.stuck", "acc.stuck.score")
"""A float64, an octet and a float32."""


@pytest.fixture(scope="module", params=[(i, n) for i in OCTETS for n in OCTETS], ids=str)
def decoder(request, tmp_path_factory):
    identifier, count = request.param
    folder = tmp_path_factory.mktemp("widths")
    mission = in_widths(folder, Widths(identifier, count), "1" if identifier == 1 else "10")
    return Decoder(mission, folder / "hopper.xml")


def event_of(mission, name):
    return next(event for event in mission.events.values() if event.name == name)


def read(decoder, event, data):
    """Return an event report as the database and as the ground segment read it."""
    mission = decoder.database.mission
    tm = Tm(mission.apid, 5, event.severity, mission.profile.codec.id(event.id) + data, 0)
    return decoder.data(tm), PacketDecoder(mission).report(tm)["fields"]["cause"]


@pytest.mark.parametrize("name", PARAMETERS)
def test_an_event_of_a_pmon_is_no_event_of_an_fmon(decoder, name):
    mission = decoder.database.mission
    parameter = mission.parameters.by_name[name]
    pmon = Pmon(77, parameter.id, Limit(0.0, 2.0), 1)
    above = Transition(pmon, PmonChecking.NOMINAL, PmonChecking.HIGH, 3.0, 2.0, 0)
    data = layout.encode_pmon_event(above, mission.parameters, mission.profile.codec)
    found, cause = read(decoder, event_of(mission, "accelerometer-out-of-range"), data)
    assert (found["event_pmon"], found["event_parameter"]) == (77, name)
    assert found[f"event_value_{parameter.type}"] == 3.0
    assert (cause["pmon"], cause["parameter"], cause["value"], cause["limit"]) == (77, name, 3.0, 2.0)


@pytest.mark.parametrize("n", range(1, 9))
def test_an_event_of_an_fmon_is_no_event_of_a_pmon(decoder, n):
    mission = decoder.database.mission
    fmon = Fmon(1, 0, tuple(range(30, 30 + n)))
    change = FmonChange(fmon, FmonChecking.RUNNING, FmonChecking.FAILED, (PmonChecking.HIGH,) * n, 0)
    data = layout.encode_fmon_event(change, mission.profile.codec)
    found, cause = read(decoder, event_of(mission, "accelerometer-failed"), data)
    assert (found["event_fmon"], found["event_pmon_count"]) == (1, n)
    assert [found[f"event_pmon_{k}"] for k in range(1, 1 + min(n, 3))] == [30, 31, 32][:n]
    assert (cause["fmon"], [entry["pmon"] for entry in cause["pmons"]]) == (1, list(fmon.pmons))
