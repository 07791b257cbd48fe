"""The closed loop in process: the simulated hopper and the stream, in turn, without sockets or clocks."""

from collections.abc import Iterator
from pathlib import Path

from fdir_service.ground.commands import make
from fdir_service.mission import Mission, load
from fdir_service.stream import Output, Stream
from pus.samples import Command, Message, Reply, Tick
from sim import scenario
from sim.vehicle import Vehicle

HOPPER = Path(__file__).parents[2] / "configs" / "hopper"


def hopper() -> Mission:
    return load(HOPPER)


def vehicle(name: str = "demo") -> Vehicle:
    return Vehicle(scenario.load(HOPPER / "scenarios" / f"{name}.toml"), session=1)


def requests(stream: Stream, flown: Vehicle) -> list[tuple[int, bytes]]:
    """Return the telecommands of the scenario's ground, with their times (ns)."""
    mission = stream.mission
    return [
        (round(g.at_s * 1e9), make(mission, *_words(g.tc), mission.apid).pack())
        for g in flown.scenario.ground
    ]


def _words(line: str) -> tuple[str, list[str]]:
    name, *words = line.split()
    return name, words


def rounds(stream: Stream, flown: Vehicle, chunk: int) -> Iterator[tuple[list[Message], Output]]:
    """Let the vehicle fly `chunk` samples, the stream take them, and the vehicle obey; again and again.

    Where no samples come through, a tick carries on-board time on, as the daemon's clock does.
    """
    ground = requests(stream, flown)
    while not flown.done:
        messages: list[Message] = []
        while ground and ground[0][0] <= stream.time:
            messages.append(Command(stream.time, ground.pop(0)[1]))
        samples = flown.advance(chunk)
        messages.append(samples if len(samples) else Tick(flown.time))
        output = stream.take(messages)
        yield messages, output
        replies: list[Message] = [
            Reply(stream.time, tm.pack())
            for request in output.requests
            for tm in flown.command(request, stream.time)
        ]
        if replies:
            yield replies, stream.take(replies)
