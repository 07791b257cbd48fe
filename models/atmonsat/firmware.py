"""What the AtMonSat microcontroller was given (``firmware.npz``): network, error statistics, alarm rule."""

import zipfile
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from models.metadata import digest_of

Floats = NDArray[np.float64]
Singles = NDArray[np.float32]

FILE_NAME: Final = "firmware.npz"
_SCALARS: Final = ("threshold", "hold_off", "window", "buffer")
_ARRAYS: Final = {
    "conv_kernel": 3,
    "conv_bias": 1,
    "dense_kernel": 2,
    "dense_bias": 1,
    "error_mean": 1,
    "error_inverse_covariance": 2,
}
"""Names and dimensions."""


class FirmwareError(ValueError):
    """Files of the microcontroller that cannot be used; the text names file, key and reason."""


@dataclass(frozen=True, slots=True)
class Firmware:
    """What the target was given; R numbers in a row, half of them counters, half temperatures.

    Attributes
    ----------
    conv_kernel, conv_bias : (taps, R, F) oldest row first, (F,).
    dense_kernel, dense_bias : (F (window - taps + 1), R) with index F t + f, oldest first; (R,).
    error_mean, error_inverse_covariance : (R,), (R, R) of the error on the training windows.
    threshold : squared Mahalanobis distance from which an output is an alarm.
    hold_off : outputs without an alarm after one.
    window : rows that the network sees.
    buffer : rows that wait for a change at most.
    digest : SHA-256 of the file.

    """

    conv_kernel: Singles
    conv_bias: Singles
    dense_kernel: Singles
    dense_bias: Singles
    error_mean: Singles
    error_inverse_covariance: Singles
    threshold: float
    hold_off: int
    window: int
    buffer: int
    digest: str

    @property
    def sensors(self) -> int:
        """Temperatures in a row."""
        return len(self.error_mean) // 2

    @property
    def whitening(self) -> Floats:
        """(R, R) matrix M for which the squares of ``M (e - mean)`` sum up to the distance."""
        return np.asarray(np.linalg.cholesky(self.error_inverse_covariance.astype(np.float64)).T)

    def distance(self, errors: Floats) -> Floats:
        """Return ``(e - mean)^T S^-1 (e - mean)`` (N,) of errors (N, R)."""
        return np.asarray(np.square((errors - self.error_mean) @ self.whitening.T).sum(axis=1))

    def alarms(self, distances: Floats) -> NDArray[np.bool_]:
        """Return the alarms (N,) of the distances of successive outputs (N,).

        An alarm mutes the `hold_off` outputs after it; an excess that goes on gives the next behind them.
        """
        found = np.zeros(len(distances), np.bool_)
        free = 0
        for at in np.flatnonzero(distances >= self.threshold).tolist():
            if at >= free:
                found[at] = True
                free = at + self.hold_off + 1
        return found


def read_firmware(path: Path) -> Firmware:
    """Read ``firmware.npz``.

    Raises
    ------
    FirmwareError
        If the file cannot be read, or an array is missing, not finite, or does not fit the others.

    """
    try:
        octets = path.read_bytes()
    except OSError as error:
        raise FirmwareError(f"{path}: cannot be read: {error.strerror}") from None
    found = _arrays(path, octets)
    arrays = {name: np.asarray(_checked(path, name, n, found), np.float32) for name, n in _ARRAYS.items()}
    threshold, *counts = (float(_checked(path, name, 0, found)) for name in _SCALARS)
    hold_off, window, buffer = (
        _count(path, name, value) for name, value in zip(_SCALARS[1:], counts, strict=True)
    )
    _check_shapes(path, arrays, window)
    return Firmware(
        **arrays,
        threshold=threshold,
        hold_off=hold_off,
        window=window,
        buffer=buffer,
        digest=digest_of(octets),
    )


def _arrays(path: Path, octets: bytes) -> dict[str, NDArray[Any]]:
    try:
        with np.lib.npyio.NpzFile(BytesIO(octets), allow_pickle=False) as file:
            return {name: file[name] for name in (*_ARRAYS, *_SCALARS) if name in file.files}
    except (ValueError, EOFError, zipfile.BadZipFile) as error:
        raise FirmwareError(f"{path}: not an npz file: {error}") from None


def _checked(path: Path, name: str, dimensions: int, found: dict[str, NDArray[Any]]) -> NDArray[Any]:
    if name not in found:
        raise FirmwareError(f"{path}: {name}: missing")
    value = found[name]
    if not np.issubdtype(value.dtype, np.number) or np.iscomplexobj(value):
        raise FirmwareError(f"{path}: {name}: {value.dtype} is no real number")
    if value.ndim != dimensions:
        raise FirmwareError(f"{path}: {name}: has {value.ndim} dimensions, must have {dimensions}")
    if not np.isfinite(value).all():
        raise FirmwareError(f"{path}: {name}: not finite")
    return value


def _count(path: Path, name: str, value: float) -> int:
    least = 0 if name == "hold_off" else 1
    if value != int(value) or value < least:
        raise FirmwareError(f"{path}: {name}: {value:g} is no whole number of at least {least}")
    return int(value)


def _check_shapes(path: Path, arrays: dict[str, Singles], window: int) -> None:
    taps, row, filters = arrays["conv_kernel"].shape
    wanted = {
        "conv_bias": (filters,),
        "dense_kernel": (filters * (window - taps + 1), row),
        "dense_bias": (row,),
        "error_mean": (row,),
        "error_inverse_covariance": (row, row),
    }
    for name, shape in wanted.items():
        if arrays[name].shape != shape:
            raise FirmwareError(f"{path}: {name}: has shape {arrays[name].shape}, must have {shape}")
    if row % 2:
        raise FirmwareError(f"{path}: conv_kernel: a row of {row} is not as many counters as temperatures")
    inverse = arrays["error_inverse_covariance"].astype(np.float64)
    if not np.allclose(inverse, inverse.T) or np.linalg.eigvalsh(inverse).min() <= 0:
        raise FirmwareError(f"{path}: error_inverse_covariance: not symmetric and positive definite")
