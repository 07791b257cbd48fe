import sys
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("jinja2")
pytest.importorskip("matplotlib")

from fdir_service.evaluation import EvaluationError
from fdir_service.evaluation.atmonsat.contenders import Folders, rule
from fdir_service.evaluation.atmonsat.figures import figures, on_timeline
from fdir_service.evaluation.atmonsat.recordings import JudgedDay, judged_days
from fdir_service.evaluation.atmonsat.report import write
from fdir_service.evaluation.atmonsat.run import Choice, Evaluation, evaluate
from fdir_service.evaluation.atmonsat.summary import summarise
from tests.fdir_service.evaluation.atmonsat.firmware import EXCERPT, write_firmware
from tests.fdir_service.evaluation.atmonsat.test_run import several
from tests.fdir_service.evaluation.test_report import Page


@pytest.fixture(scope="module")
def evaluation(tmp_path_factory: pytest.TempPathFactory) -> Evaluation:
    from fdir_service.evaluation.atmonsat.faithful import open_file

    file = open_file(write_firmware(tmp_path_factory.mktemp("models")))
    return evaluate(
        judged_days(EXCERPT), [file], Choice(folders=Folders(EXCERPT), contenders=(rule, several))
    )


def test_the_page_holds_everything_it_shows(evaluation: Evaluation, tmp_path: Path) -> None:
    path = tmp_path / "r.html"
    write(path, summarise(evaluation), evaluation)
    text = path.read_text("utf-8")
    page = Page(text)
    assert (page.open, page.wrong) == ([], [])
    assert len(page.ids) == len(set(page.ids))
    assert all(link.startswith("#") for link in page.fetched)
    for word in ("All days", "Day by day", "firmware", "mine seed 2"):
        assert word in text
    assert text.count("<svg") == 3
    again = tmp_path / "again.html"
    write(again, summarise(evaluation), evaluation)
    assert again.read_text("utf-8") == text


def test_ours_comes_first_on_the_timeline_with_one_seed_and_without_the_rule(evaluation: Evaluation) -> None:
    assert [(e.detector, e.seed) for e in on_timeline(evaluation)] == [("mine", 1), ("firmware", 0)]


def test_a_day_without_injections_and_detectors_without_scores_can_be_drawn(evaluation: Evaluation) -> None:
    quiet = (JudgedDay(evaluation.parts[0].day, ()),)

    def blind(days, folders):
        for scored in several(days, folders):
            scored.scores[:] = np.nan
            yield scored

    choice = Choice(folders=Folders(EXCERPT), contenders=(blind,))
    drawn = figures(evaluate(quiet, [], choice), [])
    assert "0 true and 0 false" in drawn["days"][0]["svg"]


def test_without_the_extra_the_report_says_what_to_install(
    evaluation: Evaluation, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = summarise(evaluation)
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(EvaluationError, match="matplotlib is not installed"):
        write(tmp_path / "r.html", found, evaluation)
    monkeypatch.setitem(sys.modules, "jinja2", None)
    with pytest.raises(EvaluationError, match="jinja2 is not installed"):
        write(tmp_path / "r.html", found, evaluation)
