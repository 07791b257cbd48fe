"""Small mission files as text."""

MINIMAL = """
[mission]
name = "minimal"
apid = 66
[[source]]
name = "s"
parameters = [{ id = 1, name = "x" }, { id = 2, name = "mode", type = "u8" }]
"""
SEQUENCE = """
[[unit]]
name = "u"
apid = 70
functions = [{ name = "OFF" }, { name = "ON", arguments = { 1 = "u8" } }]
[[sequence]]
name = "RESTART"
steps = [
    { unit = "u", function = "OFF", delay_s = 1.5 }, { unit = "u", function = "ON", arguments = { 1 = 1 } },
]
"""
