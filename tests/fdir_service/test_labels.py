"""Labels are found by events within them or a slack behind them; other events are false alarms."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fdir_service.labels import Finding, Label, Score, read_labels, score
from fdir_service.sources.table import TableError

EPOCH = "2030-01-01T00:00:00Z"
S = 1_000_000_000
HEAT = Label(10 * S, 20 * S, "heat")
COLD = Label(15 * S, 40 * S, "cold")


def labels_of(tmp_path, text):
    path = tmp_path / "labels.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return read_labels(path, EPOCH)


def test_the_first_event_within_a_label_finds_it():
    result = score([12 * S, 13 * S], [HEAT], 0, 60)
    assert result.findings == (Finding(HEAT, 12 * S),)
    assert result.findings[0].delay_s == 2.0
    assert (result.found, result.false_alarms) == (1, ())


def test_a_slack_lets_late_events_find_a_label():
    late = [25 * S]
    assert score(late, [HEAT], 5, 60).found == 1
    missed = score(late, [HEAT], 4.999, 60)
    assert (missed.found, missed.false_alarms) == (0, (25 * S,))
    assert missed.findings[0].delay_s is None


def test_the_edges_of_a_label_belong_to_it_and_what_is_before_does_not():
    assert score([10 * S], [HEAT], 0, 60).found == 1
    assert score([20 * S], [HEAT], 0, 60).found == 1
    assert score([10 * S - 1], [HEAT], 100, 60).false_alarms == (10 * S - 1,)


def test_one_event_may_find_two_labels_that_overlap():
    result = score([16 * S], [HEAT, COLD], 0, 60)
    assert (result.found, result.false_alarms) == (2, ())


def test_false_alarms_are_counted_in_a_day():
    assert score([1 * S, 2 * S], [HEAT], 0, 43_200).false_alarms_per_day == 4.0
    assert Score((), (1,), 0.0).false_alarms_per_day == 0.0


@given(st.lists(st.integers(0, 60)).map(sorted), st.floats(0, 30))
def test_every_event_is_a_false_alarm_or_explained_by_a_label(events, slack_s):
    result = score([e * S for e in events], [HEAT, COLD], slack_s, 60)
    for time in result.false_alarms:
        assert not any(label.start <= time <= label.end + slack_s * S for label in (HEAT, COLD))
    found = [f.found for f in result.findings if f.found is not None]
    assert not set(found) & set(result.false_alarms)


# --- files -------------------------------------------------------------------------------------------


def test_labels_are_read_relative_to_the_epoch(tmp_path):
    text = "start,end,label\n2030-01-01T00:00:10Z,2030-01-01T00:00:20,heat\n\n"
    assert labels_of(tmp_path, text) == [HEAT]


def test_a_file_may_hold_no_labels(tmp_path):
    assert labels_of(tmp_path, "start,end,label\n") == []


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "line 1: the header must be start,end,label"),
        ("start,stop,label\n", "line 1: the header must be start,end,label"),
        ("start,end,label\n2030-01-01,later,heat\n", "line 2: Invalid isoformat string: 'later'"),
        ("start,end,label\n2030-01-01,2030-01-02\n", "line 2: not enough values"),
        ("start,end,label\n2030-01-02,2030-01-01,heat\n", "line 2: the end is before the start"),
        (b"\xff\xfe", "cannot be read: .*utf-8"),
        ("start,end,label\n" + "x" * 200_000, "cannot be read: field larger than field limit"),
    ],
)
def test_a_malformed_file_is_refused_with_line_and_reason(tmp_path, text, reason):
    with pytest.raises(TableError, match=rf"labels\.csv: {reason}"):
        labels_of(tmp_path, text)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(TableError, match=r"none\.csv: cannot be read"):
        read_labels(tmp_path / "none.csv", EPOCH)
