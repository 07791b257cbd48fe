"""The audit log is appended to, whole records only, by one process, and says where its records come from."""

import json
import os
from importlib import metadata
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fdir_service.audit import FORMAT, AuditError
from fdir_service.audit.log import AuditLog
from fdir_service.audit.reading import Reader, read
from fdir_service.journal import Journal
from fdir_service.stream import Output, Silence, Stream
from tests.fdir_service.builders import freeze

FULL = Path("/dev/full")
HEADER = json.dumps({"kind": "header", "time_ns": 0, "format": FORMAT}) + "\n"


@pytest.fixture
def journal(bench):
    return Journal(bench)


@pytest.fixture
def opened(bench, journal, tmp_path):
    """Open the log in the test's folder; those that are still open are closed at the end."""
    path, logs = tmp_path / "audit.jsonl", []

    def open_log(stream=None, **options):
        logs.append(AuditLog(path, stream or Stream(bench), journal, **options))
        return logs[-1]

    yield path, open_log
    for log in logs:
        log.close()


def silence(time):
    return Output(timeline=[Silence("s", time)])


def kill(log):
    """End a log as a process that is killed ends it."""
    nothing = os.open("/dev/null", os.O_RDWR)
    os.dup2(nothing, log._file)
    os.close(nothing)


def test_a_new_log_begins_with_mission_models_and_program(bench, journal, opened):
    path, open_log = opened
    open_log()
    (header,) = read(path)
    assert header == journal.head("header", 0) | {
        "format": 1, "mission": "bench", "digest": bench.digest, "program": header["program"],
        "models": {"frozen": bench.detectors[0].sha256}, "epoch": "2030-01-01T00:00:00Z",
    }  # fmt: skip
    assert header["program"][0].isdigit()


def test_the_records_of_a_round_are_there_when_put_returns(bench, journal, opened):
    path, open_log = opened
    stream = Stream(bench)
    log = open_log(stream)
    log.put([], Output())
    output = freeze(stream)
    log.put([], output)
    _, *records = read(path)
    assert [r for r in records if r["kind"] != "frame"] == list(journal.records(output))
    assert records[-1]["kind"] == "frame"


def test_a_round_is_one_write_and_on_the_disk_at_once(bench, opened, monkeypatch):
    _, open_log = opened
    calls = []
    write, fsync = os.write, os.fsync
    monkeypatch.setattr(os, "write", lambda file, octets: calls.append("write") or write(file, octets))
    monkeypatch.setattr(os, "fsync", lambda file: calls.append("fsync") or fsync(file))
    stream = Stream(bench)
    log = open_log(stream)
    log.put([], freeze(stream))
    assert calls == ["write", "fsync"] * 2
    log.put([], Output())
    assert len(calls) == 4


def test_a_replay_needs_no_disk(opened, monkeypatch):
    _, open_log = opened
    monkeypatch.setattr(os, "fsync", lambda file: pytest.fail("a replay waits for the disk"))
    open_log(sync=False).put([], silence(1))


def test_a_restart_appends_a_header_that_says_where_it_goes_on(bench, opened):
    path, open_log = opened
    first = open_log()
    first.put([], silence(1))
    kill(first)
    stream = Stream(bench)
    stream.time = 7
    open_log(stream).put([], silence(8))
    assert [(r["kind"], r["time_ns"]) for r in read(path)] == [
        ("header", 0), ("silence", 1), ("header", 7), ("silence", 8),
    ]  # fmt: skip


@settings(max_examples=30, deadline=None)
@given(cut=st.integers(0, 10_000))
def test_wherever_a_write_was_cut_off_the_whole_records_stay_and_the_log_goes_on(
    tmp_path_factory, bench, cut
):
    path = tmp_path_factory.mktemp("cut") / "audit.jsonl"
    stream = Stream(bench)
    log = AuditLog(path, stream, Journal(bench))
    log.put([], freeze(stream))
    log.close()
    whole = path.read_bytes()
    left = whole[: cut % (len(whole) + 1)]
    path.write_bytes(left)
    with Reader(path) as reader:
        before = list(reader.records())
    assert len(before) == left.count(b"\n")
    log = AuditLog(path, Stream(bench), Journal(bench))
    log.close()
    *kept, header = read(path)
    assert kept == before
    assert header["kind"] == "header"


def test_a_tail_that_is_longer_than_a_block_is_cut_off_too(opened):
    path, open_log = opened
    path.write_text(HEADER + '{"kind": "' + "x" * 200_000)
    open_log()
    assert [record["kind"] for record in read(path)] == ["header", "header"]


def test_two_processes_cannot_write_one_log(bench, journal, opened):
    path, open_log = opened
    log = open_log()
    before = path.read_bytes()
    with pytest.raises(AuditError, match=f"{path}: another process writes this audit log"):
        AuditLog(path, Stream(bench), journal)
    assert path.read_bytes() == before
    kill(log)
    open_log()


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("a,b\n1,2\n", "its first line is no header"),
        ("no line at all", "its first line is no header"),
        ('{"kind": "event", "format": 1}\n', "its first line is no header"),
        ("[1]\n", "its first line is no header"),
        (
            HEADER.replace(f'"format": {FORMAT}', '"format": 99'),
            "audit log of format 99, this program reads 1",
        ),
    ],
)
def test_a_file_of_something_else_is_neither_read_nor_touched(bench, journal, tmp_path, content, reason):
    path = tmp_path / "notes"
    path.write_text(content)
    with pytest.raises(AuditError, match=f"{path}.*{reason}"):
        AuditLog(path, Stream(bench), journal)
    assert path.read_text() == content
    with pytest.raises(AuditError, match=f"{path}"):
        list(read(path))


@pytest.mark.parametrize("line", ["no json", "[]", '{"kind": "event"}', '{"time_ns": 1}'])
def test_a_damaged_line_is_named(tmp_path, line):
    path = tmp_path / "audit.jsonl"
    path.write_text(HEADER + line + "\n")
    with pytest.raises(AuditError, match="line 2 is no record"):
        list(read(path))


def test_a_log_that_is_not_there_cannot_be_read(tmp_path):
    with pytest.raises(AuditError, match="cannot be read: No such file"):
        list(read(tmp_path / "none"))


def test_a_full_disk_is_an_error_at_once(bench, journal):
    with pytest.raises(OSError, match="No space left on device"):
        AuditLog(FULL, Stream(bench), journal)


def test_a_folder_is_no_file(bench, journal, tmp_path):
    with pytest.raises(OSError, match="Is a directory"):
        AuditLog(tmp_path, Stream(bench), journal)


def test_a_reader_goes_on_where_it_was_when_the_log_grows(opened):
    path, open_log = opened
    log = open_log()
    with Reader(path) as reader:
        assert [r["kind"] for r in reader.records()] == ["header"]
        assert list(reader.records()) == []
        log.put([], silence(1))
        with path.open("ab") as file:
            file.write(b'{"kind": "sil')
        assert [r["time_ns"] for r in reader.records()] == [1]
        kill(log)
        open_log().put([], silence(2))
        assert [(r["kind"], r["time_ns"]) for r in reader.records()] == [("header", 0), ("silence", 2)]


def test_the_program_may_be_one_that_is_not_installed(opened, monkeypatch):
    def not_installed(name):
        raise metadata.PackageNotFoundError(name)

    monkeypatch.setattr(metadata, "version", not_installed)
    path, open_log = opened
    open_log()
    assert [record["program"] for record in read(path)] == ["unknown"]
