"""`fdir bench` produces every row, says from which machine, and ends with 3 if one misses."""

import json
import sys
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from fdir_service import bench as module
from fdir_service.bench import ROWS, machine, others, replays, starting
from fdir_service.bench.plot import margin
from fdir_service.bench.rounds import Contender, Fact, UnavailableError
from fdir_service.cli import UsageError
from fdir_service.cli.bench import bench

DOCUMENT = Path(__file__).parents[3] / "docs" / "reference" / "benchmarks.md"
KEYS = [
    "monitors_1000_vs_python_objects",
    "monitors_10000_vs_python_objects",
    "monitors_10_one_sample_vs_python_objects",
    "st05_packing_vs_spacepackets",
    "window_engine_vs_bare_ort",
    "chunk32_engine_vs_bare_ort",
    "chunk256_engine_vs_bare_ort",
    "chunk256_engine_vs_naive_engine",
    "detectors_8_vs_1",
    "rows64_engine_vs_bare_ort",
    "rows256_engine_vs_bare_ort",
    "rows256_graph_vs_single_rows",
    "service_one_sample_messages_vs_bare_ort",
    "service_vs_receive_decode_loop_cpu",
    "replay_parquet_vs_naive_loop",
    "replay_10x_vs_1x",
    "max_abs_difference",
    "decisions_flipped",
    "metrics_and_accounting_share_of_cpu",
    "lstm_batched_vs_rerun",
    "lstm_that_remembers_vs_rerun",
    "vs_torch_eager",
    "vs_river_hst",
    "vs_isolation_forest_rowwise",
    "start_up_vs_import_torch",
    "lost_plus_received_equals_published",
    "added_latency_p50_vs_window_run",
    "service_time_p99_vs_window_run",
    "tile_index_vs_bare_ort",
    "image_384_daemon_vs_bare_ort",
]
FACTS = {"max_abs_difference", "decisions_flipped", "lost_plus_received_equals_published"}
NEEDS = {
    "replay_parquet_vs_naive_loop": "pyarrow",
    "replay_10x_vs_1x": "pyarrow",
    "vs_torch_eager": "torch",
    "vs_river_hst": "river",
    "start_up_vs_import_torch": "torch",
}
"""What a row needs that the test environment may be without."""


@pytest.fixture
def run():
    app = typer.Typer()
    app.command()(bench)
    return lambda *words: CliRunner().invoke(app, [*map(str, words)], catch_exceptions=False)


