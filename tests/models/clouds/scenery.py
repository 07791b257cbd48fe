"""Pictures that are made, and folders of them."""

import csv

import numpy as np
from PIL import Image

from models.clouds.tiles import Tiles

SIZE = 64


def field(exponent, rng, size=SIZE):
    """Return (size, size) of unit spread whose amplitude grows by 2^exponent an octave."""
    steps = np.fft.fftfreq(2 * size)
    radius = np.hypot(*np.meshgrid(steps, steps))
    radius[0, 0] = np.inf
    shape = np.fft.ifft2(np.fft.fft2(rng.normal(size=radius.shape)) * radius ** -(1 + exponent)).real
    found = shape[:size, :size]
    return (found - found.mean()) / found.std()


def picture(exponent, rng, size=SIZE, mean=120.0, spread=20.0):
    """Return one picture (size, size, 3) whose colours share one field."""
    grey = mean + spread * field(exponent, rng, size)
    return np.clip(np.rint(grey[..., None] * [0.95, 1.0, 1.05]), 0, 255).astype(np.uint8)


def tiles(scenes=4, each=4, seed=1, size=SIZE):
    """Return tiles: in each scene some rough clear ones and some smooth cloudy ones."""
    rng = np.random.default_rng(seed)
    pictures, names, labels, places = [], [], [], []
    for scene in range(scenes):
        for k in range(each):
            cloudy = k % 2 == 1
            pictures.append(picture(0.45 if cloudy else -0.2, rng, size, 150 if cloudy else 90))
            names.append(f"SnowIce_{scene}" if scene == 0 else f"Forest_{scene}")
            labels.append("cloudy" if cloudy else "clear")
            places.append([0, size * k])
    return Tiles(np.stack(pictures), np.array(names), np.array(labels), np.array(places))


def write(folder, given, mask=0):
    """Write tiles as a folder of scenes, and return it."""
    for part in ("rgb", "mask"):
        (folder / part).mkdir(parents=True)
    size = given.pictures.shape[1]
    with (folder / "tiles.csv").open("w", newline="") as file:
        table = csv.writer(file)
        table.writerow(["scene", "row", "col", "size", "cloud_fraction", "thick_fraction", "label"])
        for k in range(len(given)):
            row, col = given.places[k]
            table.writerow([given.scenes[k], row, col, size, 0, 0, given.labels[k]])
    for name in sorted(set(given.scenes.tolist())):
        own = given.where(given.scenes == name)
        whole = np.zeros((*(own.places.max(0) + size), 3), np.uint8)
        for k, (row, col) in enumerate(own.places):
            whole[row : row + size, col : col + size] = own.pictures[k]
        Image.fromarray(whole).save(folder / "rgb" / f"{name}.png")
        Image.fromarray(np.full(whole.shape[:2], mask, np.uint8)).save(folder / "mask" / f"{name}.png")
    return folder
