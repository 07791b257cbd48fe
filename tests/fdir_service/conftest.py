"""The bench mission, loaded once: missions never change."""

import pytest

from fdir_service.mission import Mission
from tests.fdir_service.builders import PLAIN, bench_with, load_text


@pytest.fixture(scope="session")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Mission:
    return bench_with(tmp_path_factory.mktemp("bench"))


@pytest.fixture(scope="session")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Mission:
    return load_text(tmp_path_factory.mktemp("plain"), PLAIN)
