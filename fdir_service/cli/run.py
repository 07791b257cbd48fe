"""``fdir run``: the daemon."""

from pathlib import Path
from typing import Annotated

import typer

from fdir_service.cli import options


def run(
    mission: options.Mission = "hopper",
    samples: options.Samples = None,
    units: options.Units = None,
    telemetry: Annotated[str | None, typer.Option(help="Address where TM is published (ZeroMQ).")] = None,
    commands: Annotated[str | None, typer.Option(help="Address where ground TCs are taken (ZeroMQ).")] = None,
    tm_port: Annotated[int | None, typer.Option(help="Port of TM over TCP (0: any free one).")] = None,
    tc_port: Annotated[
        int | None, typer.Option(help="Port of ground TCs over TCP (0: any free one).")
    ] = None,
    tcp_host: Annotated[str | None, typer.Option(help="Address where both TCP ports listen.")] = None,
    metrics_host: Annotated[str | None, typer.Option(help="Address of /metrics, /healthz, /readyz.")] = None,
    metrics_port: Annotated[int | None, typer.Option(help="Port of /metrics (0: any free one).")] = None,
    mode: Annotated[str | None, typer.Option(help="Recovery: active, passive or inhibited.")] = None,
    audit: options.Audit = None,
    record: Annotated[Path | None, typer.Option(help="Record what comes in to this file.")] = None,
    overlay: Annotated[
        Path | None, typer.Option(help="Keep definitions changed by TC in this file, across restarts.")
    ] = None,
    snapshot: Annotated[
        Path | None, typer.Option(help="Keep all state in this file and go on from it after a restart.")
    ] = None,
    as_json: options.Json = False,
    verbose: options.Verbose = 0,
    log_json: options.LogJson = False,
) -> None:
    """Run the daemon until Ctrl-C: samples in, telemetry and recovery requests out.

    [dim]Example:[/] fdir run hopper --audit audit.jsonl -v
    """
    from fdir_service.cli.serve import serve

    serve(
        mission=mission,
        samples=samples,
        units=units,
        telemetry=telemetry,
        commands=commands,
        tm_port=tm_port,
        tc_port=tc_port,
        tcp_host=tcp_host,
        metrics_host=metrics_host,
        metrics_port=metrics_port,
        mode=mode,
        audit=audit,
        record=record,
        overlay=overlay,
        snapshot=snapshot,
        as_json=as_json,
        verbose=verbose,
        log_json=log_json,
    )
