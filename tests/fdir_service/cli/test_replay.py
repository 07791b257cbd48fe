"""`fdir replay` prints the events of recorded telemetry and compares them with labels."""

import json
from pathlib import Path

import pytest

DAY = Path(__file__).parents[3] / "configs" / "atmonsat" / "2022.06.15.csv"
LABELS = DAY.with_name("2022.06.15.labels.csv")


def replay(fdir, *words):
    return fdir("replay", DAY, "--mission", "atmonsat", *words)


def test_both_heat_pulses_of_the_shipped_day_raise_an_event_and_a_request_that_is_withheld(fdir):
    ended = replay(fdir, "--labels", LABELS)
    assert "2 of 2 found, 0 false alarm(s)" in ended.out
    assert ended.out.count("event 2001 unexpected-heat") == 2
    assert ended.out.count("on power withheld (passive)") == 2


def test_a_replay_of_real_telemetry_compares_events_with_labels(fdir):
    report = json.loads(replay(fdir, "--labels", LABELS, "--json").out)
    assert report["accounts"]["board"]["balances"]
    assert len(report["labels"]) == 2
    assert report["found"] == sum(label["found"] for label in report["labels"])
    assert report["false_alarms_per_day"] == pytest.approx(
        report["false_alarms"] * 86400 / report["duration_s"]
    )


def test_events_are_printed_with_their_times(fdir):
    plain = replay(fdir).out
    records = json.loads(replay(fdir, "--json").out)["records"]
    events = [record for record in records if record["kind"] == "event"]
    assert events
    assert all(event["utc"] in plain for event in events)


def test_a_replay_never_sends_what_recovery_withholds(fdir):
    records = json.loads(replay(fdir, "--json").out)["records"]
    steps = [record for record in records if record["kind"] == "recovery"]
    assert "withheld" in {step["outcome"] for step in steps}
    assert "sent" not in {step["outcome"] for step in steps}


def test_telemetry_and_records_can_be_written_and_are_the_same_every_time(fdir, tmp_path):
    for name in ("first", "second"):
        ended = replay(fdir, "--telemetry", tmp_path / f"{name}.tm", "--audit", tmp_path / f"{name}.jsonl")
        assert ended.code == 0
    assert (tmp_path / "first.tm").read_bytes() == (tmp_path / "second.tm").read_bytes()
    lines = (tmp_path / "first.jsonl").read_text()
    assert lines == (tmp_path / "second.jsonl").read_text()
    header, *records = map(json.loads, lines.splitlines())
    assert header["kind"] == "header"
    assert all(record["time_s"] > 0 for record in records)


def test_the_older_name_of_the_option_writes_the_same_file(fdir, tmp_path):
    replay(fdir, "--audit", tmp_path / "new")
    replay(fdir, "--events", tmp_path / "old")
    assert (tmp_path / "new").read_bytes() == (tmp_path / "old").read_bytes()


def test_all_transitions_can_be_printed(fdir):
    assert "PMON 1 heat-index" in replay(fdir, "--all").out


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("", "column(s) missing: time"),
        ("time,temp.0\n", "temp.1"),
        (DAY.read_text().splitlines()[0] + "\n2022-06-15T10:00:00,a,1,1,1,1,1,1,1,1\n", "line 2"),
    ],
)
def test_a_table_that_does_not_fit_is_refused_with_the_reason(fdir, tmp_path, content, reason):
    file = tmp_path / "day.csv"
    file.write_text(content)
    ended = fdir("replay", file, "--mission", "atmonsat")
    assert ended.code == 2
    assert str(file) in ended.err
    assert reason in ended.err


def test_a_file_that_is_not_there_is_refused(fdir, tmp_path):
    ended = fdir("replay", tmp_path / "none.rec")
    assert (ended.code, "no such file" in ended.err) == (2, True)


def test_a_file_that_is_no_recording_is_refused(fdir, tmp_path):
    file = tmp_path / "notes.rec"
    file.write_text("hello, this is text")
    ended = fdir("replay", file)
    assert (ended.code, "is no recording" in ended.err) == (2, True)


def test_bad_labels_are_refused_with_their_line(fdir, tmp_path):
    labels = tmp_path / "labels.csv"
    labels.write_text("start,end,label\n2022-06-15T15:00:00,yesterday,heat\n")
    ended = replay(fdir, "--labels", labels)
    assert (ended.code, "line 2" in ended.err) == (2, True)


def test_a_full_disk_is_reported(fdir):
    ended = replay(fdir, "--audit", "/dev/full")
    assert (ended.code, "No space left" in ended.err) == (1, True)


def test_what_if_prints_the_report_in_the_place_of_the_events(fdir):
    ended = replay(fdir, "--what-if", "--labels", LABELS)
    assert ended.code == 0
    assert "Nothing was sent. Recorded telemetry shows the vehicle without these actions" in ended.out
    assert "event 2001" not in ended.out
    assert "event 2001" in replay(fdir, "--what-if", "--all").out


def test_what_if_is_a_part_of_the_json_report(fdir):
    report = json.loads(replay(fdir, "--what-if", "--json").out)
    requests = report["what_if"]["other_requests"]
    assert {request["unit"] for request in requests} == {"power"}
    assert report["records"]
    assert "what_if" not in json.loads(replay(fdir, "--json").out)
