"""The service's processes, started for real and ended for certain."""

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

DEADLINE_S = 60
FREE = "tcp://127.0.0.1:*"


@dataclass
class Started:
    """A running verb of `fdir` that was given --json: its process and the first line it printed."""

    process: "subprocess.Popen[str]"
    first: dict[str, Any]

    def stop(self, kind: signal.Signals = signal.SIGINT) -> tuple[int, str, str]:
        self.process.send_signal(kind)
        return self.wait()

    def wait(self) -> tuple[int, str, str]:
        out, err = self.process.communicate(timeout=DEADLINE_S)
        return self.process.returncode, out, err


@contextmanager
def started(*words: object) -> Iterator[Started]:
    """Start `fdir WORDS --json` and wait for its first line."""
    command = [sys.executable, "-m", "fdir_service", *map(str, words), "--json"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        line = process.stdout.readline()
        if not line:
            raise AssertionError(process.communicate()[1])
        yield Started(process, json.loads(line))
    finally:
        if process.poll() is None:
            process.kill()
        process.communicate()


def simulator(scenario: object, speed: float, *words: object):
    """Start a simulator on free ports that waits for the daemon."""
    return started(
        "simulate", scenario, "--speed", speed, "--wait", "--samples", FREE, "--units", FREE, *words
    )


def daemon(samples: str, units: str, *words: object):
    """Start a daemon of the hopper on free ports."""
    links = ("--samples", samples, "--units", units, "--telemetry", FREE, "--commands", FREE)
    return started("run", "hopper", *links, "--metrics-port", 0, *words)
