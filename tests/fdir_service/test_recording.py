"""A recording gives back what was written; a truncated tail costs the truncated message alone."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fdir_service.recording import HEADER, Recorder, RecordingError, estimate_samples, read
from pus.samples import MAX_OCTETS, Command, Heartbeat, Reply, Tick
from tests.fdir_service.builders import describe_message, samples

MESSAGES = [
    samples(0, [[1.0, 2.0], [3.0, 4.0]]),
    Heartbeat("s", 1, 2, 200),
    Tick(300),
    Command(400, b"tc"),
    Reply(500, b"tm"),
    samples(2, [[5.0, 6.0]]),
]


def written(path, messages=MESSAGES):
    with Recorder(path) as recorder:
        for message in messages:
            recorder.write(message)
    return path


def contents(path):
    return [describe_message(message) for message in read(path)]


def described(messages):
    return [describe_message(message) for message in messages]


@given(st.lists(st.sampled_from(MESSAGES)))
def test_what_was_written_is_read(tmp_path_factory, messages):
    path = tmp_path_factory.mktemp("recording") / "run.rec"
    assert contents(written(path, messages)) == described(messages)


def test_an_existing_recording_is_continued(tmp_path):
    path = written(tmp_path / "run.rec")
    written(path)
    assert contents(path) == 2 * described(MESSAGES)


def test_messages_are_there_after_a_flush(tmp_path):
    recorder = Recorder(tmp_path / "run.rec")
    recorder.write(Tick(1))
    recorder.flush()
    assert contents(recorder.path) == [Tick(1)]
    assert recorder.messages == 1
    recorder.close()


def test_a_tail_truncated_at_any_octet_costs_the_last_message_alone(tmp_path):
    path = written(tmp_path / "run.rec", MESSAGES[:-1])
    sound = path.stat().st_size
    whole = written(path, MESSAGES[-1:]).read_bytes()
    for size in range(sound, len(whole)):
        path.write_bytes(whole[:size])
        assert contents(path) == described(MESSAGES[:-1])
        written(path, [Tick(9)])
        assert contents(path) == [*described(MESSAGES[:-1]), Tick(9)]
        assert path.read_bytes()[:sound] == whole[:sound]


def test_an_empty_file_is_begun_and_a_header_alone_holds_nothing(tmp_path):
    path = tmp_path / "run.rec"
    path.touch()
    assert contents(written(path, [])) == []
    assert path.read_bytes() == HEADER


@pytest.mark.parametrize("content", [b"", b"FDIR", b"hello world", b"\x00" * 100])
def test_a_foreign_file_is_refused_and_left_as_it_is(tmp_path, content):
    path = tmp_path / "notes.txt"
    path.write_bytes(content)
    with pytest.raises(RecordingError, match=r"notes\.txt: is no recording"):
        list(read(path))
    if content:
        with pytest.raises(RecordingError, match=r"notes\.txt: is no recording"):
            Recorder(path)
        assert path.read_bytes() == content


def test_another_format_version_is_refused_by_its_number(tmp_path):
    path = tmp_path / "new.rec"
    path.write_bytes(HEADER[:-1] + b"\x07")
    with pytest.raises(RecordingError, match="recording format 7, this program reads 1"):
        list(read(path))


def test_a_message_of_an_impossible_size_is_an_error_with_its_place(tmp_path):
    path = written(tmp_path / "run.rec", [Tick(1)])
    at = path.stat().st_size
    with path.open("ab") as file:
        file.write((MAX_OCTETS + 1).to_bytes(4, "big"))
    with pytest.raises(RecordingError, match=f"{MAX_OCTETS + 1} octets at offset {at}"):
        list(read(path))


def test_a_message_that_is_malformed_is_an_error_with_its_place(tmp_path):
    path = tmp_path / "run.rec"
    path.write_bytes(HEADER + (1).to_bytes(4, "big") + b"\x05")
    with pytest.raises(RecordingError, match=r"run\.rec: before offset 13: malformed"):
        list(read(path))


@pytest.mark.parametrize(("name", "reason"), [(".", "Is a directory"), ("none.rec", "No such file")])
def test_what_cannot_be_read_is_named_with_the_reason(tmp_path, name, reason):
    with pytest.raises(RecordingError, match=f"cannot be read: {reason}"):
        list(read(tmp_path / name))


def test_a_recording_is_not_begun_in_a_folder_that_does_not_exist(tmp_path):
    with pytest.raises(OSError, match="No such file"):
        Recorder(tmp_path / "none" / "run.rec")


def test_a_full_disk_is_an_error():
    with pytest.raises(OSError, match="No space left on device"):
        written(Path("/dev/full"))


@pytest.mark.parametrize("n", [1, 5, 20_000])
def test_the_samples_of_a_recording_are_estimated_from_its_beginning(tmp_path, n):
    path = written(tmp_path / "run.rec", [samples(1000 * k, [[1.0, 2.0]] * 10) for k in range(n)])
    assert estimate_samples(path) == pytest.approx(10 * n, rel=0.05)


def test_a_recording_without_samples_gives_no_estimate(tmp_path):
    assert estimate_samples(written(tmp_path / "run.rec", [Tick(1)])) is None
