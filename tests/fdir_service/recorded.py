"""Synthetic recordings in the layouts of real ones: rest, motion of the hand, rest; noise and resolution."""

import math

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

RATE = 100.0
STEPS = np.repeat([0.005, 0.001], 3)
NOISE = np.repeat([0.04, 0.0017], 3)
BROAD = [f"{sensor}_{axis}" for sensor in ("acc", "gyr") for axis in "xyz"]
XIO = [f"{name}_g" for name in BROAD[:3]] + [f"{name}_dps" for name in BROAD[3:]]


def motion(seed, seconds=40.0, rate=RATE):
    """Return readings (T, 6) in m/s2 and rad/s."""
    rng = np.random.default_rng(seed)
    t = np.arange(round(seconds * rate)) / rate
    moving = np.clip(np.minimum(t - seconds / 6, seconds * 5 / 6 - t), 0, 1)[:, None]
    rates, phases = rng.uniform(0.3, 2.0, (3, 6)), rng.uniform(0, 6, (3, 6))
    waves = np.sin(2 * np.pi * t[:, None, None] * rates + phases).sum(axis=1)
    truth = waves * moving * np.repeat([3.0, 1.0], 3) + np.array([0, 0, 9.8, 0, 0, 0])
    return np.round((truth + rng.standard_normal(truth.shape) * NOISE) / STEPS) * STEPS


def write(path, columns):
    pq.write_table(pa.table(columns), path)
    return path


def write_broad(folder, trials=2, listed=True, **options):
    """Write trials whose rate is in `trials.csv`."""
    folder.mkdir(exist_ok=True)
    names = [f"trial-{k}" for k in range(trials)]
    for k, name in enumerate(names):
        readings = motion(k, **options).astype(np.float32)
        write(folder / f"{name}.parquet", dict(zip(BROAD, readings.T, strict=True)))
    if listed:
        rows = "".join(f"{name},{options.get('rate', RATE)}\n" for name in names)
        (folder / "trials.csv").write_text(f"trial,rate_hz\n{rows}")
    return folder


def write_xio(folder, **options):
    """Write one recording with times, in g and degrees per second."""
    folder.mkdir(exist_ok=True)
    readings = motion(9, **options) / np.repeat([9.80665, math.pi / 180], 3)
    times = np.arange(len(readings)) / options.get("rate", RATE)
    write(folder / "sensor.parquet", {"t_s": times, **dict(zip(XIO, readings.T, strict=True))})
    return folder
