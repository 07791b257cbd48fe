"""`fdir evaluate opssat-ad` and `fdir train opssat-ad`: on whatever segments a folder has."""

import json
from dataclasses import replace

import pytest

from models.check import findings
from tests.models.opssat.conftest import SMALL
from tests.models.opssat.segments import write

pytest.importorskip("pyarrow")
EVALUATE = ("evaluate", "opssat-ad", "--data")
FIGURES = ("accuracy", "precision", "recall", "f1", "mcc", "auc_roc", "auc_pr")


@pytest.fixture(autouse=True)
def _small(monkeypatch):
    monkeypatch.setattr(
        "models.opssat.supervised.SupervisedSettings", lambda **changes: replace(SMALL, **changes)
    )


@pytest.fixture
def split(tmp_path):
    """A folder with a training and a test file, the latter with a channel that nobody has seen."""
    write(tmp_path / "train.parquet")
    write(tmp_path / "test.parquet", seed=1, channels={"CADC0872": 40, "CADC0888": 30, "CADC0999": 3})
    return tmp_path


def test_a_test_file_is_judged_by_every_detector(fdir, split):
    pytest.importorskip("jinja2")
    report = split / "report.html"
    ended = fdir(*EVALUATE, split, "--json", "--report", report)
    assert (ended.code, ended.err) == (0, "")
    found = json.loads(ended.out)
    pooled = [row for row in found["rows"] if row["channel"] == "pooled"]
    assert {row["role"] for row in pooled} == {"ours", "baseline", "published"}
    assert {row["supervision"] for row in pooled} == {"supervised", "unsupervised", "semi"}
    assert all(name in row for row in found["rows"] for name in ("detector", "features", *FIGURES))
    assert sum(row["channel"] == "CADC0999" for row in found["rows"]) == 16
    assert "CADC0999" in report.read_text("utf-8")


def test_people_see_tables_nested_settings_and_bars(fdir, split, monkeypatch):
    from models.opssat import contenders, selection

    one = {"logistic": {"as it is": contenders.BASELINES[0].fit}}
    monkeypatch.setattr(selection, "candidates", lambda: one)
    monkeypatch.setattr("fdir_service.evaluation.opssat.run.CONTENDERS", contenders.EXPORTED[:2])
    monkeypatch.setattr("fdir_service.evaluation.opssat.bars.MARGIN", -1.0)
    ended = fdir(*EVALUATE, split, "--nested")
    assert (ended.code, ended.err) == (0, "")
    for text in (
        "judged on 73 segments",
        "published FCNN",
        "logistic, settings by nested folds (as it is x 5)",
        "CADC0872 (PR",
        "must 0.965",
    ):
        assert text in ended.out


def test_cross_validation_is_the_rule_without_a_test_file(fdir, tmp_path, monkeypatch):
    from models.opssat.contenders import BASELINES, EXPORTED

    write(tmp_path / "train.parquet")
    monkeypatch.setattr("fdir_service.evaluation.opssat.run.CONTENDERS", (*EXPORTED[:1], BASELINES[0]))
    monkeypatch.setattr("fdir_service.evaluation.opssat.run.EXPORTED", EXPORTED[:1])
    ended = fdir(*EVALUATE, tmp_path, "--repeats", 2)
    assert ended.code == 0
    for text in ("5 folds, 2 repeats from seed 1 on", "neighbouring segments kept together", "±"):
        assert text in ended.out


def test_a_report_must_be_a_page(fdir, split):
    ended = fdir(*EVALUATE, split, "--report", "report.txt")
    assert ended.code == 2
    assert "must end in .html" in ended.err


def test_a_folder_without_segments_is_named(fdir, tmp_path):
    ended = fdir(*EVALUATE, tmp_path)
    assert ended.code == 2
    assert "train.parquet: no such file" in ended.err


def test_training_writes_four_files_with_cards(fdir, split):
    out = split / "models"
    ended = fdir("train", "opssat-ad", "--data", split, "--out", out, "--json")
    assert (ended.code, ended.err) == (0, "")
    cards = json.loads(ended.out)
    files = sorted(out.glob("*.onnx"))
    assert len(cards) == len(files) == 4
    assert [findings(path) for path in files] == [[]] * 4
    assert all(card["metrics"]["parity"] < 1e-5 for card in cards)


def test_people_are_told_size_and_parity(fdir, split):
    ended = fdir("train", "opssat-ad", "--data", split, "--out", split / "models")
    assert ended.code == 0
    assert "supervised-no-length.onnx: threshold 0.4000, octets" in ended.out
