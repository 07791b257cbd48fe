"""`fdir evaluate stuck-values`: rows for machines and for people, files beside, and how it ends."""

import json

import pytest

from fdir_service.evaluation import chain_run
from fdir_service.imu_recordings import read_recordings
from tests.fdir_service.evaluation.builders import SENSORS, frozen_card, write_frozen_axes, write_small_hopper
from tests.fdir_service.evaluation.test_tables import KEYS
from tests.fdir_service.recorded import write_broad, write_xio

COMMAND = ("evaluate", "stuck-values", "--seed", 5, "--trajectories", 2, "--nominal", 1)


@pytest.fixture
def small(tmp_path):
    """The hopper with a small detector, and a faithful one in its evaluation file."""
    path = write_small_hopper(tmp_path / "hopper")
    write_frozen_axes(path.parent / "plain.onnx", frozen_card(SENSORS))
    text = '[[detector]]\nname = "plain"\nmodel = "plain.onnx"\nrole = "faithful"\n'
    (path.parent / "evaluation.toml").write_text(text)
    return path.parent


def test_json_has_a_row_of_every_role_with_the_agreed_keys(fdir, small):
    ended = fdir(*COMMAND, "--mission", small, "--json")
    assert (ended.code, ended.err) == (0, "")
    found = json.loads(ended.out)
    assert [row["role"] for row in found["rows"]] == [
        *("classical", "ours", "faithful", "ours", "guard", "published")
    ]
    assert all(set(row) == KEYS for row in found["rows"])
    assert {row["persistency"] for row in found["rows"]} == {27}
    assert found["data"]["seed"] == 5
    assert found["machine"]["cores"] >= 1


def test_equal_seeds_give_equal_rows(fdir, small):
    first, again = (fdir(*COMMAND, "--mission", small, "--json").out for _ in range(2))
    assert first == again


def test_people_get_tables(fdir, small):
    ended = fdir(*COMMAND, "--mission", small)
    assert ended.code == 0
    for text in ("PUS or coin 10 %", "paper (other data)", "last, noise, one axis", "Reactions of the chain"):
        assert text in ended.out
    assert "Axes named exactly by stuck-net" in ended.out


def test_the_committed_detector_is_evaluated_with_files_beside(fdir, tmp_path):
    pytest.importorskip("pyarrow")
    pytest.importorskip("jinja2")
    report, predictions = tmp_path / "r.html", tmp_path / "p.parquet"
    ended = fdir(*COMMAND, "--mission", "hopper", "--report", report, "--predictions", predictions, "--json")
    assert ended.code == 0
    assert "stuck-net" in report.read_text("utf-8")
    assert predictions.stat().st_size > 1000
    own = next(row for row in json.loads(ended.out)["rows"] if row["detector"] == "stuck-net")
    assert own["strict_precision"]["acc"] > 0.8


def test_persistency_and_setting_are_options(fdir, small):
    words = ("--persistency", 15, "--setting", "B", "--nominal", 0)
    found = json.loads(fdir(*COMMAND, *words, "--mission", small, "--json").out)
    assert {row["persistency"] for row in found["rows"] if row["role"] != "published"} == {15}
    assert (found["data"]["setting"], found["data"]["nominal_hours"]) == ("B", 0)


def test_a_mission_without_one_persistency_takes_the_one_of_the_paper(fdir, small):
    text = (small / "mission.toml").read_text()
    (small / "mission.toml").write_text(text.replace("repetition = 27", "repetition = 20", 1))
    found = json.loads(fdir(*COMMAND, "--mission", small, "--json").out)
    assert {row["persistency"] for row in found["rows"]} == {27}


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (("--setting", "X"), "--setting: 'X' is none of N, B"),
        (("--report", "r.pdf"), "--report r.pdf: the file must end in .html"),
        (("--predictions", "p.csv"), "--predictions p.csv: the file must end in .parquet"),
        (("--report", "nowhere/r.html"), "--report nowhere/r.html: no such folder"),
        (("--detector", "mine"), "--detector mine: give [ours:|faithful:]NAME=FILE.onnx"),
        (("--detector", "mine=nowhere.onnx"), "nowhere.onnx: "),
        (("--trajectories", 0), "--trajectories"),
        (("--seed", -1), "--seed"),
        (("--mission", "nowhere"), "nowhere: 1 problem(s)"),
        (("--mission", "atmonsat"), "detector: none has outputs acc and imu"),
    ],
)
def test_what_cannot_be_used_is_named_and_ends_with_2(fdir, words, reason):
    ended = fdir(*COMMAND, *words)
    assert ended.code == 2
    assert reason in ended.err


