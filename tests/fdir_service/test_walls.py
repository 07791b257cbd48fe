"""The daemon imports neither training nor simulation nor what only the command line shows."""

import json
import subprocess
import sys

from tests.fdir_service.builders import write_mission

FOREIGN = ("torch", "sklearn", "sim", "typer", "rich", "onnx", "pyarrow")
PROGRAM = """
import json, sys
import fdir_service.daemon, fdir_service.service
from fdir_service.mission import load
from fdir_service.stream import Stream
stream = Stream(load(sys.argv[1]))
assert stream.pools["s"].detectors
print(json.dumps(sorted({name.partition(".")[0] for name in sys.modules})))
"""


def imports(path):
    """Return what a process has imported that opens the mission at a path."""
    ended = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(path)], capture_output=True, text=True, timeout=60
    )
    assert ended.returncode == 0, ended.stderr
    return json.loads(ended.stdout)


def test_the_daemon_with_a_detector_runs_without_what_it_must_not_import(tmp_path):
    path = write_mission(tmp_path)
    imported = imports(path)
    assert "onnxruntime" in imported
    assert [name for name in FOREIGN if name in imported] == ["onnx"]
    assert [name for name in FOREIGN if name in imports(path)] == [], "a compiled model needs no onnx"


def test_committed_atmonsat_models_are_judged_without_torch():
    program = (
        "import sys; import fdir_service.evaluation.atmonsat.run, fdir_service.evaluation.atmonsat.summary; "
        "import fdir_service.evaluation.atmonsat.report; print('torch' in sys.modules)"
    )
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60)
    assert (ended.stdout.strip(), ended.returncode) == ("False", 0), ended.stderr
