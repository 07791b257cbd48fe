import pytest

from models.opssat.data import read_segments
from models.opssat.layout import ALL
from models.opssat.mixture import MixtureSettings
from models.opssat.supervised import Supervised, SupervisedSettings
from tests.models.opssat.segments import write

SMALL = SupervisedSettings(trees=5, boosted=4, networks=2, hidden=(6,), epochs=20)
FEW = MixtureSettings(components=(1, 2))


@pytest.fixture(scope="session")
def segments(tmp_path_factory):
    return read_segments(write(tmp_path_factory.mktemp("opssat") / "train.parquet"))


@pytest.fixture(scope="session")
def others(tmp_path_factory):
    return read_segments(write(tmp_path_factory.mktemp("opssat") / "test.parquet", seed=1))


@pytest.fixture(scope="session")
def supervised(segments):
    return Supervised.fit(segments, ALL, 1, SMALL)
