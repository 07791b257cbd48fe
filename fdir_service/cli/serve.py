"""What `fdir run` does, whoever has read its words."""

import json
from pathlib import Path

from fdir_service import process
from fdir_service.account import as_table
from fdir_service.cli.console import print_json
from fdir_service.cli.overrides import override
from fdir_service.daemon import summary
from fdir_service.logs import configure
from fdir_service.mission import load
from fdir_service.service import Options, service


def serve(
    mission: str = "hopper",
    samples: str | None = None,
    units: str | None = None,
    telemetry: str | None = None,
    commands: str | None = None,
    tm_port: int | None = None,
    tc_port: int | None = None,
    tcp_host: str | None = None,
    metrics_host: str | None = None,
    metrics_port: int | None = None,
    mode: str | None = None,
    audit: Path | None = None,
    record: Path | None = None,
    overlay: Path | None = None,
    snapshot: Path | None = None,
    as_json: bool = False,
    verbose: int = 0,
    log_json: bool = False,
) -> None:
    """Run the daemon until it is told to stop; the arguments are the options of `fdir run`."""
    configure(verbose, as_json=log_json)
    interfaces = {
        "samples": samples,
        "units": units,
        "telemetry": telemetry,
        "commands": commands,
        "tm_port": tm_port,
        "tc_port": tc_port,
        "tcp_host": tcp_host,
        "metrics_host": metrics_host,
        "metrics_port": metrics_port,
    }
    chosen = override(load(mission), interfaces, mode)
    options = Options(audit=audit, record=record, overlay=overlay, snapshot=snapshot)
    with service(chosen, options) as (daemon, addresses), daemon.signals():
        process.ready()
        if as_json:
            print(json.dumps({"mission": chosen.name, **addresses}), flush=True)
        daemon.run()
        if as_json:
            print_json(as_table(daemon.stream.accounts))
        else:
            print(summary(daemon.stream))
