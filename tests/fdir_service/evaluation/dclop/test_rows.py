import json
from dataclasses import replace

import numpy as np
import pytest

from fdir_service.evaluation.dclop.contenders import DYNAMIC, OURS
from fdir_service.evaluation.dclop.published import published
from fdir_service.evaluation.dclop.rows import MEASURES, rows, spread
from fdir_service.evaluation.dclop.run import Evaluation
from fdir_service.evaluation.dclop.summary import summarise
from fdir_service.evaluation.dclop.tables import figure, tables
from fdir_service.evaluation.dclop.tables import spread as text
from sim.adcs.anomalies import AnomalySet

AGREED = {
    *("accuracy", "precision", "recall", "f1", "mcc", "auc_roc", "auc_pr", "sensitivity", "specificity"),
    *("npv", "fpr", "fnr", "g_mean", "error_rate", "silhouette", "calinski_harabasz", "davies_bouldin"),
    *("day_night_accuracy", "found"),
}


@pytest.fixture(scope="module")
def every(evaluation):
    return rows(evaluation)


def test_every_row_has_the_agreed_keys_each_with_its_spread(every):
    assert set(MEASURES) >= AGREED
    for row in every:
        assert {"detector", "role", "anomalies"} <= row.keys()
        assert {name + end for name in MEASURES for end in ("", "_std")} <= row.keys()
        assert row["role"] in {"ours", "baseline", "published"}
        assert row["anomalies"] in {"paper", "harder"}


def test_there_is_one_row_for_each_detector_and_set(every):
    names = [(row["detector"], row["anomalies"]) for row in every]
    assert len(names) == len(set(names)) == 2 + 2 * 4
    assert [row["detector"] for row in every if row["role"] == "ours"] == [OURS] * 2


def test_a_row_is_the_mean_of_the_runs(evaluation, every):
    row = next(row for row in every if row["detector"] == "kNN" and row["anomalies"] == "harder")
    found = [o.measures["auc_pr"] for o in evaluation.of("kNN", AnomalySet.HARDER)]
    assert row["auc_pr"] == pytest.approx(np.mean(found))
    assert row["auc_pr_std"] == pytest.approx(np.std(found, ddof=1))
    assert row["silhouette"] is row["silhouette_std"] is None
    assert (row["runs"], row["anomalous"]) == (2, 24)
    assert len(row["found_by_kind"]) == 6


def test_what_is_not_known_takes_no_part_in_a_mean():
    nan = float("nan")
    assert spread("x", [nan, 1.0, 3.0]) == {"x": 2.0, "x_std": pytest.approx(2**0.5)}
    assert spread("x", [nan, 1.0]) == {"x": 1.0, "x_std": None}
    assert spread("x", [nan]) == {"x": None, "x_std": None}


def test_the_published_figures_are_those_of_tables_2_3_and_5(every):
    dynamic = next(row for row in every if row["detector"] == "published dynamic")
    assert (dynamic["auc_roc"], dynamic["silhouette"], dynamic["day_night_accuracy"]) == (
        0.997,
        0.824,
        0.9773,
    )
    assert dynamic["found"] is None
    assert all(set(told) <= set(MEASURES) for told in published().values())


def test_the_summary_is_plain_data_with_the_portraits(evaluation):
    found = json.loads(json.dumps(summarise(evaluation), allow_nan=False))
    assert found["good"] is None
    assert found["seeds"] == [100, 101]
    assert [p["detector"] for p in found["portraits"]] == [OURS, DYNAMIC]
    assert sum(c["rows"] for c in found["portraits"][0]["clusters"]) == 793
    assert [run["seed"] for run in found["by_run"]] == [100, 101]


def test_one_run_has_no_spread_and_what_is_unknown_is_null(evaluation):
    outcome = evaluation.of(OURS, AnomalySet.PAPER)[0]
    lost = replace(outcome, measures=outcome.measures | {"silhouette": float("nan")})
    harder = evaluation.of(OURS, AnomalySet.HARDER)[0]
    one = Evaluation(replace(evaluation.plan, runs=1), (lost, harder))
    found = summarise(one)
    assert found["by_run"][0]["silhouette"] is None
    assert found["rows"][2]["f1_std"] is None
    assert [bar["good"] for bar in found["bars"] if bar["name"] == "silhouette"] == [False]


def test_the_tables_are_those_of_the_paper_and_the_comparison(every):
    found = tables(every)
    assert [table.title.split(":")[0] for table in found[:3]] == ["Table 2", "Table 3", "Table 5"]
    assert [len(table.cells) for table in found] == [9, 3, 13, 6, 4, 8]
    assert found[1].heads[1:3] == ("published static", "published dynamic")
    assert found[1].cells[0][:3] == ("silhouette", "0.746", "0.824")
    assert all(len(cells) == len(table.heads) for table in found for cells in table.cells)


def test_a_cell_has_mean_and_spread():
    assert text({"f1": 0.5, "f1_std": 0.25}, "f1") == "0.500 ± 0.250"
    assert text({"f1": 0.5, "f1_std": None}, "f1") == "0.500"
    assert text({"f1": None, "f1_std": None}, "f1") == "–"
    assert figure(4311.016) == "4311"
