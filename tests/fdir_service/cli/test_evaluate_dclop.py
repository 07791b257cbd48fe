"""`fdir evaluate dclop`: runs, rows, report, and how it ends."""

import json

import pytest

pytest.importorskip("torch")

from fdir_service.evaluation.dclop import contenders, summary
from fdir_service.evaluation.dclop.bars import Bar
from tests.fdir_service.evaluation.dclop.conftest import tiny

COMMAND = ("evaluate", "dclop", "--runs", 1, "--seed", 100)


@pytest.fixture
def compared(monkeypatch):
    """Compare only these."""

    def only(*names):
        few = [one for one in tiny() if one.name in names]
        monkeypatch.setattr(contenders, "contenders", lambda: few)

    return only


def test_machines_get_rows_and_people_a_report(fdir, compared, tmp_path):
    pytest.importorskip("matplotlib")
    pytest.importorskip("jinja2")
    compared("LOF", "kNN")
    report = tmp_path / "r.html"
    ended = fdir(*COMMAND, "--json", "--report", report)
    assert (ended.code, ended.err) == (0, "")
    found = json.loads(ended.out)
    assert (found["runs"], found["seeds"], found["good"]) == (1, [100], None)
    assert [row["detector"] for row in found["rows"] if row["anomalies"] == "harder"] == ["LOF", "kNN"]
    assert "published dynamic" in report.read_text("utf-8")


def test_people_get_the_paper_s_tables_and_a_missed_must_ends_with_3(fdir, compared, monkeypatch):
    compared(contenders.OURS)
    missed = [Bar("dependable", "f1", 0.5, 0.8, 0.93), Bar("dependable", "auc_pr", None, 0.9, 1.0)]
    monkeypatch.setattr(summary, "bars", lambda _: missed)
    monkeypatch.setattr(summary, "verdict", lambda *_: False)
    ended = fdir(*COMMAND)
    assert ended.code == 3
    for text in (
        "Table 2",
        "Table 3",
        "Table 5",
        "Portrait by dependable",
        "f1: 0.500",
        "auc_pr: –",
        "MISSED",
    ):
        assert text in ended.out
    assert "too few to judge" not in ended.out


def test_few_runs_are_shown_but_not_judged(fdir, compared):
    compared("kNN")
    ended = fdir(*COMMAND)
    assert ended.code == 0
    assert "too few to judge" in ended.out


@pytest.mark.parametrize("path", ["r.txt", "nowhere/r.html"])
def test_a_report_needs_a_name_and_a_folder(fdir, path):
    ended = fdir("evaluate", "dclop", "--report", path)
    assert ended.code == 2
    assert "must end in .html" in ended.err