def spin(turns):
    return Contender(lambda: sum(range(turns)), turns // 1000)


@pytest.fixture
def rows(monkeypatch):
    """Two rows that compare something with itself: one always good, one never."""
    good, missed = (
        replace(ROWS[0], key=key, must=must, prepare=lambda _: (spin(20_000), spin(20_000)))
        for key, must in (("good_vs_same", 0), ("missed_vs_same", 1e9))
    )
    monkeypatch.setattr(module, "ROWS", (good, missed))
    return good, missed


def test_quick_produces_every_row(run):
    ended = run("--quick", "--json")
    result = json.loads(ended.stdout)
    assert ended.exit_code == 0
    assert list(result["rows"]) == [row.key for row in ROWS]
    for row in ROWS:
        found = result["rows"][row.key]
        assert (found["must"], found["aim"], found["measures"]) == (row.must, row.aim, row.measures)
        assert found["at_most"] is row.at_most
        if find_spec(NEEDS.get(row.key, "numpy")) is None:
            assert "not installed" in found["skipped"]
        elif row.key in FACTS:
            assert found["good"] is True
            assert (found["ours_ns"], found["theirs_ns"]) == (None, None)
        else:
            assert found["least"] <= found["value"] <= found["most"]
            assert found["theirs_ns"] > 0
    assert (result["good"], result["quick"], result["rounds"]) == (True, True, 1)
    assert result["machine"]["cores"] >= 1


def test_the_promised_rows_are_there():
    assert [row.key for row in ROWS] == KEYS
    assert all(row.aim <= row.must if row.at_most else row.aim >= row.must for row in ROWS)


def test_only_the_rows_that_are_asked_for_are_measured(run, rows):
    ended = run("--quick", "--json", "--only", rows[1].key)
    assert list(json.loads(ended.stdout)["rows"]) == [rows[1].key]


def test_a_row_that_does_not_exist_is_a_usage_error(run, rows):
    with pytest.raises(UsageError, match="no row nonsense; there are good_vs_same, missed_vs_same"):
        run("--only", "nonsense")


def unavailable(_):
    raise UnavailableError("a library is not installed")


def test_a_row_that_cannot_be_measured_says_why_and_misses_nothing(run, rows, monkeypatch):
    monkeypatch.setattr(module, "ROWS", (rows[0], replace(rows[1], prepare=unavailable)))
    ended = run("--rounds", "5", "--json")
    found = json.loads(ended.stdout)["rows"][rows[1].key]
    assert (ended.exit_code, found["value"], found["skipped"]) == (0, None, "a library is not installed")
    assert "a library is not installed" in run("--rounds", "5").stdout


def test_a_fact_is_found_once_and_judged_like_a_ratio(run, rows, monkeypatch):
    fact = replace(rows[0], key="differences", must=1, aim=0, prepare=lambda _: Fact(2), at_most=True)
    monkeypatch.setattr(module, "ROWS", (fact,))
    ended = run("--rounds", "5")
    assert ended.exit_code == 3
    assert "<= 1" in ended.stdout


@pytest.mark.parametrize(("suffix", "begins"), [(".svg", b"<?xml"), (".png", b"\x89PNG")])
def test_the_results_can_be_plotted(run, rows, tmp_path, suffix, begins):
    pytest.importorskip("matplotlib")
    path = tmp_path / f"figure{suffix}"
    run("--quick", "--plot", path)
    assert path.read_bytes().startswith(begins)


def test_a_plot_that_cannot_be_written_is_a_usage_error(run, rows, tmp_path):
    pytest.importorskip("matplotlib")
    for path in (tmp_path / "missing" / "figure.svg", tmp_path / "figure.nonsense"):
        with pytest.raises(UsageError, match="--plot"):
            run("--quick", "--plot", path)


def test_without_matplotlib_a_plot_names_the_extra(run, rows, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
    with pytest.raises(UsageError, match=r"fdir-service\[report\]"):
        run("--quick", "--plot", tmp_path / "figure.svg")


@pytest.mark.parametrize(
    ("at_most", "value", "expected"),
    [(False, 4.0, 2.0), (False, 1.0, 0.5), (True, 1.0, 2.0), (True, 4.0, 0.5)],
)
def test_a_margin_is_how_many_times_as_good_as_a_row_must_be(at_most, value, expected):
    assert margin(value, 2.0, at_most=at_most) == expected


@pytest.mark.parametrize(
    ("library", "prepare"),
    [
        ("pyarrow", replays.ROWS[0].prepare),
        ("torch", others.ROWS[0].prepare),
        ("river", others.ROWS[1].prepare),
    ],
)
def test_a_row_without_its_library_names_the_extra(library, prepare, monkeypatch):
    monkeypatch.setitem(sys.modules, library, None)
    with pytest.raises(UnavailableError, match=rf"{library} is not installed: pip install"):
        prepare(True)


def test_start_up_is_not_compared_with_what_is_not_installed(monkeypatch):
    monkeypatch.setattr(starting, "find_spec", lambda _: None)
    with pytest.raises(UnavailableError, match="torch is not installed"):
        starting.ROWS[0].prepare(True)


def test_a_row_that_misses_ends_with_3(run, rows):
    ended = run("--rounds", "5", "--json")
    result = json.loads(ended.stdout)
    assert (ended.exit_code, result["good"], result["rounds"]) == (3, False, 5)


def test_quick_judges_nothing(run, rows):
    ended = run("--quick")
    assert ended.exit_code == 0
    assert "no figures to compare" in ended.stdout


def test_the_table_names_rows_figures_and_machine(run, rows):
    ended = run("--rounds", "5")
    assert ended.exit_code == 3
    for row in rows:
        assert ended.stdout.count(row.key) == 2  # in the table, and what it measures
    assert f"{rows[0].key}: {rows[0].measures}" in ended.stdout
    assert str(machine.describe()) in ended.stdout
    assert "1e+09" in ended.stdout  # no column is cut short
    assert "Medians of 5 rounds" in ended.stdout


def test_all_rows_good_end_with_0(run, rows, monkeypatch):
    monkeypatch.setattr(module, "ROWS", rows[:1])
    assert run("--rounds", "5").exit_code == 0


def test_fewer_than_five_rounds_are_a_usage_error(run):
    assert run("--rounds", "4").exit_code == 2


def test_the_machine_is_described_by_the_name_of_its_processor(tmp_path):
    info = tmp_path / "cpuinfo"
    info.write_text("processor\t: 0\nmodel name\t: Some CPU: 3 GHz\nmodel name\t: other\n")
    assert machine.describe(info).processor == "Some CPU: 3 GHz"
    assert machine.describe(tmp_path / "none").processor
    assert "Some CPU" in str(machine.describe(info))


def test_a_machine_without_numba_says_so(monkeypatch):
    def missing(_):
        raise machine.metadata.PackageNotFoundError

    monkeypatch.setattr(machine.metadata, "version", missing)
    assert str(machine.describe()).endswith("no numba")
    monkeypatch.setattr(machine.metadata, "version", lambda _: "9.9")
    assert str(machine.describe()).endswith("numba 9.9")


def test_every_row_is_documented():
    text = DOCUMENT.read_text()
    assert [row.key for row in ROWS if f"`{row.key}`" not in text] == []
