"""Sinks that write files: one line of JSON a record, and the recording of what came in."""

import json
from pathlib import Path

import pytest

from fdir_service.journal import Journal
from fdir_service.recording import read
from fdir_service.sinks.files import JsonLines, Recording
from fdir_service.stream import Output, Silence, Stream
from pus.samples import Command, Tick
from tests.fdir_service.builders import describe_message, freeze, samples

FULL = Path("/dev/full")
QUIET = Output()


@pytest.fixture
def journal(bench):
    return Journal(bench)


def lines(path):
    return [json.loads(line) for line in path.read_text().splitlines()]


def test_each_record_is_one_line_and_there_after_every_round(tmp_path, bench, journal):
    path = tmp_path / "events.jsonl"
    sink = JsonLines(path, journal)
    output = freeze(Stream(bench))
    sink.put([], QUIET)
    assert path.read_text() == ""
    sink.put([], output)
    assert lines(path) == list(journal.records(output))
    sink.close()


def test_an_existing_file_is_continued(tmp_path, journal):
    path = tmp_path / "events.jsonl"
    for time in (1, 2):
        sink = JsonLines(path, journal)
        sink.put([], Output(timeline=[Silence("s", time)]))
        sink.close()
    assert [record["time_s"] for record in lines(path)] == [1e-9, 2e-9]


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


def make_lines(path, journal):
    return JsonLines(path, journal)


def make_recording(path, journal):
    return Recording(path)


@pytest.mark.parametrize("make", [make_lines, make_recording])
def test_a_full_disk_is_an_error_at_once(make, journal):
    sink = make(FULL, journal)
    with pytest.raises(OSError, match="No space left on device"):
        sink.put([Tick(1)], Output(timeline=[Silence("s", 1)]))
    with pytest.raises(OSError, match="No space left on device"):
        sink.close()


@pytest.mark.parametrize("make", [make_lines, make_recording])
def test_a_folder_is_no_file(tmp_path, make, journal):
    with pytest.raises(OSError, match="Is a directory"):
        make(tmp_path, journal)
