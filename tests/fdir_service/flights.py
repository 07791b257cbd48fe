"""The demo flight of the hopper for missions in other widths than those of the simulated units."""

import re
import shutil
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

from fdir_service.mission import Mission, load
from fdir_service.stream import Stream
from pus.application import ApplicationProcess
from pus.codec import Widths
from pus.packets import Tc, Tm, apid_of
from pus.samples import Command, Reply, Samples
from pus.st08 import FunctionManagement
from pus.st17 import Test
from sim.scenario import Scenario
from sim.vehicle import Vehicle
from tests.fdir_service import lockstep

EVENT = re.compile(r"\b10(?=[01]\d\b)")
"""What the numbers of the hopper's events begin with."""
_LISTS = "max_pmons = 100\nmax_fmons = 100\nmax_event_actions = 100\n"


def in_widths(folder: Path, widths: Widths, events: str = "10") -> Mission:
    """Load the hopper with other widths; the numbers of its events begin with `events`."""
    text = EVENT.sub(events, (lockstep.HOPPER / "mission.toml").read_text())
    sections = "".join(f"{name} = {octets}\n" for name, octets in asdict(widths).items())
    folder.mkdir(exist_ok=True)
    (folder / "mission.toml").write_text(f"{text}\n[profile]\n{_LISTS}[profile.widths]\n{sections}")
    shutil.copy(lockstep.HOPPER / "stuck-net.onnx", folder)
    return load(folder)


class Units:
    """The simulated vehicle behind units that speak the widths of the mission."""

    def __init__(self, mission: Mission, flown: Vehicle) -> None:
        self._flown, self._time = flown, 0
        self._units = {apid: self._unit(mission, apid) for apid in mission.units}

    def _unit(self, mission: Mission, apid: int) -> ApplicationProcess:
        functions = mission.units[apid].functions

        def perform(name: str, values: dict[int, float]) -> None:
            self._flown.command(Tc(apid, 8, 1, functions[name].encode(values)).pack(), self._time)

        services = (FunctionManagement(tuple(functions.values()), perform), Test(apid))
        return ApplicationProcess(apid, services, mission.profile.codec)

    @property
    def scenario(self) -> Scenario:
        return self._flown.scenario

    @property
    def done(self) -> bool:
        return self._flown.done

    def advance(self, n: int) -> Samples:
        return self._flown.advance(n)

    def command(self, octets: bytes, time: int) -> list[Tm]:
        self._time = time
        return self._units[apid_of(octets)].execute(octets, time)


def fly(mission: Mission, requests: list[bytes], chunk: int = 10) -> Iterator[Tm]:
    """Fly the demo scenario, then send requests of the ground; yield all telemetry."""
    stream = Stream(mission)
    units = Units(mission, lockstep.vehicle())
    for _, output in lockstep.rounds(stream, units, chunk):
        yield from output.telemetry
    for packet in requests:
        output = stream.take([Command(stream.time, packet)])
        replies = [tm.pack() for request in output.requests for tm in units.command(request, stream.time)]
        answered = stream.take([Reply(stream.time, reply) for reply in replies])
        yield from (*output.telemetry, *answered.telemetry)
