"""Segments in a mission: their features are parameters, fed to detectors, restored from snapshots."""

from typing import get_args

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fdir_service.mission.load import MissionError
from fdir_service.mission.segment_schema import FeatureName, SegmentSection
from fdir_service.origins import Origins
from fdir_service.pool import Pool
from fdir_service.segments.features import FEATURES
from fdir_service.snapshot import restore, take
from fdir_service.stream import Stream
from models.segments.features import FEATURES as DEFINED
from tests.fdir_service.builders import cut, load_text, samples

TEXT = """
[mission]
name = "segments"
apid = 66
[[source]]
name = "s"
parameters = [{ id = 1, name = "a" }]
[[derived]]
id = 2
name = "a.step"
kind = "difference"
input = "a"
[[segment]]
name = "a"
input = "a"
samples = 20
hop = 10
gap_s = 1.0
features = [{ feature = "mean", id = 11 }, { feature = "var", id = 12 }]
[[segment]]
name = "step"
input = "a.step"
samples = 24
features = [{ feature = "peak_rate", id = 13 }]
"""
ROWS = np.random.default_rng(2).standard_normal(60)


@pytest.fixture
def mission(tmp_path):
    return load_text(tmp_path, TEXT)


def values(mission, name, block):
    return block.values[mission.parameters.row[mission.parameters.by_name[name].id]]


def test_features_are_parameters_of_the_source_of_their_input(mission):
    block = Pool(mission, "s", 64).step(samples(0, ROWS), {})
    assert [p.name for p in mission.parameters.sources["s"]] == [
        "a", "a.step", "a.mean", "a.var", "step.peak_rate",
    ]  # fmt: skip
    assert np.flatnonzero(~np.isnan(values(mission, "a.mean", block)))[0] == 19
    assert values(mission, "a.mean", block)[29] == pytest.approx(ROWS[10:30].mean())
    # The first difference is not known.
    assert np.flatnonzero(~np.isnan(values(mission, "step.peak_rate", block)))[0] == 24


@settings(max_examples=20)
@given(cuts=st.lists(st.integers(1, 59), max_size=5))
def test_chunks_do_not_matter(tmp_path_factory, cuts):
    mission = load_text(tmp_path_factory.mktemp("mission"), TEXT)
    whole = Pool(mission, "s", 64).step(samples(0, ROWS), {}).values
    pool = Pool(mission, "s", 64)
    parts = [pool.step(part, {}).values for part in cut(samples(0, ROWS), cuts)]
    np.testing.assert_array_equal(np.concatenate(parts, axis=1), whole)


def test_a_flush_forgets_the_segments(mission):
    pool = Pool(mission, "s", 64)
    pool.step(samples(0, ROWS), {})
    pool.flush()
    block = pool.step(samples(100, ROWS), {})
    assert np.isnan(values(mission, "a.mean", block)[:19]).all()


def test_a_restored_stream_goes_on_with_the_same_segments(mission):
    first, second = samples(0, ROWS[:37]), samples(37, ROWS[37:])
    whole, resumed = Stream(mission), Stream(mission)
    whole.take([first])
    restore(resumed, take(whole))
    [block], [again] = (stream.take([second]).blocks for stream in (whole, resumed))
    np.testing.assert_array_equal(block.values, again.values)


def test_a_feature_comes_from_the_input_of_its_segment(mission):
    assert Origins(mission).behind([13]) == [13, 2, 1]


def test_a_mission_file_may_name_every_feature():
    assert get_args(FeatureName) == FEATURES == DEFINED


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ('input = "a.step"', 'input = "b"', "segment.1.input: unknown parameter 'b'"),
        ("hop = 10", "hop = 9", "hop 9 does not divide 20 samples"),
        ("id = 12", "id = 1", "parameter id: 1 is used 2 times"),
        ('"var"', '"mean"', "parameter name: 'a.mean' is used 2 times"),
        ("id = 12", "id = 70000", "70000 does not fit"),
        ('"var"', '"median"', "features.1.feature"),
        ('[{ feature = "peak_rate", id = 13 }]', "[]", "features"),
        ("samples = 24", "samples = 10", "samples"),
    ],
)
def test_what_does_not_fit_is_refused_with_its_key(tmp_path, old, new, reason):
    assert TEXT.count(old) == 1
    text = TEXT.replace(old, new)
    with pytest.raises(MissionError, match=reason):
        load_text(tmp_path, text)


def test_segments_do_not_overlap_unless_a_hop_is_given():
    section = SegmentSection(name="a", input="a", samples=32, features=[{"feature": "mean", "id": 1}])
    assert section.step == 32
