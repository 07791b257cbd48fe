"""A mission with a ladder of three levels, and how a test changes it."""

import pytest

from fdir_service.mission import MissionError
from tests.fdir_service.builders import load_text

MISSION = """
[mission]
name = "levels"
apid = 66
[[source]]
name = "s"
period_s = 0.1
parameters = [
    { id = 1, name = "x" }, { id = 2, name = "y" },
    { id = 3, name = "unit", type = "u8" }, { id = 4, name = "z" },
]
[[detector]]
name = "frozen"
model = "frozen.onnx"
inputs = ["x", "y"]
outputs = [{ output = "x", name = "x.frozen", index_id = 21, score_id = 22 }]
[[pmon]]
id = 1
name = "x-moves"
parameter = "x.frozen"
check = "expected"
expected = 0
repetition = 6
[[pmon]]
id = 2
name = "x-range"
parameter = "x"
check = "limit"
low = -10
high = 10
repetition = 2
[[pmon]]
id = 3
name = "z-range"
parameter = "z"
check = "limit"
low = -10
high = 10
[[fmon]]
id = 1
name = "pair"
pmons = [1, 2]
event = 1001
[[fmon]]
id = 2
name = "z"
pmons = [3]
event = 1002
[[event]]
id = 1001
name = "pair-failed"
severity = "high"
[[event]]
id = 1002
name = "z-failed"
severity = "high"
[[unit]]
name = "pair"
apid = 81
selected = "unit"
parameters = ["x", "y"]
functions = [{ name = "SELECT_UNIT", arguments = { 1 = "u8" } }, { name = "RESET" }]
[[unit]]
name = "single"
apid = 82
functions = [{ name = "RESET" }, { name = "SET", arguments = { 1 = "u8" } }]
[[sequence]]
name = "WITHOUT"
steps = [{ unit = "single", function = "RESET" }, { disable_fmons = [1] }]
[recovery]
reply_s = 2.0
confirm_s = 3.0
[[level]]
id = 1
name = "inside"
number = 0
fmons = [1]
actions = [{ name = "reset", kind = "reinitialise", unit = "pair", function = "RESET", attempts = 2 }]
[[level]]
id = 2
name = "unit"
number = 1
below = ["inside"]
cooldown_s = 4.0
[[level.actions]]
name = "switch"
kind = "switch"
unit = "pair"
function = "SELECT_UNIT"
arguments = { 1 = "redundant" }
[[level]]
id = 3
name = "function"
number = 2
below = ["unit"]
fmons = [2]
wait_s = 30.0
last = true
actions = [{ name = "without", kind = "reconfigure", sequence = "WITHOUT", mode = "passive" }]
"""


def changed(folder, *changes):
    text = MISSION
    for old, new in changes:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    return load_text(folder, text)


def problems(folder, *changes):
    with pytest.raises(MissionError) as caught:
        changed(folder, *changes)
    assert caught.value.path == folder / "mission.toml"
    return caught.value.problems
