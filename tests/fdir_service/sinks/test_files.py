"""The sink that writes a file: the recording of what came in."""

from pathlib import Path

import pytest

from fdir_service.recording import read
from fdir_service.sinks.files import Recording
from fdir_service.stream import Output
from pus.samples import Command, Tick
from tests.fdir_service.builders import describe_message, samples

FULL = Path("/dev/full")
QUIET = Output()


def test_every_message_is_recorded_and_there_after_every_round(tmp_path):
    path = tmp_path / "run.rec"
    sink = Recording(path)
    messages = [samples(0, [1.0, 2.0]), Tick(5), Command(6, b"tc")]
    sink.put(messages, QUIET)
    assert [describe_message(m) for m in read(path)] == [describe_message(m) for m in messages]
    sink.close()


def test_a_recording_is_continued(tmp_path):
    path = tmp_path / "run.rec"
    for time in (1, 2):
        sink = Recording(path)
        sink.put([Tick(time)], QUIET)
        sink.close()
    assert list(read(path)) == [Tick(1), Tick(2)]


def test_a_full_disk_is_an_error_at_once():
    sink = Recording(FULL)
    with pytest.raises(OSError, match="No space left on device"):
        sink.put([Tick(1)], QUIET)
    with pytest.raises(OSError, match="No space left on device"):
        sink.close()


def test_a_folder_is_no_file(tmp_path):
    with pytest.raises(OSError, match="Is a directory"):
        Recording(tmp_path)
