"""Which machine the figures are from."""

import os
import platform
from dataclasses import dataclass
from pathlib import Path

import numpy as np

CPU_INFO = Path("/proc/cpuinfo")


@dataclass(frozen=True, slots=True)
class Machine:
    """What the figures depend on."""

    processor: str
    cores: int
    system: str
    python: str
    numpy: str

    def __str__(self) -> str:
        return (
            f"{self.processor}, {self.cores} cores, {self.system}, Python {self.python}, NumPy {self.numpy}"
        )


def describe(cpu_info: Path = CPU_INFO) -> Machine:
    """Describe this machine; the processor's name is in `cpu_info` on Linux."""
    return Machine(
        _model(cpu_info) or platform.processor() or platform.machine(),
        os.cpu_count() or 1,
        f"{platform.system()} {platform.machine()}",
        platform.python_version(),
        np.__version__,
    )


def _model(cpu_info: Path) -> str:
    if not cpu_info.is_file():
        return ""
    lines = (line.partition(":") for line in cpu_info.read_text(encoding="utf-8").splitlines())
    return next((value.strip() for key, _, value in lines if key.strip() == "model name"), "")
