"""The page on a stream of real telemetry: its mission, its steps, on a small made-up run."""

import re
from pathlib import Path

import numpy as np

from fdir_service.mission import load
from models.dclop.clustering import JointSettings
from models.dclop.recipe import DclopRecipe, train_dclop
from models.dclop.table import read_table
from models.dclop.training import DclopSettings, PretrainingSettings

PAGE = Path(__file__).parents[3] / "docs" / "reference" / "dclop-stream.md"
CHANNELS = ("pd1", "pd2", "pd3", "pd4", "pd5", "pd6", "q0", "q1", "q2", "q3")
SMALL = DclopSettings(
    clusters=2,
    hidden=(8, 4, 8),
    latent=2,
    pretraining=PretrainingSettings(epochs=3),
    joint=JointSettings(iterations=5),
)
STEP_MS = 5010


def write_run(path, values):
    times = 1_620_244_502_000 + STEP_MS * np.arange(len(values))
    lines = [f"{time},{','.join(f'{x:.5f}' for x in row)}" for time, row in zip(times, values, strict=True)]
    path.write_text("\n".join([f"t_ms,{','.join(CHANNELS)}", *lines]) + "\n")


def test_the_steps_of_the_page_lead_from_a_run_to_events(fdir, tmp_path):
    rng = np.random.default_rng(0)
    sides = np.array([1.0, 3.0])
    nominal = sides[np.arange(200) // 50 % 2, None] + 0.1 * rng.normal(size=(200, len(CHANNELS)))
    write_run(tmp_path / "nominal.csv", nominal)
    strange = nominal[:100].copy()
    strange[20:45] += 40
    write_run(tmp_path / "run.csv", strange)

    mission = tmp_path / "mission.toml"
    mission.write_text(re.search(r"```toml\n(.*?)```", PAGE.read_text(), re.DOTALL)[1])
    table = read_table(tmp_path / "nominal.csv", CHANNELS)
    train_dclop(table, "nominal.csv", tmp_path / "regimes.onnx", 1, recipe=DclopRecipe(SMALL))
    assert load(mission).detectors[0].indices == (21,)

    words = ["--mission", mission, "--time", "t_ms", "--time-unit", "ms", "--epoch", "1970-01-01T00:00:00Z"]
    assert fdir("convert", tmp_path / "run.csv", tmp_path / "run.parquet", *words).code == 0
    ended = fdir("replay", tmp_path / "run.parquet", "--mission", mission)
    assert ended.code == 0
    assert ended.out.count("event 1001 samples-of-no-regime [low]") == 1
    assert ended.out.count("event 1002 regime-changed [informative]") >= 1
