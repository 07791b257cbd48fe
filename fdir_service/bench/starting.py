"""Start-up: processes from their first instruction until they are ready."""

import compileall
import os
import signal
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

from fdir_service.bench.rounds import Pair, Row, Timed, UnavailableError, multiple

FREE = "tcp://127.0.0.1:*"
DAEMON = ("run", "hopper", "--telemetry", FREE, "--commands", FREE, "--metrics-port", "0", "--json")


class StartError(RuntimeError):
    """A process that ended before it was ready."""


def seconds(*words: str) -> float:
    """Return CPU seconds of a process from its start until it prints its first line; then it is killed."""
    process = subprocess.Popen([sys.executable, *words], stdout=subprocess.PIPE)  # noqa: S603
    assert process.stdout is not None  # noqa: S101
    with process.stdout:
        line = process.stdout.readline()
        # Not `process.kill`, which takes the account of one that has ended by itself.
        os.kill(process.pid, signal.SIGKILL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if not line:
        raise StartError(f"{' '.join(words)}: ended with {process.returncode} before it was ready")
    return usage.ru_utime + usage.ru_stime


def _prepare(quick: bool) -> Pair:  # noqa: ARG001  processes have one size
    if find_spec("torch") is None:
        raise UnavailableError("torch is not installed: pip install 'fdir-service[train]'")
    _compile()
    return (
        Timed(lambda: seconds("-m", "fdir_service", *DAEMON)),
        Timed(lambda: seconds("-c", "import torch; print(1, flush=True)")),
    )


def _compile() -> None:
    """Compile our modules as an installer does with those of others, whatever the environment says."""
    root = Path(__file__).parents[2]
    for package in ("fdir_service", "pus", "models"):
        compileall.compile_dir(root / package, quiet=2)


ROWS = (
    Row(
        "start_up_vs_import_torch",
        "the daemon until it is ready, its model open, against `import torch`; CPU time of the process",
        0.25,
        0.18,
        _prepare,
        multiple,
        at_most=True,
    ),
)
