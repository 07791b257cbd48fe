"""The chain tests that ship with the missions pass; each shows one rule of the chain or the ladder."""

import pytest

from fdir_service.testing.file_load import find, read
from fdir_service.testing.run import run
from tests.fdir_service.lockstep import HOPPER

FOLDER = HOPPER / "chain-tests"
PATHS = find(FOLDER)
SHIPPED = [
    path
    for name in ("hopper", "cubesat-adcs", "imager")
    for path in find(HOPPER.parent / name / "chain-tests")
]


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_a_shipped_chain_test_passes(path):
    result = run(read(path))
    assert result.passed, "\n".join(["", *(m.text for m in result.misses), result.chain.timeline()])


def test_twenty_and_more_are_shipped_and_two_of_them_are_tables():
    suffixes = [path.suffix for path in PATHS]
    assert suffixes.count(".toml") >= 20
    assert suffixes.count(".csv") == 2


def test_every_shipped_chain_test_has_a_name_of_its_own():
    names = [read(path).name for path in SHIPPED]
    assert len(set(names)) == len(names)
