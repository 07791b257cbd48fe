import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from models.opssat.data import DataSetError, channel_name, read_segments
from tests.models.opssat.segments import table


def replaced(name, values):
    found = table()
    return found.set_column(found.column_names.index(name), name, pa.array(values))


def written(tmp_path, content):
    pq.write_table(content, tmp_path / "train.parquet")
    return tmp_path / "train.parquet"


def test_segments_come_with_channel_numbers_and_labels(segments):
    assert len(segments) == 172
    assert segments.channels == (872, 888, 890)
    assert channel_name(872) == "CADC0872"
    assert segments.anomaly.dtype == np.bool_
    assert 0 < segments.anomaly.sum() < 86


def test_columns_are_found_by_name(segments):
    duration, length, sampling = segments.columns(["duration", "len", "sampling"]).T
    assert (duration == length * sampling).all()


def test_a_row_with_an_unknown_feature_is_dropped_and_counted(tmp_path):
    values = table()["skew"].to_numpy().copy()
    values[3], values[5] = np.nan, np.inf
    found = read_segments(written(tmp_path, replaced("skew", values)))
    assert (len(found), found.dropped) == (170, 2)


def test_a_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(DataSetError, match=r"train.parquet: no such file"):
        read_segments(tmp_path / "train.parquet")


def test_a_file_that_is_no_parquet_is_named(tmp_path):
    (tmp_path / "train.parquet").write_text("no")
    with pytest.raises(DataSetError, match=r"train.parquet: "):
        read_segments(tmp_path / "train.parquet")


@pytest.mark.parametrize(
    ("name", "values", "reason"),
    [
        ("len", ["x"] * 172, "column len is .*must be numbers"),
        ("anomaly", [2] * 172, "labels must be 0 or 1"),
        ("channel", ["magnetometer"] * 172, "channel 'magnetometer' is not of the form"),
        ("mean", [float("nan")] * 172, "no segment with known features"),
    ],
)
def test_what_is_not_as_promised_is_refused_with_its_column(tmp_path, name, values, reason):
    with pytest.raises(DataSetError, match=reason):
        read_segments(written(tmp_path, replaced(name, values)))


def test_missing_columns_are_named(tmp_path):
    with pytest.raises(DataSetError, match="columns channel, len are missing"):
        read_segments(written(tmp_path, table().drop_columns(["len", "channel"])))
