"""The closed loop in process: the simulated hopper and the stream, in turn, without sockets or clocks."""

from collections.abc import Iterator
from pathlib import Path

from fdir_service.mission import Mission, load
from fdir_service.stream import Output, Stream
from pus.samples import Message, Reply, Tick
from sim import scenario
from sim.vehicle import Vehicle

HOPPER = Path(__file__).parents[2] / "configs" / "hopper"


def hopper() -> Mission:
    return load(HOPPER)


def vehicle(name: str = "demo") -> Vehicle:
    return Vehicle(scenario.load(HOPPER / "scenarios" / f"{name}.toml"), session=1)


def rounds(stream: Stream, flown: Vehicle, chunk: int) -> Iterator[tuple[list[Message], Output]]:
    """Let the vehicle fly `chunk` samples, the stream take them, and the vehicle obey; again and again.

    Where no samples come through, a tick carries on-board time on, as the daemon's clock does.
    """
    while not flown.done:
        samples = flown.advance(chunk)
        messages: list[Message] = [samples if len(samples) else Tick(flown.time)]
        output = stream.take(messages)
        yield messages, output
        replies: list[Message] = [
            Reply(stream.time, tm.pack())
            for request in output.requests
            for tm in flown.command(request, stream.time)
        ]
        if replies:
            yield replies, stream.take(replies)
