from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from models.atmonsat.firmware import FILE_NAME, Firmware, FirmwareError, read_firmware
from models.metadata import digest

SHIPPED = Path(__file__).parents[2] / "data" / "atmonsat-stm32" / FILE_NAME
Arrays = dict[str, NDArray[Any]]


@pytest.fixture(scope="module")
def firmware() -> Firmware:
    return read_firmware(SHIPPED)


@pytest.fixture
def changed(tmp_path: Path) -> Callable[..., Path]:
    """Write the shipped file with other arrays; None leaves one out."""

    def write(**others: object) -> Path:
        with np.load(SHIPPED) as file:
            arrays: Arrays = dict(file)
        kept = arrays | {name: np.asarray(value) for name, value in others.items()}
        path = tmp_path / FILE_NAME
        written = {name: value for name, value in kept.items() if others.get(name, 0) is not None}
        np.savez(path, **written)  # type: ignore[arg-type]
        return path

    return write


def test_the_shipped_firmware_has_its_settings(firmware: Firmware) -> None:
    assert firmware.threshold == pytest.approx(87.32106)
    assert (firmware.hold_off, firmware.window, firmware.buffer) == (60, 150, 100)
    assert firmware.sensors == 9
    assert firmware.digest == digest(SHIPPED)


def test_the_distance_is_that_of_the_inverse_covariance(firmware: Firmware) -> None:
    errors = np.random.default_rng(1).normal(0, 3, (20, 18))
    away = errors - firmware.error_mean
    expected = np.einsum("ni,ij,nj->n", away, firmware.error_inverse_covariance.astype(np.float64), away)
    assert firmware.distance(errors) == pytest.approx(expected, rel=1e-9)


@given(st.lists(st.booleans(), max_size=200))
def test_after_an_alarm_sixty_outputs_are_mute(excess: list[bool]) -> None:
    firmware = read_firmware(SHIPPED)
    distances = np.where(np.array(excess, np.bool_), firmware.threshold, firmware.threshold - 0.01)
    mute, expected = 0, []
    for above in excess:
        expected.append(above and mute == 0)
        mute = firmware.hold_off if expected[-1] else max(0, mute - 1)
    assert firmware.alarms(distances).tolist() == expected


def test_an_excess_that_goes_on_gives_an_alarm_every_sixty_one_outputs(firmware: Firmware) -> None:
    assert np.flatnonzero(firmware.alarms(np.full(130, 1e3))).tolist() == [0, 61, 122]


@pytest.mark.parametrize(
    ("others", "reason"),
    [
        ({"threshold": None}, "threshold: missing"),
        ({"conv_bias": None}, "conv_bias: missing"),
        ({"dense_bias": np.full(18, np.nan)}, "dense_bias: not finite"),
        ({"dense_bias": ["a"] * 18}, "dense_bias: <U1 is no real number"),
        ({"dense_bias": np.zeros(18, np.complex64)}, "dense_bias: complex64 is no real number"),
        ({"error_mean": np.zeros((1, 18))}, "error_mean: has 2 dimensions, must have 1"),
        ({"error_mean": np.zeros(17)}, r"error_mean: has shape \(17,\), must have \(18,\)"),
        (
            {"dense_kernel": np.zeros((725, 18))},
            r"dense_kernel: has shape \(725, 18\), must have \(730, 18\)",
        ),
        ({"window": 149}, r"dense_kernel: has shape \(730, 18\), must have \(725, 18\)"),
        ({"hold_off": -1}, "hold_off: -1 is no whole number of at least 0"),
        ({"buffer": 0}, "buffer: 0 is no whole number of at least 1"),
        ({"buffer": 1.5}, "buffer: 1.5 is no whole number"),
        ({"error_inverse_covariance": np.triu(np.ones((18, 18)))}, "not symmetric and positive definite"),
        ({"error_inverse_covariance": -np.eye(18)}, "not symmetric and positive definite"),
    ],
)
def test_a_bad_array_is_refused_by_file_name_and_reason(
    changed: Callable[..., Path], others: dict[str, object], reason: str
) -> None:
    path = changed(**others)
    with pytest.raises(FirmwareError, match=f"{path}: .*{reason}"):
        read_firmware(path)


def test_a_row_that_is_not_half_counters_is_refused(changed: Callable[..., Path]) -> None:
    path = changed(
        conv_kernel=np.zeros((5, 17, 5)),
        dense_kernel=np.zeros((730, 17)),
        dense_bias=np.zeros(17),
        error_mean=np.zeros(17),
        error_inverse_covariance=np.eye(17),
    )
    with pytest.raises(FirmwareError, match="a row of 17 is not as many counters as temperatures"):
        read_firmware(path)


def test_a_file_that_is_missing_or_no_archive_is_refused(tmp_path: Path) -> None:
    path = tmp_path / FILE_NAME
    with pytest.raises(FirmwareError, match=r"firmware\.npz: cannot be read: No such file"):
        read_firmware(path)
    for octets in (b"", b"PK\x03\x04 broken", b"text", SHIPPED.read_bytes()[:20000]):
        path.write_bytes(octets)
        with pytest.raises(FirmwareError, match=r"firmware\.npz: not an npz file"):
            read_firmware(path)


def test_a_single_array_is_no_archive(tmp_path: Path) -> None:
    path = tmp_path / FILE_NAME
    with path.open("wb") as file:
        np.save(file, np.zeros(3))
    with pytest.raises(FirmwareError, match="not an npz file"):
        read_firmware(path)
