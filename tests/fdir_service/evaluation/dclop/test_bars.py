import pytest

from fdir_service.evaluation.dclop.bars import bars, verdict
from fdir_service.evaluation.dclop.contenders import DYNAMIC, OURS

GOOD = {
    "detector": OURS,
    "anomalies": "paper",
    "auc_roc": 0.9995,
    "auc_pr": 0.97,
    "runs": 10,
    "runs_all_found": 8,
    "f1": 0.8,
    "silhouette": 0.78,
    "nominal_stored": 0.01,
    "nominal_unseen": 0.03,
    "training_s_most": 20.0,
}
WINDOWS = {"detector": DYNAMIC, "anomalies": "paper", "day_night_accuracy": 1.0}


def test_musts_and_aims_are_told_apart():
    found = {bar.name: bar for bar in bars([GOOD, WINDOWS])}
    assert all(bar.good for bar in found.values())
    reached = {name for name, bar in found.items() if bar.meets(bar.aim)}
    assert reached == {"auc_roc", "nominal_stored", "training_s_most", "day_night_accuracy"}
    assert found["share_of_runs_all_found"].value == 0.8


@pytest.mark.parametrize(
    ("name", "value"),
    [("auc_roc", 0.99), ("runs_all_found", 7), ("nominal_unseen", 0.06), ("silhouette", None)],
)
def test_a_missed_must_is_a_missed_verdict(name, value):
    found = bars([GOOD | {name: value}, WINDOWS])
    assert sum(not bar.good for bar in found) == 1
    assert verdict(found, 10) is False


def test_few_runs_are_not_judged():
    assert verdict(bars([GOOD, WINDOWS]), 9) is None
    assert verdict(bars([GOOD, WINDOWS]), 10) is True


def test_only_rows_on_the_paper_s_anomalies_are_judged():
    assert bars([GOOD | {"anomalies": "harder"}]) == []
