import numpy as np
import pytest

from fdir_service.evaluation.opssat import bars
from fdir_service.evaluation.opssat.published import published
from fdir_service.evaluation.opssat.rows import macro_rows, rows
from fdir_service.evaluation.opssat.run import Entry, Outcome
from models.opssat.contenders import EXPORTED
from models.opssat.data import Segments
from models.opssat.scores import METRICS

SUPERVISED, *_, NOMINAL = EXPORTED
LABELS = np.array([0, 1, 0, 1, 0, 0, 0], np.bool_)
CHANNELS = np.array([872, 872, 888, 888, 890, 872, 888])
JUDGED = Segments(np.arange(7), CHANNELS, LABELS, np.zeros((7, 19)), "")


def entry(*scores, contender=SUPERVISED):
    found = [np.array(s) for s in scores]
    return Entry(contender, tuple(Outcome(s, s >= 0.5) for s in found))


GOOD = [0.1, 0.9, 0.2, 0.8, 0.1, 0.3, 0.0]
POOR = [0.1, 0.9, 0.6, 0.4, 0.1, 0.3, 0.0]


def test_there_is_a_row_for_all_and_for_each_channel():
    found = rows([entry(GOOD)], JUDGED)
    assert [row["channel"] for row in found] == ["pooled", "CADC0872", "CADC0888", "CADC0890"]
    assert (found[0]["segments"], found[0]["anomalies"], found[0]["f1"]) == (7, 2, 1.0)


def test_what_cannot_be_counted_is_none():
    last = rows([entry(GOOD)], JUDGED)[-1]
    assert [last[name] for name in METRICS] == [1.0, *[None] * 6]


def test_figures_are_means_over_repeats_with_their_spread():
    pooled = rows([entry(GOOD, POOR)], JUDGED)[0]
    assert (pooled["missed"], pooled["false"]) == (0.5, 0.5)
    assert pooled["recall"] == 0.75
    assert pooled["recall_std"] == pytest.approx(np.std([1.0, 0.5], ddof=1))
    assert "recall_std" not in rows([entry(GOOD)], JUDGED)[0]


def test_the_mean_over_channels_leaves_out_those_of_one_class():
    (found,) = macro_rows(rows([entry(POOR)], JUDGED))
    assert (found["channels"], found["channel"]) == (2, "macro")
    assert found["auc_roc"] == pytest.approx((1.0 + 0.5) / 2)


def test_bars_are_told_as_missed_reached_or_aim():
    ours = rows([entry(GOOD), entry(POOR, contender=NOMINAL)], JUDGED)
    names = [contender.name for contender in EXPORTED]
    reached = {(b["detector"], b["metric"]): b["reached"] for b in bars.judged(ours, names)}
    assert reached[SUPERVISED.name, "f1"] == "aim"
    assert reached[NOMINAL.name, "auc_roc"] == "missed"


def test_a_channel_far_below_all_together_is_weak():
    found = bars.weak(rows([entry(POOR)], JUDGED), [SUPERVISED.name])
    assert [row["channel"] for row in found] == ["CADC0888"]


def test_the_published_table_is_complete():
    found = published()
    assert len(found) == 16
    assert {row["supervision"] for row in found} == {"supervised", "unsupervised"}
    assert found[0]["f1"] == 0.946
    assert all(isinstance(row[name], float) for row in found for name in METRICS)
