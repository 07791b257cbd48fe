"""`fdir bench` produces every row, says from which machine, and ends with 3 if one misses."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from fdir_service import bench as module
from fdir_service.bench import ROWS, machine
from fdir_service.bench.rounds import Contender
from fdir_service.cli.bench import bench

DOCUMENT = Path(__file__).parents[3] / "docs" / "reference" / "benchmarks.md"
KEYS = [
    "monitors_1000_vs_python_objects",
    "monitors_10000_vs_python_objects",
    "monitors_10_one_sample_vs_python_objects",
    "st05_packing_vs_spacepackets",
]


@pytest.fixture
def run():
    app = typer.Typer()
    app.command()(bench)
    return lambda *words: CliRunner().invoke(app, words, catch_exceptions=False)


def spin(turns):
    return Contender(lambda: sum(range(turns)), turns // 1000)


@pytest.fixture
def rows(monkeypatch):
    """Two rows that compare something with itself: one always good, one never."""
    good, missed = (
        replace(ROWS[0], key=key, must=must, prepare=lambda _: (spin(20_000), spin(20_000)))
        for key, must in (("good_vs_same", 0), ("missed_vs_same", 1e9))
    )
    monkeypatch.setattr(module, "ROWS", (good, missed))
    return good, missed


def test_quick_produces_every_row(run):
    ended = run("--quick", "--json")
    result = json.loads(ended.stdout)
    assert ended.exit_code == 0
    assert list(result["rows"]) == [row.key for row in ROWS]
    for row in ROWS:
        found = result["rows"][row.key]
        assert (found["must"], found["aim"], found["measures"]) == (row.must, row.aim, row.measures)
        assert 0 < found["least"] <= found["value"] <= found["most"]
        assert found["ours_ns"] > 0 < found["theirs_ns"]
    assert (result["good"], result["quick"], result["rounds"]) == (True, True, 1)
    assert result["machine"]["cores"] >= 1


def test_the_promised_rows_are_there():
    assert [row.key for row in ROWS][: len(KEYS)] == KEYS
    assert all(row.aim >= row.must for row in ROWS)


def test_a_row_that_misses_ends_with_3(run, rows):
    ended = run("--rounds", "5", "--json")
    result = json.loads(ended.stdout)
    assert (ended.exit_code, result["good"], result["rounds"]) == (3, False, 5)


def test_quick_judges_nothing(run, rows):
    ended = run("--quick")
    assert ended.exit_code == 0
    assert "no figures to compare" in ended.stdout


def test_the_table_names_rows_figures_and_machine(run, rows):
    ended = run("--rounds", "5")
    assert ended.exit_code == 3
    for row in rows:
        assert ended.stdout.count(row.key) == 2  # in the table, and what it measures
    assert f"{rows[0].key}: {rows[0].measures}" in ended.stdout
    assert str(machine.describe()) in ended.stdout
    assert "1e+09" in ended.stdout  # no column is cut short
    assert "medians of 5 rounds" in ended.stdout


def test_all_rows_good_end_with_0(run, rows, monkeypatch):
    monkeypatch.setattr(module, "ROWS", rows[:1])
    assert run("--rounds", "5").exit_code == 0


def test_fewer_than_five_rounds_are_a_usage_error(run):
    assert run("--rounds", "4").exit_code == 2


def test_the_machine_is_described_by_the_name_of_its_processor(tmp_path):
    info = tmp_path / "cpuinfo"
    info.write_text("processor\t: 0\nmodel name\t: Some CPU: 3 GHz\nmodel name\t: other\n")
    assert machine.describe(info).processor == "Some CPU: 3 GHz"
    assert machine.describe(tmp_path / "none").processor
    assert "Some CPU" in str(machine.describe(info))


def test_a_machine_without_numba_says_so(monkeypatch):
    def missing(_):
        raise machine.metadata.PackageNotFoundError

    monkeypatch.setattr(machine.metadata, "version", missing)
    assert str(machine.describe()).endswith("no numba")
    monkeypatch.setattr(machine.metadata, "version", lambda _: "9.9")
    assert str(machine.describe()).endswith("numba 9.9")


def test_every_row_is_documented():
    text = DOCUMENT.read_text()
    assert [row.key for row in ROWS if f"`{row.key}`" not in text] == []
