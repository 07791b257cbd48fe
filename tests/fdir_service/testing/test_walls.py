"""The kit runs without pytest, sockets, simulator and what only the command line shows."""

import json
import subprocess
import sys

FOREIGN = ("pytest", "zmq", "sim", "torch", "typer", "rich", "onnx", "sklearn", "prometheus_client")
PROGRAM = """
import json, sys
from fdir_service.testing import ChainTest
import fdir_service.testing.run, fdir_service.testing.junit
chain = ChainTest("hopper")
chain.feed({"acc.stuck": 1}, samples=27)
chain.expect_fmon("accelerometer", becomes="failed", at_s=2.6)
print(json.dumps(sorted({name.partition(".")[0] for name in sys.modules})))
"""


def test_a_chain_is_tested_without_what_the_kit_must_not_need():
    ended = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, timeout=60)
    assert ended.returncode == 0, ended.stderr
    assert [name for name in FOREIGN if name in json.loads(ended.stdout)] == []
