"""A replay takes recordings and tables, tells how far it is, and acts on nothing."""

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from fdir_service.recording import Recorder, RecordingError
from fdir_service.replay import count_samples, open_source, replay
from fdir_service.sources.table import TableError
from fdir_service.stream import CHUNK, Stream
from tests.fdir_service.builders import octets, samples

ROWS = 2 * CHUNK + 3
VALUES = [0.5] * ROWS
VALUES[300] = 7.0


@pytest.fixture
def files(tmp_path):
    """The same samples as recording, CSV and Parquet."""
    nanoseconds = [10**9 * k for k in range(ROWS)]
    epoch = 1_893_456_000 * 10**9
    stamps = pa.array([epoch + t for t in nanoseconds], pa.timestamp("ns"))
    pq.write_table(pa.table({"time": stamps, "a": VALUES, "b": [1] * ROWS}), tmp_path / "day.parquet")
    with (tmp_path / "day.csv").open("w") as file:
        file.write("time,a,b\n")
        file.writelines(f"{stamps[k]},{VALUES[k]},1\n" for k in range(ROWS))
    with Recorder(tmp_path / "day.rec") as recorder:
        recorder.write(samples(0, [[v, 1.0] for v in VALUES], source="board", session=0, period=10**9))
    return {suffix: tmp_path / f"day.{suffix}" for suffix in ("rec", "csv", "parquet")}


def test_a_recording_and_tables_of_the_same_samples_give_the_same_octets(plain, files):
    packets = {suffix: octets(replay(Stream(plain), path)) for suffix, path in files.items()}
    assert packets["rec"] == packets["csv"] == packets["parquet"]
    assert [(packet[7], packet[8]) for packet in packets["rec"]] == [(12, 12), (5, 3), (12, 12)]


@pytest.mark.parametrize("suffix", ["rec", "csv", "parquet"])
def test_progress_is_told_in_samples(plain, files, suffix):
    advanced = []
    for _ in replay(Stream(plain), files[suffix], advanced.append):
        pass
    assert [n for n in advanced if n] == [CHUNK, CHUNK, 3]


def test_the_samples_of_a_file_can_be_counted_beforehand(files, tmp_path):
    assert [count_samples(files[suffix]) for suffix in ("csv", "parquet", "rec")] == [ROWS] * 3
    assert count_samples(tmp_path / "day.npy") is None


def test_a_file_is_what_its_suffix_says(plain, files, tmp_path):
    renamed = tmp_path / "table.rec"
    renamed.write_bytes(files["csv"].read_bytes())
    with pytest.raises(RecordingError):
        list(open_source(renamed, plain))
    with pytest.raises(TableError):
        list(open_source(files["rec"].rename(tmp_path / "recording.csv"), plain))
