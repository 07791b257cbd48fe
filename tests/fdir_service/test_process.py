"""The daemon's own process: what it sets before it loads anything, in a process of its own."""

import json
import subprocess
import sys

import pytest

PROBE = """
import gc, json, os, sys
from fdir_service import process
before = gc.isenabled()
process.begin()
loading = gc.isenabled()
built = [[k] for k in range(1000)]
process.ready()
names = list(process.BEFORE)
found = {name: os.environ[name] for name in names}
print(json.dumps([before, loading, gc.isenabled(), gc.get_freeze_count() >= 1000, found]))
"""


def probe(environment: dict[str, str]) -> list[object]:
    words = [sys.executable, "-c", PROBE]
    found = subprocess.run(words, env=environment, capture_output=True, check=True)
    answers: list[object] = json.loads(found.stdout)
    return answers


def test_no_garbage_is_looked_for_until_the_daemon_is_ready_and_never_in_what_the_start_built() -> None:
    before, loading, ready, frozen, _ = probe({})
    assert (before, loading, ready, frozen) == (True, False, True, True)


def test_what_the_environment_says_stays() -> None:
    assert probe({})[-1] == {"OPENBLAS_NUM_THREADS": "1", "PYDANTIC_DISABLE_PLUGINS": "__all__"}
    found = probe({"OPENBLAS_NUM_THREADS": "4"})[-1]
    assert found == {"OPENBLAS_NUM_THREADS": "4", "PYDANTIC_DISABLE_PLUGINS": "__all__"}


LOADED = """
import sys
from fdir_service import process
process.begin()
from pydantic import BaseModel
class Point(BaseModel):
    x: int
print(Point(x="1").x, "importlib.metadata" in sys.modules)
from pydantic.plugin._loader import PYDANTIC_ENTRY_POINT_GROUP, get_plugins
print(PYDANTIC_ENTRY_POINT_GROUP, *get_plugins())
"""


@pytest.mark.parametrize(
    ("said", "is_loaded"), [({}, False), ({"PYDANTIC_DISABLE_PLUGINS": "logfire"}, True)]
)
def test_what_looks_for_plugins_is_loaded_only_if_it_is_wanted(said: dict[str, str], is_loaded: bool) -> None:
    words = [sys.executable, "-c", LOADED]
    found = subprocess.run(words, env=said, capture_output=True, check=True, text=True)
    assert found.stdout.splitlines() == [f"1 {is_loaded}", "pydantic"]
