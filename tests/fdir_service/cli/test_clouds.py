"""`fdir train clouds` and `fdir evaluate clouds`: on folders of either layout, and how they end."""

import csv
import json

import numpy as np
import pytest
from PIL import Image

from models.metadata import read_card
from tests.models.clouds.scenery import tiles, write

pytest.importorskip("torch")
QUICK = ("--epochs", 1, "--copies", 1, "--width", 0.01, "--groups", 2)


@pytest.fixture(scope="module")
def scenes(tmp_path_factory):
    return write(tmp_path_factory.mktemp("clouds") / "scenes", tiles(), mask=3)


@pytest.fixture
def plain(tmp_path):
    given = tiles()
    for k in range(len(given)):
        folder = tmp_path / "plain" / ("cloud" if given.cloudy[k] else "noncloud")
        folder.mkdir(parents=True, exist_ok=True)
        Image.fromarray(given.pictures[k]).save(folder / f"{k}.png")
    return tmp_path / "plain"


@pytest.fixture
def camera(tmp_path):
    folder = tmp_path / "camera"
    (folder / "images").mkdir(parents=True)
    rng = np.random.default_rng(1)
    with (folder / "images.csv").open("w", newline="") as file:
        table = csv.writer(file)
        table.writerow(["image", "label", "cloud_coarse"])
        for k, label in enumerate(("earth", "earth", "bad")):
            Image.fromarray(rng.integers(0, 255, (140, 70, 3), np.uint8)).save(folder / "images" / f"{k}.png")
            table.writerow([f"{k}.png", label, "clear" if k else ""])
    return folder


def test_all_detectors_are_compared_with_a_report(fdir, scenes, camera, tmp_path):
    pytest.importorskip("jinja2")
    report = tmp_path / "r.html"
    ended = fdir(
        "evaluate", "clouds", "--data", scenes, *QUICK, "--camera", camera, "--report", report, "--json"
    )
    assert (ended.code, ended.err) == (0, "")
    found = json.loads(ended.out)
    kinds = {(row["detector"], row["role"], row["supervised"]) for row in found["rows"]}
    assert ("cloud index", "ours", False) in kinds
    assert ("logistic on slopes", "ours", True) in kinds
    assert {("cae", "faithful", False), ("mean brightness", "baseline", False)} <= kinds
    assert {row["subset"] for row in found["rows"]} == {"all", "without_ice", "ice"}
    assert {row["degradation"] for row in found["rows"]} == {"none", "noise_1dn", "jpeg_90"}
    assert len(found["rows"]) == 9 * len(kinds)
    assert [scene["scene"] for scene in found["scenes"] if scene["ice"]] == ["SnowIce_0"]
    assert len(found["images"]) == 16
    assert set(found["images"][0]["scores"]) == {name for name, *_ in kinds}
    assert [(r["by"], r["value"], r["pictures"]) for r in found["camera"]] == [
        ("label", "bad", 1),
        ("label", "earth", 2),
        ("cloud_coarse", "clear", 2),
    ]
    page = report.read_text("utf-8")
    assert page.count("data:image/jpeg") == 4 + 3
    assert "Another camera" in page


def test_people_are_told_which_scenes_are_of_ice(fdir, scenes, camera, tmp_path):
    (tmp_path / "ice.txt").write_text("Forest_2\n")
    options = ("--detector", "cloud index", "--ice", tmp_path / "ice.txt", "--camera", camera)
    ended = fdir("evaluate", "clouds", "--data", scenes, *options)
    assert ended.code == 0
    for text in ("8 clear and 8 cloudy pictures of 4 scenes", "ice: Forest_2", "noise_1dn", "label earth: 2"):
        assert text in ended.out


def test_other_scenes_can_be_trained_on(fdir, scenes, tmp_path):
    other = write(tmp_path / "other", tiles(scenes=1, seed=4))
    options = ("--detector", "cloud index", "--detector", "cloud index, committed")
    ended = fdir("evaluate", "clouds", "--data", other, "--train", scenes, *options, "--json")
    assert (ended.code, ended.err) == (0, "")
    fits = {fit["detector"]: fit for fit in json.loads(ended.out)["fits"]}
    assert fits["cloud index"] == {"detector": "cloud index", "folds": 1, "fitted_to": "--train"}
    assert fits["cloud index, committed"]["fitted_to"] == "the data of its card"


def test_plain_folders_are_compared_a_fifth_at_a_time(fdir, plain, tmp_path):
    pytest.importorskip("jinja2")
    options = ("--size", 64, "--detector", "cloud index", "--detector", "PCA reconstruction")
    ended = fdir("evaluate", "clouds", "--data", plain, *options, "--report", tmp_path / "p.html", "--json")
    assert (ended.code, ended.err) == (0, "")
    found = json.loads(ended.out)
    assert {row["subset"] for row in found["rows"]} == {"all"}
    assert {fit["folds"] for fit in found["fits"]} == {5}
    assert (
        fdir("evaluate", "clouds", "--data", plain, "--size", 32, "--detector", "mean brightness").code == 0
    )


@pytest.mark.parametrize("model", ["index", "supervised", "cae"])
def test_detectors_are_trained_from_the_command_line(fdir, scenes, tmp_path, model):
    out = tmp_path / "m.onnx"
    quick = ("--epochs", 1, "--width", 0.01, "--results", tmp_path / "r") if model == "cae" else ()
    ended = fdir("train", "clouds", "--model", model, "--data", scenes, "--out", out, *quick, "--json")
    assert (ended.code, ended.err) == (0, "")
    card = read_card(out)[0]
    assert json.loads(ended.out) == card.model_dump(mode="json")
    assert card.command.startswith(f"fdir train clouds --model {model} --data scenes --seed 1")
    assert (tmp_path / "r" / "log.csv").is_file() == (model == "cae")


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        (("evaluate", "clouds", "--report", "r.txt"), "must end in .html"),
        (("evaluate", "clouds", "--detector", "nobody"), "--detector nobody: is none of"),
        (("evaluate", "clouds", "--size", 32), "--size 32"),
        (("evaluate", "clouds", "--ice", "none.txt"), "none.txt: cannot be read"),
        (("train", "clouds", "--model", "nobody"), "none of index, supervised, cae, vgg19"),
        (("train", "clouds", "--model", "cae", "--frame", 128), "--frame: is for the index"),
        (("train", "clouds", "--model", "cae", "--weights", "w.pth"), "only vgg19 takes weights"),
    ],
)
def test_what_cannot_be_done_is_said_and_ends_with_2(fdir, scenes, arguments, text):
    ended = fdir(*arguments, "--data", scenes)
    assert ended.code == 2
    assert text in ended.err


def test_folders_that_cannot_be_compared_are_refused(fdir, scenes, plain, tmp_path):
    clear = tiles()
    only = write(tmp_path / "clear", clear.where(clear.clear))
    small = write(tmp_path / "small", tiles(size=32))
    for options, text in (
        (("--data", only), "one kind is missing"),
        (("--data", scenes, "--train", small), "--train: pictures of 32 pixels a side, --data has 64"),
        (("--data", scenes, "--camera", tmp_path), "images.csv: cannot be read"),
        (("--data", tmp_path / "none"), "neither tiles.csv nor folders"),
    ):
        ended = fdir("evaluate", "clouds", *options, "--detector", "mean brightness")
        assert ended.code == 2
        assert text in ended.err
    (tmp_path / "images.csv").write_text("image,label\n")
    ended = fdir(
        "evaluate", "clouds", "--data", scenes, "--camera", tmp_path, "--detector", "mean brightness"
    )
    assert "has no column cloud_coarse" in ended.err
