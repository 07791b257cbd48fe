"""`fdir export xtce`: a file, standard output, or JSON for machines."""

import json
import sys

import pytest

from fdir_service.cli import main
from fdir_service.mission import load
from fdir_service.xtce import database

DOCUMENT = database(load("hopper")).encode()


@pytest.fixture
def fdir(monkeypatch, capsys):
    def run(*words):
        monkeypatch.setattr(sys, "argv", ["fdir", *map(str, words)])
        try:
            main()
        except SystemExit as end:
            return end.code, capsys.readouterr()
        return 0, capsys.readouterr()

    return run


def test_the_database_goes_to_standard_output(fdir):
    code, printed = fdir("export", "xtce", "hopper")
    assert not code
    assert printed.out.encode() == DOCUMENT


def test_or_to_a_file(fdir, tmp_path):
    code, printed = fdir("export", "xtce", "hopper", "--out", tmp_path / "hopper.xml")
    assert not code
    assert (tmp_path / "hopper.xml").read_bytes() == DOCUMENT
    assert "containers" in printed.out


def test_json_tells_what_was_written(fdir, tmp_path):
    _, printed = fdir("export", "xtce", "hopper", "--out", tmp_path / "hopper.xml", "--json")
    report = json.loads(printed.out)
    assert report["mission"] == "hopper"
    assert report["file"] == str(tmp_path / "hopper.xml")
    assert report["parameters"] > 100


def test_json_holds_the_database_where_no_file_is_asked_for(fdir):
    _, printed = fdir("export", "xtce", "hopper", "--json")
    assert json.loads(printed.out)["xtce"].encode() == DOCUMENT


def test_a_mission_that_is_not_there_is_a_usage_error(fdir, tmp_path):
    code, printed = fdir("export", "xtce", tmp_path / "nowhere")
    assert code == 2
    assert "nowhere" in printed.err


def test_a_file_that_cannot_be_written_is_a_failure(fdir, tmp_path):
    code, printed = fdir("export", "xtce", "hopper", "--out", tmp_path / "no" / "folder.xml")
    assert code == 1
    assert "folder.xml" in printed.err


def test_the_help_has_json_and_an_example(fdir):
    code, printed = fdir("export", "xtce", "--help")
    assert not code
    assert "--json" in printed.out
    assert "Example: fdir export xtce" in printed.out
