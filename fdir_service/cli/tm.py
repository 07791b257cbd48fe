"""``fdir tm``: telemetry in words, live or from a file."""

import json
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from fdir_service.cli import options
from fdir_service.cli.console import console
from fdir_service.cli.stopping import stop_signal

if TYPE_CHECKING:
    from fdir_service.ground.telemetry import PacketDecoder

_WAIT_MS = 100


def tm(
    file: Annotated[
        Path | None, typer.Argument(help="Concatenated packets, or a recording; none: live telemetry.")
    ] = None,
    mission: options.MissionOption = "hopper",
    telemetry: options.TelemetryIn = None,
    tm_address: options.TmPort = None,
    limit: Annotated[int | None, typer.Option(min=1, help="Stop after so many packets.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object a line.")] = False,
) -> None:
    """Decode telemetry until the file ends, or Ctrl-C.

    [dim]Example:[/] fdir tm --mission hopper --tm 127.0.0.1:10015
    """
    from fdir_service.ground.packet_files import records
    from fdir_service.ground.telemetry import PacketDecoder, describe
    from fdir_service.mission import load

    chosen = load(mission)
    decoder = PacketDecoder(chosen)
    address = tm_address or telemetry or chosen.file.interfaces.telemetry
    found = records(file, decoder) if file else _live(address, decoder, stop_signal())
    for record in islice(found, limit):
        if as_json:
            print(json.dumps(record, allow_nan=False), flush=True)
        else:
            console().print(describe(record), markup=False)


def _live(
    address: str, decoder: "PacketDecoder", should_stop: Callable[[], bool]
) -> Iterator[dict[str, Any]]:
    from fdir_service.ground.link import telemetry_link

    with telemetry_link(address) as link:
        while not should_stop():
            yield from map(decoder.telemetry, link.receive(_WAIT_MS))
