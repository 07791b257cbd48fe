import sys
from dataclasses import replace

import pytest

pytest.importorskip("jinja2")
pytest.importorskip("matplotlib")

from fdir_service.evaluation import EvaluationError
from fdir_service.evaluation.dclop.contenders import OURS
from fdir_service.evaluation.dclop.figures import of_one
from fdir_service.evaluation.dclop.report import write
from fdir_service.evaluation.dclop.run import Evaluation
from fdir_service.evaluation.dclop.summary import summarise
from tests.fdir_service.evaluation.test_report import Page


@pytest.fixture(scope="module")
def ours(evaluation) -> Evaluation:
    """The first run of ours alone: a page with few figures."""
    own = tuple(o for o in evaluation.outcomes if o.name == OURS and o.case.seed == 100)
    return Evaluation(replace(evaluation.plan, runs=1), own)


def test_the_page_holds_everything_it_shows(ours, tmp_path):
    path = tmp_path / "r.html"
    write(path, summarise(ours), ours)
    text = path.read_text("utf-8")
    page = Page(text)
    assert (page.open, page.wrong) == ([], [])
    assert len(page.ids) == len(set(page.ids))
    assert all(link.startswith("#") for link in page.fetched)
    for word in ("Table 2", "Table 3", "Table 5", "Harder anomalies", "The portrait", "too few to judge"):
        assert word in text
    for caption in ("mean of each parameter", "latent points", "score of each row", "one line a run"):
        assert caption in text
    assert "irrad.xp" in text
    assert text.count("<svg") == 6


def test_what_has_no_clusters_is_drawn_as_a_timeline(ours):
    plain = replace(ours.outcomes[0], scored=replace(ours.outcomes[0].scored, clusters=None))
    (drawn,) = of_one(plain, "0")
    assert "score of each row" in drawn["caption"]
    assert "anomalies found" in drawn["svg"]


def test_without_the_extra_the_report_says_what_to_install(ours, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(EvaluationError, match="matplotlib is not installed"):
        write(tmp_path / "r.html", summarise(ours), ours)
