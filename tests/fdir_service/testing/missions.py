"""Small missions for the tests of the kit, as text; none of them has a model file beside it."""

from fdir_service.mission import load

TANK = """
mission = { name = "tank", apid = 42 }
source = [{ name = "board", period_s = 1.0, parameters = [{ id = 1, name = "pressure", unit = "bar" }] }]
pmon = [
    { id = 1, name = "high", parameter = "pressure", check = "limit", low = 0, high = 20, repetition = 3 },
]
fmon = [{ id = 1, name = "regulator", pmons = [1], event = 1 }]
event = [{ id = 1, name = "pressure-high", severity = "high" }]
unit = [{ name = "valve", apid = 43, functions = [{ name = "CLOSE" }] }]
recovery = { mode = "active", reply_s = 2.0, confirm_s = 10.0 }

[[level]]
id = 1
name = "close"
number = 1
fmons = [1]
last = true
actions = [{ name = "close", kind = "reconfigure", unit = "valve", function = "CLOSE" }]
"""

RATES = """
mission = { name = "rates", apid = 42 }
derived = [
    { id = 11, name = "a.step", kind = "difference", input = "a" },
    { id = 12, name = "a.step.known", kind = "known", input = "a.step" },
]
setting = [{ id = 21, name = "guard", source = "fast", value = 1 }]
health = [{ id = 31, name = "received", kind = "samples_received" }]
pmon = [
    { id = 1, name = "b-range", parameter = "b", check = "limit", low = 10, high = 20 },
    { id = 2, name = "b-low", parameter = "b", check = "limit", low = 10, high = 12 },
    { id = 3, name = "step", parameter = "a.step", check = "limit", low = -1, high = 1 },
    { id = 5, name = "n-range", parameter = "n", check = "limit", low = 2, high = 3 },
    { id = 6, name = "c-drift", parameter = "c", check = "delta", low = -1, high = 1 },
    { id = 7, name = "odd", parameter = "a.odd", check = "expected", expected = 2 },
]

[[source]]
name = "fast"
period_s = 0.5
parameters = [{ id = 1, name = "a" }, { id = 2, name = "n", type = "u8" }]

[[source]]
name = "slow"
period_s = 2.0
parameters = [{ id = 3, name = "b" }]

[[source]]
name = "odd"
parameters = [{ id = 4, name = "c" }]

[[detector]]
name = "d"
model = "absent.onnx"
inputs = ["a"]
outputs = [{ output = "x", name = "a.odd", score_id = 41, index_id = 42 }]
"""


def mission(folder, text=TANK):
    """Return the mission of a text, loaded without its models."""
    path = folder / "mission.toml"
    path.write_text(text)
    return load(path, models=False)
