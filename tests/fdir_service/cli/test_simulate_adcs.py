"""`fdir simulate-adcs` writes telemetry that the mission reads, and its labels beside it."""

import json

import numpy as np
import pyarrow.parquet as pq
import pytest

from fdir_service.scenarios import find
from sim.adcs.anomalies import AnomalySet
from sim.adcs.dataset import generate


def report(ended):
    assert ended.code == 0, ended.err
    return json.loads(ended.out)


@pytest.mark.parametrize("suffix", ["parquet", "csv", "rec"])
def test_a_replay_reads_the_file_and_classical_limits_find_the_papers_anomalies(fdir, tmp_path, suffix):
    file, labels = tmp_path / f"adcs.{suffix}", tmp_path / "adcs.labels.csv"
    written = report(fdir("simulate-adcs", file, "--seed", 3, "--json"))
    assert written == {
        "out": str(file),
        "labels": str(labels),
        "rows": 793,
        "day": 388,
        "anomalies": {"rare_event": 1, "zero_magnetometers": 10},
    }
    replayed = report(fdir("replay", file, "--mission", "cubesat-adcs", "--labels", labels, "--json"))
    assert len(replayed["labels"]) == replayed["found"] == 11
    assert replayed["false_alarms"] == 0


def test_the_values_are_those_of_the_data_set(fdir, tmp_path):
    file = tmp_path / "adcs.parquet"
    assert fdir("simulate-adcs", file, "--seed", 3, "--anomalies", "harder").code == 0
    table, data = pq.read_table(file), generate(3, AnomalySet.HARDER)
    for name, column in zip(data.names, data.values.T, strict=True):
        assert np.array_equal(table[name].to_numpy(), column)
    assert np.array_equal(table["mag.x"].to_numpy(), data.values[:, 0])
    assert not table["mag.unit"].to_numpy().any()


def test_it_says_what_it_wrote(fdir, tmp_path):
    file = tmp_path / "adcs.csv"
    ended = fdir("simulate-adcs", file, "--anomalies", "none")
    assert ended.out == f"{file}: 793 row(s), 0 of them anomalous, see {tmp_path / 'adcs.labels.csv'}\n"
    assert (tmp_path / "adcs.labels.csv").read_text() == "start,end,label\n"


def test_a_file_is_replaced_only_when_told_so(fdir, tmp_path):
    file = tmp_path / "adcs.csv"
    file.touch()
    refused = fdir("simulate-adcs", file)
    assert refused.code == 2
    assert "--force replaces it" in refused.err
    assert fdir("simulate-adcs", file, "--force").code == 0
    assert file.stat().st_size > 0


def test_an_unknown_set_of_anomalies_is_named(fdir, tmp_path):
    ended = fdir("simulate-adcs", tmp_path / "adcs.csv", "--anomalies", "odd")
    assert ended.code == 2
    assert "'odd' is none of none, paper, harder" in ended.err


def test_scenarios_are_found_by_name_with_their_mission_and_by_path(tmp_path):
    assert find("demo").parts[-3:] == ("hopper", "scenarios", "demo.toml")
    assert find("cubesat-adcs/zero").parts[-3:] == ("cubesat-adcs", "scenarios", "zero.toml")
    assert find("cubesat-adcs/none").is_file() is False
    assert find(str(tmp_path / "own.toml")) == tmp_path / "own.toml"
