"""Logs are plain lines for people or one JSON object a line for machines, on stderr."""

import json
import logging

import pytest

from fdir_service.logs import JsonFormatter, configure


@pytest.fixture(autouse=True)
def root():
    """The root logger, as it was before."""
    logger = logging.getLogger()
    before = logger.level, logger.handlers[:]
    yield logger
    logger.setLevel(before[0])
    logger.handlers[:] = before[1]


def line(**extra):
    record = logging.LogRecord("fdir", logging.WARNING, __file__, 1, "x = %d", (5,), extra.pop("exc", None))
    record.created = 1_000_000_000.5
    vars(record).update(extra)
    return json.loads(JsonFormatter().format(record))


def test_a_line_is_an_object_with_time_level_logger_and_message():
    assert line() == {
        "at": "2001-09-09T01:46:40.500+00:00", "level": "warning", "logger": "fdir", "message": "x = 5",
    }  # fmt: skip


def test_a_record_of_the_journal_is_part_of_its_line():
    assert line(record={"kind": "event", "event": 5})["record"] == {"kind": "event", "event": 5}


def test_an_exception_is_part_of_its_line():
    error = ValueError("broken")
    assert "ValueError: broken" in line(exc=(ValueError, error, None))["error"]


def test_json_lines_go_to_stderr_one_a_line(capsys):
    configure(1, as_json=True)
    logging.getLogger("fdir").info("two\nlines")
    out, err = capsys.readouterr()
    assert out == ""
    assert [json.loads(text)["message"] for text in err.splitlines()] == ["two\nlines"]


def test_plain_lines_have_time_level_and_message(capsys):
    configure(0, as_json=False)
    logging.getLogger("fdir").warning("low")
    assert capsys.readouterr().err[8:] == " WARNING low\n"


@pytest.mark.parametrize(
    ("verbosity", "quiet", "level"),
    [
        (0, False, logging.WARNING),
        (1, False, logging.INFO),
        (2, False, logging.DEBUG),
        (7, False, logging.DEBUG),
        (0, True, logging.CRITICAL),
        (1, True, logging.INFO),
    ],
)
def test_verbosity_chooses_the_level(root, verbosity, quiet, level):
    configure(verbosity, as_json=False, quiet=quiet)
    assert root.level == level