def test_a_chain_that_disagrees_with_the_reference_ends_with_1(fdir, small, monkeypatch):
    monkeypatch.setattr(chain_run, "expected_reactions", lambda *_: [0])
    ended = fdir(*COMMAND, "--mission", small)
    assert ended.code == 1
    assert "the chain reacts at samples" in ended.err


RECORDED = ("evaluate", "stuck-values", "--injections", 2, "--recordings")


def test_recordings_have_the_same_rows_and_false_reactions_with_their_bound(fdir, tmp_path):
    folder = write_broad(tmp_path / "broad", seconds=60.0)
    ended = fdir(*RECORDED, folder, "--json")
    found = json.loads(ended.out)
    assert (ended.code, ended.err) == (0, "")
    assert [row["role"] for row in found["rows"]] == ["classical", "ours", "ours", "guard", "published"]
    assert all(set(row) == KEYS for row in found["rows"])
    assert {row["persistency"] for row in found["rows"][:-1]} == {77}
    assert found["data"]["nominal_trajectories"] == 2
    bound = found["false_reactions"][0]
    assert bound["per_hour_below"] == pytest.approx(2.9957 / bound["hours"], rel=1e-3)
    assert found["detectors"][0]["seen_in_training"] == []
    assert found["detectors"][0]["left_out"]["learned.strict_j"] > 0.9


def test_another_sensor_is_polled_at_about_the_same_period(fdir, tmp_path):
    ended = fdir(*RECORDED, write_xio(tmp_path / "xio", rate=99.2), "--json")
    assert json.loads(ended.out)["data"]["period_s"] == pytest.approx(0.0302, abs=1e-4)


def test_the_rate_can_be_given(fdir, tmp_path):
    folder = write_broad(tmp_path / "broad", trials=1, listed=False)
    assert "no --rate" in fdir(*RECORDED, folder).err
    found = json.loads(fdir(*RECORDED, folder, "--rate", 100, "--json").out)
    assert found["data"]["period_s"] == pytest.approx(0.04)


def test_detectors_of_simulated_flights_can_be_tried_on_recordings(fdir, small, tmp_path):
    folder = write_broad(tmp_path / "broad", trials=1)
    found = json.loads(fdir(*RECORDED, folder, "--mission", small, "--json").out)
    assert found["data"]["period_s"] == pytest.approx(0.1)
    assert found["rows"][0]["strict_precision"]["acc"] in (None, 1.0)


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (lambda folder: folder, "no folder with .parquet files"),
        (lambda folder: write_broad(folder / "b", seconds=8.0), "trial-0: 200 samples, the window needs 221"),
        (
            lambda folder: write_broad(folder / "b", rate=20.0),
            "stuck-net-real.onnx: period: made for 0.035 s",
        ),
        (
            lambda folder: write_xio(write_broad(folder / "b"), rate=50.0),
            "recordings: rates from 50 to 100 Hz",
        ),
    ],
)
def test_recordings_that_do_not_fit_are_named(fdir, tmp_path, make, reason):
    ended = fdir(*RECORDED, make(tmp_path))
    assert ended.code == 2
    assert reason in ended.err


def test_a_detector_that_knows_the_recordings_says_so(fdir, tmp_path):
    folder = write_broad(tmp_path / "broad", trials=1)
    digest = read_recordings(folder)[0].sha256
    card = frozen_card(data={"mine": digest}, metrics={"left_out.learned.strict_j": 0.5})
    write_small_hopper(tmp_path / "hopper", card)
    ended = fdir(*RECORDED, folder, "--mission", tmp_path / "hopper")
    assert ended.code == 0
    assert "stuck-net was trained on trial-0: its rows above are no figures of unseen data." in ended.out
    assert "learned.strict_j .500" in ended.out
