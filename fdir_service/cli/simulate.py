"""``fdir simulate``: the simulated vehicle on ZeroMQ."""

import dataclasses
import json
import math
import time
from typing import Annotated

import typer

from fdir_service.cli import options
from fdir_service.cli.console import print_json
from fdir_service.cli.stopping import stop_signal


def simulate(
    scenario: Annotated[str, typer.Argument(help="Scenario: a file, or the name of a shipped one.")] = "demo",
    samples: options.Samples = None,
    units: options.Units = None,
    speed: Annotated[
        float, typer.Option(help="Simulated seconds per second; inf: as fast as possible.")
    ] = 1.0,
    chunk: Annotated[int, typer.Option(help="Samples per message.")] = 1,
    seed: Annotated[int | None, typer.Option(help="Another seed than the scenario's.")] = None,
    wait: Annotated[bool, typer.Option("--wait", help="Start with the first subscriber.")] = False,
    as_json: options.Json = False,
) -> None:
    """Publish a scenario of a simulated vehicle and obey telecommands until it ends or Ctrl-C.

    [dim]Example:[/] fdir simulate demo --speed 10 --wait
    """
    import zmq

    from fdir_service.scenarios import find
    from sim.launch import launch, load
    from sim.publisher import Publisher, PublisherSettings

    if not (speed > 0 and chunk > 0) or math.isnan(speed):
        raise typer.BadParameter("--speed and --chunk must be positive")
    chosen = load(find(scenario))
    if seed is not None:
        chosen = chosen.model_copy(update={"seed": seed})
    defaults = PublisherSettings()
    settings = PublisherSettings(
        samples=samples or defaults.samples,
        commands=units or defaults.commands,
        speed=speed,
        chunk=chunk,
        await_subscriber=wait,
    )
    # A simulator that is started again is a new session, also with the same seed.
    session = time.time_ns()
    should_stop = stop_signal()
    with zmq.Context() as context, Publisher(launch(chosen, session), settings, context) as publisher:
        if as_json:
            addresses = {"samples": publisher.samples_endpoint, "units": publisher.commands_endpoint}
            print(json.dumps({"scenario": chosen.name, **addresses}), flush=True)
        account = publisher.run(should_stop)
    if as_json:
        print_json(dataclasses.asdict(account))
    else:
        print(f"{chosen.name}: {account.samples} samples published, {account.commands} TC(s) executed")
