"""`fdir evaluate imager` and `fdir train payload-faults`: figures for people and for machines."""

import json

from models.metadata import read_card
from tests.fdir_service.cli.conftest import Fdir

FEW = ("evaluate", "imager", "--frames", 40, "--fault-frames", 20)


def test_every_fault_is_seen_and_sound_images_are_left_alone(fdir: Fdir) -> None:
    ended = fdir(*FEW, "--seed", 3, "--json")
    assert (ended.code, ended.err) == (0, "")
    found = json.loads(ended.out)
    assert (found["good"], found["seed"]) == (True, 3)
    sound, *faulty = found["rows"]
    assert (sound["images"], sound["detected"], sound["events"]) == (40, 0.0, 0)
    assert [row["fault"] for row in faulty] == [
        *("dead_columns", "dropped_lines", "saturation", "noise", "defocus", "repeated")
    ]
    assert [row["severity"] for row in faulty] == [0.02, 0.05, 0.2, 8.0, 2.0, None]
    assert all(row["images"] == 20 and row["detected"] >= 0.95 for row in faulty)


def test_a_defocused_image_would_look_like_cloud_but_is_judged_first(fdir: Fdir) -> None:
    rows = {row["fault"]: row for row in json.loads(fdir(*FEW, "--json").out)["rows"]}
    assert rows["defocus"]["cloud_clear"] > 0.9
    assert rows["defocus"]["judged_clear"] == 0.0
    assert rows[""]["judged_cloudy"] > 0.9 > 0.1 > rows[""]["judged_clear"]


def test_people_get_a_table_and_a_fault_that_is_too_weak_is_missed(fdir: Fdir, tmp_path) -> None:
    weak = tmp_path / "weak.toml"
    weak.write_text(
        'vehicle = "imager"\nname = "weak"\nseed = 1\nduration_s = 100.0\n'
        '[[faults]]\nkind = "noise"\nseverity = 0.1\nstart_s = 10.0\n'
    )
    ended = fdir(*FEW, "--scenario", weak)
    assert ended.code == 3
    assert "noise" in ended.out
    assert "NO" in ended.out


def test_another_vehicles_scenario_is_refused(fdir: Fdir) -> None:
    ended = fdir(*FEW, "--scenario", "demo")
    assert ended.code == 2
    assert "is one of the hopper, not of the imager" in ended.err


def test_thresholds_can_be_taken_anew(fdir: Fdir, tmp_path) -> None:
    path = tmp_path / "payload.onnx"
    words = ("train", "payload-faults", "--out", path, "--size", 32, "--images", 60, "--seed", 5)
    ended = fdir(*words)
    assert ended.code == 0
    assert "noise >= " in ended.out
    card, digest = read_card(path)
    assert card.command == "fdir train payload-faults --size 32 --images 60 --seed 5"
    assert json.loads(fdir(*words, "--json").out)["shape"] == [32, 32, 3]
    assert read_card(path)[1] == digest
