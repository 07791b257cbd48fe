"""Decoders of the hopper and of the bench mission, made once."""

import pytest

from fdir_service.mission import load
from tests.fdir_service.builders import bench_with
from tests.fdir_service.xtce.reading import Decoder

WITHOUT_VALIDITY = (
    "[profile]\npmon_validity = false\nfmon_validity = false\nsummary_event = 1004\n\n[recovery]"
)


@pytest.fixture(scope="session")
def hopper(tmp_path_factory):
    return Decoder(load("hopper"), tmp_path_factory.mktemp("hopper") / "hopper.xml")


@pytest.fixture(scope="session")
def bench_decoder(bench, tmp_path_factory):
    return Decoder(bench, tmp_path_factory.mktemp("bench_xtce") / "bench.xml")


@pytest.fixture(scope="session")
def bare(tmp_path_factory):
    """The bench mission in a profile without validity conditions, with a summary event."""
    folder = tmp_path_factory.mktemp("bare")
    mission = bench_with(
        folder, ("[recovery]", WITHOUT_VALIDITY), ('validity = { parameter = "guard", expected = 1 }\n', "")
    )
    return Decoder(mission, folder / "bare.xml")
