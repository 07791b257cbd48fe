"""What `fdir run` does, whoever has read its words."""

import json
from dataclasses import dataclass
from pathlib import Path

from fdir_service import process
from fdir_service.account import as_table
from fdir_service.cli.console import print_json
from fdir_service.cli.overrides import override
from fdir_service.daemon import summary
from fdir_service.logs import configure
from fdir_service.mission import load
from fdir_service.service import Options, service


@dataclass(frozen=True, slots=True)
class Start:
    """The words of `fdir run`; see there. None: as the mission says, or not wanted."""

    mission: str = "hopper"
    samples: str | None = None
    units: str | None = None
    telemetry: str | None = None
    commands: str | None = None
    tm_port: int | None = None
    tc_port: int | None = None
    tcp_host: str | None = None
    metrics_host: str | None = None
    metrics_port: int | None = None
    mode: str | None = None
    audit: Path | None = None
    record: Path | None = None
    overlay: Path | None = None
    snapshot: Path | None = None
    as_json: bool = False
    verbose: int = 0
    log_json: bool = False

    def interfaces(self) -> dict[str, object]:
        """Return what replaces the interfaces of the mission."""
        return {
            "samples": self.samples,
            "units": self.units,
            "telemetry": self.telemetry,
            "commands": self.commands,
            "tm_port": self.tm_port,
            "tc_port": self.tc_port,
            "tcp_host": self.tcp_host,
            "metrics_host": self.metrics_host,
            "metrics_port": self.metrics_port,
        }

    def options(self) -> Options:
        """Return the files that are kept."""
        return Options(self.audit, self.record, self.overlay, self.snapshot)


def serve(start: Start) -> None:
    """Run the daemon until it is told to stop."""
    configure(start.verbose, as_json=start.log_json)
    mission = override(load(start.mission), start.interfaces(), start.mode)
    with service(mission, start.options()) as (daemon, addresses), daemon.signals():
        process.ready()
        if start.as_json:
            print(json.dumps({"mission": mission.name, **addresses}), flush=True)
        daemon.run()
        if start.as_json:
            print_json(as_table(daemon.stream.accounts))
        else:
            print(summary(daemon.stream))
