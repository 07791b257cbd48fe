"""The AtMonSat mission: what the daemon computes on board equals the offline detector, sample by sample."""

from pathlib import Path

import numpy as np
import pytest

from fdir_service.mission import load
from fdir_service.pool import Pool
from fdir_service.snapshot import restore, take
from fdir_service.stream import CHUNK, Stream
from models.atmonsat.data import CONVERTERS_ON, REPLAY_DAY, Day
from models.atmonsat.rise_evaluation import scored_by
from models.atmonsat.rise_inputs import channels
from pus.samples import Samples

FOLDER = Path(__file__).parents[2] / "configs" / "atmonsat"


@pytest.fixture(scope="module")
def mission():
    return load("atmonsat")


@pytest.fixture(scope="module")
def table():
    """The shipped day: times and rows (T, 11), with a reboot and a gap put in."""
    lines = [line.split(",") for line in (FOLDER / f"{REPLAY_DAY}.csv").read_text().splitlines()[1:]]
    times = np.array([line[0] for line in lines], "datetime64[ms]")
    rows = np.array([line[1:] for line in lines], np.float64)
    rows[500, 10] = 1
    times[800:] += np.timedelta64(45, "s")
    return times, rows


def offline(table):
    times, rows = table
    nothing = np.zeros(len(rows), np.bool_)
    on = rows[:, 9] >= CONVERTERS_ON
    return Day(REPLAY_DAY, times, rows[:, :9], nothing, nothing, rows[:, 10] != 0, on, "")


def on_board(mission, table, sizes):
    """Return the values (P, T) of all parameters, in chunks of `sizes`."""
    times, rows = table[0].astype("datetime64[ns]").astype(np.int64), table[1]
    pool, parts, at = Pool(mission, "board", CHUNK), [], 0
    while at < len(rows):
        n = next(sizes)
        samples = Samples("board", 1, at, times[at : at + n], rows[at : at + n])
        parts.append(pool.step(samples, {}).values)
        at += n
    return np.concatenate(parts, axis=1)


def chunks(most):
    rng = np.random.default_rng(most)
    while True:
        yield int(rng.integers(1, most + 1))


def named(mission, values, names):
    row = mission.parameters.row
    return values[[row[mission.parameters.by_name[name].id] for name in names]]


@pytest.mark.parametrize("most", [1, 7, CHUNK])
def test_scores_on_board_are_the_offline_scores_in_any_chunks(mission, table, most):
    values = on_board(mission, table, chunks(most))
    scores = named(mission, values, ("heat.score", "heat.plain.score"))
    rows = list(scored_by(FOLDER / "atmonsat-rise.onnx", [offline(table)]))
    for found, row in zip(scores, rows, strict=True):
        np.testing.assert_array_equal(np.isnan(found), np.isnan(row.scores))
        np.testing.assert_allclose(found, row.scores, atol=1e-4)


def test_derived_parameters_are_what_the_detector_was_fitted_to(mission, table):
    setup = next(detector for detector in mission.detectors if detector.name == "atmonsat-rise")
    values = on_board(mission, table, chunks(100))
    found = values[[mission.parameters.row[k] for k in setup.inputs]].T
    expected = channels(offline(table))
    known = ~np.isnan(found[:, 73])
    np.testing.assert_allclose(found[known], expected[known], atol=1e-9)
    assert [mission.parameters.by_id[k].name for k in setup.inputs] == [c.name for c in setup.card.channels]


def test_nothing_is_judged_for_two_minutes_after_start_reboot_and_gap(mission, table):
    [index] = named(mission, on_board(mission, table, chunks(CHUNK)), ["heat"])
    seconds = (table[0] - table[0][0]) / np.timedelta64(1, "s")
    for start in (0, 500, 800):
        cold = (seconds >= seconds[start]) & (seconds < seconds[start] + 120)
        assert np.isnan(index[cold]).all()
        assert not np.isnan(index[np.flatnonzero(cold)[-1] + 1])


def test_a_stream_that_is_restored_goes_on_with_the_same_values(mission, table):
    times, rows = table[0].astype("datetime64[ns]").astype(np.int64), table[1]
    half = 450
    parts = [Samples("board", 1, at, times[at : at + half], rows[at : at + half]) for at in (0, half)]
    whole, resumed = Stream(mission), Stream(mission)
    whole.take(parts[:1])
    restore(resumed, take(whole))
    [block], [again] = (stream.take(parts[1:]).blocks for stream in (whole, resumed))
    np.testing.assert_array_equal(block.values, again.values)
