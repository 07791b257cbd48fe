from dataclasses import replace

import pytest

from models.check import findings
from models.dclop.recipe import DclopRecipe, train_dclop
from models.dclop.table import read_table
from models.metadata import read_card
from tests.models.dclop.conftest import SMALL


@pytest.fixture
def table(table_file):
    return read_table(table_file, without=["label"])


def test_a_table_becomes_an_ordinary_detector_with_its_card(table, tmp_path):
    out = tmp_path / "dclop.onnx"
    card = train_dclop(table, "adcs.csv", out, 1, recipe=DclopRecipe(SMALL, options="--clusters 3"))
    assert findings(out) == []
    assert read_card(out)[0] == card
    assert [(c.name, c.unit) for c in card.channels][:2] == [("a", "uT"), ("b", "")]
    assert card.command == "fdir train dclop --data adcs.csv --seed 1 --clusters 3"
    assert card.data == {"adcs.csv": table.digest}
    assert card.metrics["samples"] == 151
    assert card.metrics["clusters"] == 3
    assert card.metrics["references"] == 151 - round(151 * card.metrics["small_share"])
    assert (card.outputs[0].name, card.outputs[0].on, card.outputs[0].off) == ("score", 0.7, 0.7)


def test_a_budget_thins_the_reference_set_and_tells_what_it_costs(table, tmp_path):
    card = train_dclop(table, "adcs.csv", tmp_path / "d.onnx", 1, recipe=DclopRecipe(SMALL, budget=60))
    assert 50 <= card.metrics["references"] <= 60
    assert 0 < card.metrics["thinning.mean_change"] <= card.metrics["thinning.largest_change"] <= 1
    assert card.metrics["thinning.share_above_after"] < 0.2


def test_both_spaces_are_thinned_to_the_same_rows(table, tmp_path):
    recipe = DclopRecipe(replace(SMALL, both_spaces=True), budget=60)
    card = train_dclop(table, "adcs.csv", tmp_path / "d.onnx", 1, recipe=recipe)
    assert findings(tmp_path / "d.onnx") == []
    assert card.metrics["thinning.share_above_after"] < 0.2


def test_a_budget_that_is_not_reached_changes_nothing(table, tmp_path):
    card = train_dclop(table, "adcs.csv", tmp_path / "d.onnx", 1, recipe=DclopRecipe(SMALL, budget=500))
    assert not any(name.startswith("thinning") for name in card.metrics)
