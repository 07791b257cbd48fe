"""The committed detectors over 20,000 windows: the same scores and decisions on every path, in any chunks."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from fdir_service.detector import Detector
from fdir_service.mission import load
from fdir_service.pool import Pool
from pus.samples import Samples

WINDOWS = 20_000
CHUNK = 256
DAY = Path(__file__).parents[3] / "configs" / "atmonsat" / "2022.06.15.csv"


def hopper(n):
    """Readings (6, n) of a moving hopper, in which sensors freeze, jump, or measure noise alone."""
    rng = np.random.default_rng(11)
    rms, bits = np.repeat([6e-4, 4e-4], 3), np.repeat([1.96133e-5, 3.8e-6], 3)
    steps = rng.standard_normal((n, 6)) * rms * 0.57
    state = np.zeros((n, 6))
    for k in range(1, n):
        state[k] = 0.82 * state[k - 1] + steps[k]
    readings = np.round((state + rng.standard_normal((n, 6)) * 7e-5) / bits) * bits
    for start in range(400, n - 400, 700):
        axes = slice(*sorted(rng.choice(7, 2, replace=False)))
        stuck = readings[start, axes] * rng.choice([0, 1, 1, 1e3])
        readings[start : start + rng.integers(30, 300), axes] = stuck
    return readings.T


def detector(mission):
    """The mission's detector with the longest window."""
    return max(load(mission).detectors, key=lambda setup: setup.card.window)


def atmonsat(n):
    """The detector's inputs (18, n) over the shipped day, again and again."""
    mission = load("atmonsat")
    rows = np.genfromtxt(DAY, delimiter=",", skip_header=1)[:, 1:]
    rows = np.tile(rows, (-(-n // len(rows)), 1))[:n]
    (source,) = mission.file.source
    pool = Pool(mission, source.name, CHUNK)
    period = round(1e9 * (source.period_s or 1))
    blocks = [
        pool.step(Samples.regular(source.name, 1, k, k * period, period, rows[k : k + CHUNK]), {}).values
        for k in range(0, n, CHUNK)
    ]
    ids = detector("atmonsat").inputs
    return np.concatenate(blocks, axis=1)[[mission.parameters.row[k] for k in ids]]


def scored(detector, inputs, sizes):
    """Return scores and indices of a record in chunks of the given sizes."""
    period = round(1e9 * (detector.setup.card.period or 1))
    parts, at = [], 0
    while at < inputs.shape[1]:
        part = inputs[:, at : at + next(sizes)]
        parts.append(detector.step(period * np.arange(at, at + part.shape[1]), part))
        at += part.shape[1]
    return [np.concatenate(values, axis=1) for values in zip(*parts, strict=True)]


def random_sizes(seed, most):
    rng = np.random.default_rng(seed)
    while True:
        yield int(rng.integers(1, most))


@pytest.mark.parametrize(("mission", "record"), [("hopper", hopper), ("atmonsat", atmonsat)])
def test_20000_windows_in_any_chunks_have_the_same_scores_and_decisions(mission, record):
    setup = detector(mission)
    inputs = record(WINDOWS + setup.card.window)
    batched = Detector(setup, CHUNK, streaming=False)
    scores, indices = scored(batched, inputs, random_sizes(0, CHUNK))
    assert batched.windows >= WINDOWS
    assert set(indices[0, setup.card.window :]) == {0.0, 1.0}, "there are decisions to flip"
    stepping = replace(setup, compiled_step=True)
    for of, seed, most in ((setup, 1, CHUNK), (setup, 2, 24), (stepping, 3, 12), (stepping, 4, 2)):
        streaming = Detector(of, CHUNK)
        fast, decided = scored(streaming, inputs, random_sizes(seed, most))
        assert streaming.scored["streaming"] + streaming.scored["step"] > WINDOWS / 2
        np.testing.assert_array_equal(np.isnan(fast), np.isnan(scores))
        difference = np.abs(fast - scores) / np.maximum(1, np.abs(scores))
        assert np.nanmax(difference) <= 1e-5
        np.testing.assert_array_equal(decided, indices)
