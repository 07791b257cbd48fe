"""`fdir evaluate atmonsat`: on whatever days a folder has, and how it ends."""

import json
import shutil

import pytest

from tests.fdir_service.evaluation.atmonsat.firmware import EXCERPT
from tests.models.atmonsat.test_protocol import write

pytest.importorskip("pyarrow")
COMMAND = ("evaluate", "atmonsat", "--data")


@pytest.fixture
def unknown(tmp_path):
    """A folder that holds a day nobody has seen."""
    folder = tmp_path / "unknown"
    folder.mkdir()
    shutil.copy(EXCERPT / "2022.05.18_anomalous.parquet", folder / "2030.01.02_anomalous.parquet")
    table = (EXCERPT / "anomalies.csv").read_text().replace("2022.05.18,", "2030.01.02,")
    (folder / "anomalies.csv").write_text(table)
    return folder


def test_the_committed_models_judge_unknown_days(fdir, unknown, tmp_path):
    pytest.importorskip("jinja2")
    report = tmp_path / "r.html"
    ended = fdir(*COMMAND, unknown, "--model", "cnn-150", "--report", report, "--json")
    assert (ended.code, ended.err) == (0, "")
    found = json.loads(ended.out)
    assert {row["day"] for row in found["rows"]} == {"2030.01.02", "pooled"}
    assert {row["role"] for row in found["rows"]} == {"faithful"}
    assert all(row["injections"] == 3 for row in found["rows"])
    assert found["days"][0]["normal_part_trained_on_by"] == []
    assert len(found["models"][0]["trained_on"]) == 8
    assert "2030.01.02" in report.read_text("utf-8")


def test_people_are_told_what_was_trained_on(fdir):
    ended = fdir(*COMMAND, EXCERPT, "--model", "rule", "--model", "cnn-150")
    assert ended.code == 0
    for text in ("3 injections", "trained on the normal parts of 2022.04.06", "published cnn-150", "rule"):
        assert text in ended.out


def test_days_without_injections_are_judged(fdir, unknown):
    (unknown / "anomalies.csv").write_text("day,start,duration_s,scored_upstream\n")
    ended = fdir(*COMMAND, unknown, "--json")
    assert ended.code == 0
    assert all(row["kept"]["recall"] is None for row in json.loads(ended.out)["rows"])
    assert fdir(*COMMAND, unknown).code == 0


def test_it_can_train_first(fdir, unknown, tmp_path, monkeypatch):
    from models.atmonsat import protocol
    from models.atmonsat.training import NetworkTraining

    monkeypatch.setattr(protocol, "NetworkTraining", lambda **_: NetworkTraining(epochs=1))
    for day in ("2022.04.06", "2022.06.15"):
        write(tmp_path, day, "normal", n=400)
    ended = fdir(*COMMAND, unknown, "--train", tmp_path, "--model", "cnn-100", "--model", "rule", "--json")
    assert (ended.code, ended.err) == (0, "")
    found = json.loads(ended.out)
    assert found["models"][0]["trained_on"] == ["2022.04.06", "2022.06.15"]
    assert {row["detector"] for row in found["rows"]} == {"cnn-100", "rule"}


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        ((EXCERPT / "none",), "no such folder"),
        ((EXCERPT, "--report", "r.txt"), "must end in .html"),
        ((EXCERPT, "--model", "nobody"), "--model nobody: no such detector"),
        ((EXCERPT, "--significance", "0.3"), "no threshold_at_0.3"),
        ((EXCERPT, "--train", EXCERPT), "no file DAY_normal.parquet"),
    ],
)
def test_what_cannot_be_done_is_said_and_ends_with_2(fdir, arguments, text):
    ended = fdir(*COMMAND, *arguments)
    assert ended.code == 2
    assert text in ended.err


def test_a_missing_table_of_injections_is_named(fdir, unknown):
    (unknown / "anomalies.csv").unlink()
    ended = fdir(*COMMAND, unknown)
    assert ended.code == 2
    assert "anomalies.csv: cannot be read" in ended.err


def test_without_pyarrow_it_says_what_to_install(fdir, monkeypatch):
    monkeypatch.setattr("fdir_service.cli.evaluate_atmonsat.find_spec", lambda _: None)
    ended = fdir(*COMMAND, EXCERPT)
    assert ended.code == 2
    assert "fdir-service[data]" in ended.err
