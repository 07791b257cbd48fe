"""What a person sees: every record as a line, changes of an index, counts on the way, and a live screen."""

import io

import pytest
from rich.console import Console
from rich.live import Live

from fdir_service.journal import Journal
from fdir_service.mission import load
from fdir_service.stream import Stream
from fdir_service.view import Lines, Screen
from tests.fdir_service.builders import BENCH, cut, flight, samples, write_mission


@pytest.fixture(scope="module")
def mission(tmp_path_factory):
    text = BENCH.replace("repetition = 3", "repetition = 9")
    return load(write_mission(tmp_path_factory.mktemp("view"), text))


def fly(stream, view, rows, size):
    for part in cut(samples(0, rows), range(0, len(rows), size)):
        view.put([part], stream.take([part]))
    view.close()


def lines(mission, rows, size=1):
    written = []
    stream = Stream(mission)
    fly(stream, Lines(stream, Journal(mission), written.append), rows, size)
    return [line.split("s  ", 1)[1] for line in written]


def test_lines_tell_of_indices_counts_and_records_in_order(mission):
    assert lines(mission, flight(40, slice(20, 40)))[-8:] == [
        "failure index x.frozen = 1 (score 1.000)",
        "PMON 1 x-moves: 3 of 9 checks agree",
        "PMON 1 x-moves: 6 of 9 checks agree",
        "PMON 1 x-moves: nominal -> unexpected value (x.frozen = 1, limit 0)",
        "FMON 1 x-sensor: running -> failed",
        "event 1001 x-frozen [high]",
        "level 1 pair: entered",
        "level 1 pair: switch on pair sent",
    ]


def test_an_index_is_told_when_it_changes_and_not_while_it_is_not_known(mission):
    told = [line for line in lines(mission, flight(45, slice(10, 20))) if "failure index" in line]
    assert told == [f"failure index x.frozen = {index} (score {index}.000)" for index in (0, 1, 0)]


def test_every_few_hundred_samples_are_told(mission):
    told = [line for line in lines(mission, flight(600), size=100) if "received" in line]
    assert told == ["300 samples received", "500 samples received"]


@pytest.fixture
def shown(mission):
    """Fly on a screen and return its last picture as text."""

    def run(rows):
        stream, text = Stream(mission), io.StringIO()
        console = Console(file=text, width=120, force_terminal=False)
        live = Live(console=console, auto_refresh=False)
        fly(stream, Screen(stream, Journal(mission), live, "bench"), rows, 10)
        console.print(live.get_renderable())
        return text.getvalue()

    return run


def test_the_screen_shows_samples_index_count_statuses_and_the_latest_records(shown):
    picture = shown(flight(60, slice(20, 60)))
    for words in (
        "bench", "60 samples, 0 lost", "x.frozen", "1.000", "9/9", "unexpected value", "failed",
        "event 1001 x-frozen [high]", "switch on pair sent",
    ):  # fmt: skip
        assert words in picture


def test_before_the_window_is_full_the_screen_says_that_nothing_is_known(shown):
    picture = shown(flight(1))
    assert "not known" in picture
    assert "waiting for samples" in picture
