"""The simulator as a child process: started with free ports, told apart from us by its own process."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from fdir_service.sources.live import LinkError

STOP_S = 5.0


@dataclass(frozen=True, slots=True)
class Simulator:
    """A running simulator: its process and the addresses it listens on."""

    process: "subprocess.Popen[str]"
    samples: str
    units: str

    @property
    def has_ended(self) -> bool:
        """Whether the process is gone."""
        return self.process.poll() is not None


@contextmanager
def simulator(scenario: Path, speed: float) -> Iterator[Simulator]:
    """Start the simulator on free loopback ports; it waits for the first subscriber. Ends it at the end."""
    command = [sys.executable, "-m", "fdir_service", "simulate", str(scenario), "--json", "--wait"]
    command += ["--samples", "tcp://127.0.0.1:*", "--units", "tcp://127.0.0.1:*", "--speed", str(speed)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)  # noqa: S603  our own interpreter
    try:
        assert process.stdout is not None  # noqa: S101
        first = process.stdout.readline()
        if not first:
            raise LinkError(f"the simulator ended with {process.wait()} before it listened")
        addresses = json.loads(first)
        yield Simulator(process, addresses["samples"], addresses["units"])
    finally:
        _end(process)


def _end(process: "subprocess.Popen[str]") -> None:
    if process.poll() is None:
        process.terminate()
    try:
        process.communicate(timeout=STOP_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()
