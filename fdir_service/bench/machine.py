"""Which machine the figures are from."""

import os
import platform
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

import numpy as np

CPU_INFO = Path("/proc/cpuinfo")


@dataclass(frozen=True, slots=True)
class Machine:
    """What the figures depend on; without numba (the extra ``fast``) `numba` is empty."""

    processor: str
    cores: int
    system: str
    python: str
    numpy: str
    numba: str

    def __str__(self) -> str:
        numba = f"numba {self.numba}" if self.numba else "no numba"
        parts = (self.processor, f"{self.cores} cores", self.system, f"Python {self.python}")
        return ", ".join((*parts, f"NumPy {self.numpy}", numba))


def describe(cpu_info: Path = CPU_INFO) -> Machine:
    """Describe this machine; the processor's name is in `cpu_info` on Linux."""
    return Machine(
        _model(cpu_info) or platform.processor() or platform.machine(),
        os.cpu_count() or 1,
        f"{platform.system()} {platform.machine()}",
        platform.python_version(),
        np.__version__,
        _version("numba"),
    )


def _version(distribution: str) -> str:
    try:
        return metadata.version(distribution)
    except metadata.PackageNotFoundError:
        return ""


def _model(cpu_info: Path) -> str:
    if not cpu_info.is_file():
        return ""
    lines = (line.partition(":") for line in cpu_info.read_text(encoding="utf-8").splitlines())
    return next((value.strip() for key, _, value in lines if key.strip() == "model name"), "")
