"""The excerpt of a recorded run comes out of our runtime as it came from the microcontroller."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fdir_service.detector import Detector
from fdir_service.evaluation.microcontroller import PATHS, TOLERANCE, answer, evaluate, setup
from fdir_service.mission.compiled import DetectorSetup
from models.atmonsat.firmware import FILE_NAME, Firmware, read_firmware
from models.atmonsat.firmware_detector import write_detector
from models.atmonsat.recorded_runs import Outputs, Run, read_runs
from models.atmonsat.row_buffer import release

SHIPPED = Path(__file__).parents[2] / "data" / "atmonsat-stm32"


@pytest.fixture(scope="module")
def firmware() -> Firmware:
    return read_firmware(SHIPPED / FILE_NAME)


@pytest.fixture(scope="module")
def run() -> Run:
    return read_runs(SHIPPED, 9)[0]


@pytest.fixture(scope="module")
def recorded(run: Run) -> Outputs:
    assert run.outputs is not None
    return run.outputs


@pytest.fixture(scope="module")
def detector(firmware: Firmware, tmp_path_factory: pytest.TempPathFactory) -> DetectorSetup:
    path = tmp_path_factory.mktemp("detector") / "firmware.onnx"
    write_detector(firmware, path)
    return setup(path, firmware)


def seconds() -> Iterator[float]:
    """A clock on which every run takes 0.622 s."""
    now = 0.0
    while True:
        yield now
        now += 0.622


def test_every_path_gives_what_the_target_gave(run: Run, firmware: Firmware, detector: DetectorSetup) -> None:
    ticks = seconds()
    rows = [row for row, _ in evaluate(run, firmware, detector, lambda: next(ticks))]
    assert [row.path for row in rows] == list(PATHS)
    for row in rows:
        assert (row.parity, row.differences) == (True, ())
        assert (row.rows, row.outputs, row.unjudged, row.overflows) == (640, 622, 18, 9)
        assert (row.longest_reply, row.detections) == (100, 4)
        assert row.max_relative_difference is not None
        assert row.max_relative_difference < TOLERANCE / 2
        assert row.us_per_inference == pytest.approx(1000)
        assert row.recorded_us_per_inference == pytest.approx(6050, rel=0.01)
        assert sum(row.scored.values()) == 622


def test_each_path_is_the_one_it_is_called(run: Run, firmware: Firmware, detector: DetectorSetup) -> None:
    window, reply, streaming = (row.scored for row, _ in evaluate(run, firmware, detector))
    assert window == {"window": 622}
    assert set(reply) == {"window", "batched", "streaming"}
    assert streaming == {"streaming": 622}


@settings(max_examples=5)
@given(cuts=st.lists(st.integers(1, 621), max_size=30))
def test_any_chunking_gives_the_same_distances(
    firmware: Firmware, run: Run, recorded: Outputs, detector: DetectorSetup, cuts: list[int]
) -> None:
    rows = release(run.temperatures, firmware.buffer).rows
    runtime = Detector(detector, len(rows))
    parts = np.split(np.concatenate([np.zeros((150, 18)), rows]), sorted({150 + cut for cut in cuts}))
    scores = [runtime.step(np.arange(len(part)), part.T)[0][0] for part in parts]
    distances = np.concatenate(scores)[150:]
    assert distances[1:] == pytest.approx(recorded.distance[1:], rel=TOLERANCE)


def test_the_first_row_is_held_against_zeros_and_not_against_what_the_network_predicts_from_zeros(
    firmware: Firmware, run: Run, recorded: Outputs, detector: DetectorSetup
) -> None:
    row = release(run.temperatures, firmware.buffer).rows[0]
    window = np.concatenate([np.zeros((150, 18)), row[None]])
    (predicted,) = Detector(detector, 151).step(np.arange(151), window.T)[0][0][-1:]
    assert abs(predicted / recorded.distance[0] - 1) > 0.01
    assert firmware.distance(-row[None].astype(np.float64))[0] == pytest.approx(
        recorded.distance[0], rel=TOLERANCE
    )


def test_a_buffer_without_limit_is_not_what_the_target_has(
    firmware: Firmware, run: Run, detector: DetectorSetup
) -> None:
    (row, _), *_ = evaluate(run, replace(firmware, buffer=1000), detector)
    assert row.parity is False
    assert [difference.split(":")[0] for difference in row.differences] == ["reply_row", "distance"]


def test_what_is_not_as_recorded_is_named(
    firmware: Firmware, run: Run, recorded: Outputs, detector: DetectorSetup
) -> None:
    other = Outputs(
        row=recorded.row[:620],
        reply_row=recorded.reply_row[:620],
        distance=recorded.distance[:620] * np.where(np.arange(620) == 7, 1.001, 1),
        detection=recorded.detection[:620] ^ (np.arange(620) == 9),
    )
    (row, _), *_ = evaluate(
        replace(run, outputs=other, counts={"rows": 641, "outputs": 622}), firmware, detector
    )
    assert row.parity is False
    assert row.differences == (
        "outputs: 622, recorded 620",
        "detection: 1 of 620 differ, the first at output 9",
        "distance: 1 of 620 differ by more than 0.0001, the first at output 7",
        "rows: 640, runs.csv says 641",
    )


def test_without_a_recording_there_is_an_answer_and_no_verdict(
    firmware: Firmware, run: Run, recorded: Outputs, detector: DetectorSetup
) -> None:
    for row, answered in evaluate(replace(run, outputs=None, execution=None), firmware, detector):
        assert (row.parity, row.max_relative_difference, row.recorded_us_per_inference) == (None, None, None)
        assert (answered.outputs.detection == recorded.detection).all()
        assert row.nearest_to_threshold == pytest.approx(0.0033, abs=1e-4)


def test_a_run_that_ends_before_any_change_has_no_outputs(
    firmware: Firmware, run: Run, detector: DetectorSetup
) -> None:
    short = replace(run, temperatures=run.temperatures[:1], outputs=None)
    for row, answered in evaluate(short, firmware, detector):
        assert (row.outputs, row.unjudged, row.us_per_inference) == (0, 1, None)
        assert row.nearest_to_threshold is None
        assert len(answered.outputs.distance) == 0


def test_recorded_answers_that_came_to_nothing_are_too_few(
    firmware: Firmware, run: Run, recorded: Outputs, detector: DetectorSetup
) -> None:
    none = Outputs(recorded.row[:0], recorded.reply_row[:0], recorded.distance[:0], recorded.detection[:0])
    (row, _), *_ = evaluate(replace(run, outputs=none), firmware, detector)
    assert row.differences == ("outputs: 622, recorded 0",)


def test_the_answer_is_first_in_first_out(firmware: Firmware, run: Run, detector: DetectorSetup) -> None:
    released = release(run.temperatures, firmware.buffer)
    found = answer("streaming", released, firmware, detector, lambda: 0.0)
    assert found.outputs.row.tolist() == list(range(622))
    assert found.microseconds == 0
