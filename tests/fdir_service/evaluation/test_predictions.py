"""Predictions are enough to count everything again."""

import numpy as np
import pytest

from fdir_service.evaluation import EvaluationError
from fdir_service.evaluation.contenders import line_up
from fdir_service.evaluation.predictions import Predictions
from models.metrics import strict_reactions
from sim.sensors import Sensor
from tests.fdir_service.evaluation.conftest import PERSISTENCY, PLAN

pc = pytest.importorskip("pyarrow.compute")
pq = pytest.importorskip("pyarrow.parquet")


@pytest.fixture(scope="module")
def table(files, batches, evaluation, tmp_path_factory):
    path = tmp_path_factory.mktemp("predictions") / "p.parquet"
    with Predictions(path, files) as predictions:
        for batch in batches:
            predictions.write(batch)
    return pq.read_table(path)


def column(table, name, sensor, detector, seed):
    """Return one column (n, T) of one entry."""
    same_seed = pc.is_null(pc.field("seed")) if seed is None else pc.field("seed") == seed
    chosen = table.filter((pc.field("sensor") == sensor) & (pc.field("detector") == detector) & same_seed)
    values = np.array(chosen[name].to_pylist(), object)
    return values.reshape(PLAN.trajectories, PLAN.samples)


def test_there_is_a_row_for_every_sample_sensor_and_entry(table, files):
    entries = line_up(files)
    assert table.num_rows == PLAN.trajectories * PLAN.samples * len(Sensor) * len(entries)
    assert set(table["role"].unique().to_pylist()) == {"classical", "ours", "faithful", "guard"}
    assert table["trajectory"].unique().to_pylist() == list(range(PLAN.trajectories))


@pytest.mark.parametrize(("detector", "seed"), [("frozen", 2), ("PUS or coin 10 %", None)])
def test_strict_reactions_can_be_counted_again_from_the_file(table, evaluation, detector, seed):
    k = next(i for i, e in enumerate(evaluation.entries) if (e.name, e.seed) == (detector, seed))
    label, judged, index, reaction = (
        column(table, name, "imu", detector, seed) for name in ("label", "judged", "index", "reaction")
    )
    found = strict_reactions(label.astype(bool) & judged.astype(bool), index == 1, PERSISTENCY)
    assert found == evaluation.tallies[k, Sensor.IMU].strict
    assert reaction.sum() == evaluation.tallies[k, Sensor.IMU].reactions


def test_scores_are_null_where_nothing_is_scored_and_indices_where_nothing_is_judged(table):
    scores, judged, index = (column(table, n, "acc", "frozen", 1) for n in ("score", "judged", "index"))
    assert [value is None for value in scores[0]] == [True] * 5 + [False] * (PLAN.samples - 5)
    assert ((index == None) == (judged == False)).all()  # noqa: E711, E712  elementwise
    assert (column(table, "score", "acc", "frozen or PUS", 1) == None).all()  # noqa: E711


def test_axes_say_which_are_stuck(table):
    axes, label = (column(table, name, "acc", "frozen", 1) for name in ("axes", "label"))
    assert set(axes.ravel()) <= {"", "x", "y", "z", "xyz"}
    assert ((axes == "") == ~label.astype(bool)).all()


def test_a_file_that_could_not_be_finished_is_not_left_behind(files, tmp_path):
    path = tmp_path / "p.parquet"
    with pytest.raises(RuntimeError), Predictions(path, files):
        raise RuntimeError
    assert not path.exists()


def test_without_pyarrow_the_extra_is_named(files, tmp_path, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "pyarrow", None)
    with pytest.raises(EvaluationError, match=r"--predictions .*fdir-service\[data\]"):
        Predictions(tmp_path / "p.parquet", files)
