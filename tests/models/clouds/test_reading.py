"""Folders of scenes and plain folders, and what is wrong with them."""

import numpy as np
import pytest
from PIL import Image

from models.clouds.errors import PictureError
from models.clouds.folders import read, read_folders
from models.clouds.ice import is_bright, read_patterns, reasons
from models.clouds.tiles import read_tiles
from tests.models.clouds.scenery import tiles, write

HEAD = "scene,row,col,size,label\n"


def plain(folder, sizes=((70, 50), (40, 90))):
    for part in ("noncloud", "cloud"):
        (folder / part).mkdir(parents=True)
        for k, (height, width) in enumerate(sizes):
            Image.fromarray(np.full((height, width, 3), 50 * k, np.uint8)).save(folder / part / f"{k}.png")
    return folder


def test_tiles_come_back_as_they_were_written(tmp_path):
    given = tiles()
    found = read_tiles(write(tmp_path, given))
    np.testing.assert_array_equal(found.pictures, given.pictures)
    assert found.scenes.tolist() == given.scenes.tolist()
    assert found.digest == given.digest
    assert found.clear.sum() == found.cloudy.sum() == 8


def test_mixed_tiles_take_no_part(tmp_path):
    folder = write(tmp_path, tiles())
    table = (folder / "tiles.csv").read_text().replace("cloudy", "mixed", 2)
    (folder / "tiles.csv").write_text(table)
    assert len(read(folder).judged) == 14


def test_pictures_of_any_size_are_brought_to_one(tmp_path):
    found = read(plain(tmp_path), 48)
    assert found.pictures.shape == (4, 48, 48, 3)
    assert found.labels.tolist() == ["clear", "clear", "cloudy", "cloudy"]
    assert found.scenes[3] == "cloud/1.png"
    assert read_folders(tmp_path).pictures.shape[1:] == (384, 384, 3)
    assert read_folders(plain(tmp_path / "b", ((48, 48),)), 48).pictures.shape == (2, 48, 48, 3)


@pytest.mark.parametrize(
    ("table", "text"),
    [
        ("scene,row\n", "has no column col"),
        (HEAD, "has no tiles"),
        (HEAD + "Forest_1,0,0,64,foggy\n", "line 2: label 'foggy' is none of clear, cloudy, mixed"),
        (HEAD + "Forest_1,0,-3,64,clear\n", "line 2: col: '-3' is no whole number"),
        (HEAD + "Forest_1,0,200,64,clear\n", "line 2: row 0, col 200, size 64 is not inside 64 x 256"),
        (HEAD + "Forest_1,0,0,64,clear\nForest_1,0,0,32,clear\n", "size: tiles of one size are wanted"),
        (HEAD + "nowhere,0,0,64,clear\n", "nowhere.png: cannot be read"),
    ],
)
def test_a_wrong_table_is_refused_with_place_and_reason(tmp_path, table, text):
    folder = write(tmp_path, tiles())
    (folder / "tiles.csv").write_text(table)
    with pytest.raises(PictureError, match=text):
        read_tiles(folder)


def test_wrong_folders_are_refused(tmp_path):
    with pytest.raises(PictureError, match=r"tiles.csv: cannot be read"):
        read_tiles(tmp_path)
    with pytest.raises(PictureError, match=r"neither tiles\.csv nor folders noncloud and cloud"):
        read(tmp_path)
    folder = write(tmp_path / "scenes", tiles())
    with pytest.raises(PictureError, match="--size 32"):
        read(folder, 32)
    (folder / "rgb" / "Forest_1.png").write_text("no picture")
    with pytest.raises(PictureError, match=r"Forest_1.png: not a picture"):
        read_tiles(folder)
    (tmp_path / "noncloud").mkdir()
    with pytest.raises(PictureError, match="noncloud: has no pictures"):
        read(tmp_path)


def test_scenes_of_ice_are_known_by_name_by_brightness_or_from_a_file(tmp_path):
    folder = write(tmp_path, tiles(), mask=3)
    names = ["Forest_1", "Forest_2", "SnowIce_0"]
    assert reasons(folder, names) == {"SnowIce_0": "name matches *SnowIce*"}
    Image.fromarray(np.full((64, 256, 3), 200, np.uint8)).save(folder / "rgb" / "Forest_2.png")
    Image.fromarray(np.zeros((64, 256), np.uint8)).save(folder / "mask" / "Forest_2.png")
    assert list(reasons(folder, names)) == ["Forest_2", "SnowIce_0"]
    (tmp_path / "ice.txt").write_text("# ours\n\nForest_1\n")
    assert list(reasons(folder, names, read_patterns(tmp_path / "ice.txt"))) == ["Forest_1"]
    with pytest.raises(PictureError, match="cannot be read"):
        read_patterns(tmp_path / "none.txt")


def test_brightness_says_nothing_of_a_scene_with_cloud_or_without_a_mask(tmp_path):
    white, mask = np.full((8, 8, 3), 220, np.uint8), np.zeros((8, 8), np.uint8)
    assert is_bright(white, mask)
    assert not is_bright(white // 3, mask)
    mask[:4] = 3
    assert not is_bright(white, mask)
    assert reasons(tmp_path, ["Desert"]) == {}
