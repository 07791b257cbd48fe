"""``fdir tc``: one telecommand by name, and its verification."""

import json
import secrets
import time
from typing import TYPE_CHECKING, Annotated, Any

import typer

from fdir_service.cli import FAILED, MISSED, UsageError, options
from fdir_service.cli.console import console, print_json

if TYPE_CHECKING:
    from fdir_service.mission import Mission
    from pus.packets import Tc


def tc(
    name: Annotated[str | None, typer.Argument(help="Telecommand, such as st12.enable-pmon.")] = None,
    arguments: Annotated[list[str] | None, typer.Argument(help="Its arguments: see --list.")] = None,
    mission: options.MissionOption = "hopper",
    commands: Annotated[str | None, typer.Option(help="Address of the daemon's commands (ZeroMQ).")] = None,
    tc_address: Annotated[str | None, typer.Option("--tc", help="Its TC port HOST:PORT (TCP).")] = None,
    telemetry: options.TelemetryIn = None,
    tm_address: options.TmPort = None,
    unit: Annotated[str | None, typer.Option(help="Unit or APID addressed; default: the service.")] = None,
    source: Annotated[int, typer.Option(min=0, max=0xFFFE, help="Source ID; answers carry it.")] = 1,
    sequence: Annotated[int | None, typer.Option(min=0, max=0x3FFF, help="Sequence count.")] = None,
    timeout: Annotated[float, typer.Option(help="Seconds to wait for the end.")] = 5.0,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Print the packet, send nothing.")] = False,
    show_list: Annotated[bool, typer.Option("--list", help="Print the telecommands.")] = False,
    as_json: options.Json = False,
) -> None:
    """Send one telecommand and show its verification; exit code 3 if it is refused.

    [dim]Example:[/] fdir tc st12.enable-pmon acc-range-x --mission hopper
    """
    from fdir_service.mission import load

    if show_list:
        _print_list(as_json=as_json)
        return
    if name is None:
        raise UsageError("name a telecommand, or use --list")
    chosen = load(mission)
    number = sequence if sequence is not None else 0 if dry_run else secrets.randbelow(1 << 14)
    request = _make(chosen, name, arguments or [], unit, source, number)
    if dry_run:
        octets = request.pack().hex()
        print(json.dumps({"telecommand": name, "packet": octets}) if as_json else octets)
        return
    interfaces = chosen.file.interfaces
    where = (tc_address or commands or interfaces.commands, tm_address or telemetry or interfaces.telemetry)
    _send(chosen, name, request, where, timeout, as_json=as_json)


def _make(
    mission: "Mission", name: str, words: list[str], unit: str | None, source: int, sequence: int
) -> "Tc":
    from fdir_service.ground.arguments import ArgumentError, Arguments
    from fdir_service.ground.commands import make

    try:
        apid = mission.apid if unit is None else Arguments(mission, []).process(unit)
        return make(mission, name, words, apid, source, sequence)
    except ArgumentError as error:
        raise UsageError(str(error)) from None


def _send(
    mission: "Mission", name: str, request: "Tc", where: tuple[str, str], timeout: float, *, as_json: bool
) -> None:
    from fdir_service.ground.exchange import Exchange, Outcome
    from fdir_service.ground.link import command_link, telemetry_link
    from fdir_service.ground.telemetry import PacketDecoder, describe
    from pus.packets import Tm

    decoder, reports = PacketDecoder(mission), list[dict[str, Any]]()

    def hear(tm: Tm) -> None:
        reports.append(decoder.report(tm))
        if not as_json:
            console().print(describe(reports[-1]), markup=False)

    if not as_json:
        console().print(describe(decoder.telecommand(request.pack())), markup=False)
    with telemetry_link(where[1]) as incoming, command_link(where[0]) as outgoing:
        exchange = Exchange(outgoing, incoming, time.monotonic)
        outcome = exchange.run(request, mission.apid, timeout, hear)
    if as_json:
        octets = request.pack().hex()
        print_json({"telecommand": name, "packet": octets, "outcome": outcome, "reports": reports})
    else:
        print(outcome)
    code = {Outcome.COMPLETED: 0, Outcome.REFUSED: MISSED, Outcome.NO_ANSWER: FAILED}[outcome]
    raise typer.Exit(code)


def _print_list(*, as_json: bool) -> None:
    from fdir_service.ground.commands import CATALOGUE

    if as_json:
        print_json(
            [
                {"name": t.name, "service": t.service, "subtype": t.subtype, "usage": t.usage}
                for t in CATALOGUE
            ]
        )
        return
    for telecommand in CATALOGUE:
        kind = f"TC[{telecommand.service},{telecommand.subtype}]"
        print(f"{kind:<9} {telecommand.name} {telecommand.usage}".rstrip())
