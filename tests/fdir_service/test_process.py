"""The daemon's own process: what it sets before it loads anything, in a process of its own."""

import json
import subprocess
import sys

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
