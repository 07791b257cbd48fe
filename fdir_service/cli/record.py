"""``fdir record``: samples from the wire into a recording, without looking at them."""

from collections import Counter
from pathlib import Path
from typing import Annotated

import typer

from fdir_service.cli import options
from fdir_service.cli.console import print_json, progress
from fdir_service.cli.stopping import stop_signal


def record(
    file: Annotated[Path, typer.Argument(help="The recording; an existing one is continued.")],
    mission: Annotated[
        str, typer.Option("--mission", "-m", help="Mission whose sources are recorded.")
    ] = "hopper",
    samples: options.Samples = None,
    limit: Annotated[int | None, typer.Option(help="Stop after so many messages.")] = None,
    as_json: options.Json = False,
) -> None:
    """Record the samples of a mission's sources until Ctrl-C.

    [dim]Example:[/] fdir record flight.rec --samples tcp://127.0.0.1:5555
    """
    import zmq

    from fdir_service.mission import load
    from fdir_service.recording import Recorder
    from fdir_service.sources.live import open_samples

    chosen = load(mission)
    topics = [source.name for source in chosen.file.source]
    should_stop = stop_signal()
    with Recorder(file) as recorder, zmq.Context() as context, progress("messages", limit) as advance:
        address = samples or chosen.file.interfaces.samples
        sockets = open_samples(context, address, topics, chosen.images)
        try:
            while not should_stop() and (limit is None or recorder.messages < limit):
                left = None if limit is None else limit - recorder.messages
                received = [message for socket in sockets for message in socket.receive(50)][:left]
                for message in received:
                    recorder.write(message)
                recorder.flush()
                advance(len(received))
        finally:
            for socket in sockets:
                socket.close()
        malformed = sum((socket.malformed for socket in sockets), Counter[str]())
        result = {"file": str(file), "messages": recorder.messages, "malformed": dict(malformed)}
    print_json(result) if as_json else print(f"{file}: {result['messages']} message(s) recorded")
