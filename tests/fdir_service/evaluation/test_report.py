"""The report is one page that holds everything it shows."""

import re
import sys
from html.parser import HTMLParser

import pytest

from fdir_service.bench.machine import describe
from fdir_service.evaluation import EvaluationError
from fdir_service.evaluation.figures import figures
from fdir_service.evaluation.summary import summarise

pytest.importorskip("jinja2")
pytest.importorskip("matplotlib")

VOID = {"meta", "br", "img", "link", "path", "use", "rect", "line", "circle"}


class Page(HTMLParser):
    """Collects headings, ids and what would be fetched; checks that tags are closed in order."""

    def __init__(self, text):
        super().__init__()
        self.open, self.ids, self.fetched, self.texts, self.wrong = [], [], [], [], []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        found = dict(attrs)
        self.ids += [found["id"]] if "id" in found else []
        self.fetched += [found[k] for k in ("src", "href", "xlink:href") if k in found]
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.open.pop()

    def handle_endtag(self, tag):
        if tag not in VOID and self.open.pop() != tag:
            self.wrong.append(tag)

    def handle_data(self, data):
        self.texts.append(data.strip())


@pytest.fixture(scope="module")
def text(evaluation, tmp_path_factory):
    from dataclasses import asdict

    from fdir_service.evaluation.report import write

    path = tmp_path_factory.mktemp("report") / "r.html"
    write(path, summarise(evaluation) | {"machine": asdict(describe())}, evaluation)
    return path.read_text("utf-8")


@pytest.fixture(scope="module")
def page(text):
    return Page(text)


def test_nothing_is_fetched_from_anywhere(page, text):
    assert [place for place in page.fetched if not place.startswith("#")] == []
    assert "<script" not in text
    assert not re.search(r"url\((?!#)", text)


def test_tags_are_closed_in_order_and_ids_are_unique(page):
    assert (page.open, page.wrong) == ([], [])
    assert len(page.ids) == len(set(page.ids))


def test_every_reference_within_the_page_leads_somewhere(page, text):
    used = {place[1:] for place in page.fetched} | set(re.findall(r"url\(#([^)]+)\)", text))
    assert used <= set(page.ids)


@pytest.mark.parametrize(
    "heading",
    [
        *("Table 4: hyper-parameters", "Table 5: detection metrics", "Table 6: system metrics"),
        *("Spread over training seeds", "Axis isolation", "By oracle energy: missed / answered in time"),
    ],
)
def test_the_tables_of_the_paper_and_ours_are_there(page, heading):
    assert heading in page.texts


def test_table_4_shows_what_the_cards_tell_beside_the_paper_s_values(text):
    for row in (
        ("learning rate", "0.00065", "not on the card", "0.004", "not on the card"),
        ("training epochs", "32", "not on the card", "24", "not on the card"),
        ("window length (samples)", "180", "6", "9", "6"),
        ("persistency (samples)", "27", "27", "27", "27"),
    ):
        assert "".join(f"<td>{cell}</td>" for cell in row) in text


def test_figures_6_to_9_are_drawn_for_each_row_with_a_network_and_always_the_same(evaluation, text):
    found = figures(evaluation)
    assert [figure["number"] for figure in found] == ["6", "7", "8", "9"]
    for figure in found:
        assert figure["svg"] in text
        for name in ("frozen", "plain", "frozen or PUS"):
            assert f">{name}<" in figure["svg"]


def test_the_page_says_that_the_data_of_the_paper_are_others(text):
    assert "The data of the paper are not public" in text
    assert "paper (other data)" in text


@pytest.mark.parametrize("module", ["jinja2", "matplotlib"])
def test_without_the_extra_its_name_is_told(evaluation, tmp_path, monkeypatch, module):
    from fdir_service.evaluation.report import write

    monkeypatch.setitem(sys.modules, module, None)
    monkeypatch.setitem(sys.modules, f"{module}.figure", None)
    with pytest.raises(EvaluationError, match=r"fdir-service\[report\]"):
        write(tmp_path / "r.html", summarise(evaluation) | {"machine": {}}, evaluation)
