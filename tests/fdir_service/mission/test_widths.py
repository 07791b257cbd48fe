"""Every number of a mission file must fit the widths that the file chooses; a misfit is named by its key."""

import pytest

from fdir_service.mission import MissionError
from fdir_service.mission.profile_schema import ProfileSection, WidthsSection
from pus.codec import Widths
from pus.profile import Profile
from tests.fdir_service.builders import load_text

SMALL = "max_pmons = 9\nmax_fmons = 9\nmax_event_actions = 9\n"
MISSION = f"""
[mission]
name = "small"
apid = 66
[profile]
{SMALL}
[profile.widths]
identifier = 1
count = 1
repetition = 1
interval = 1
[[source]]
name = "s"
parameters = [{{ id = 1, name = "x" }}, {{ id = 2, name = "mode", type = "u8" }}]
[[derived]]
id = 3
name = "x.step"
kind = "difference"
input = "x"
[[setting]]
id = 4
name = "guard"
source = "s"
[[health]]
id = 5
name = "lost"
kind = "samples_lost"
[[pmon]]
id = 6
name = "x-range"
parameter = "x"
check = "delta"
low = 0
high = 1
low_event = 10
consecutive = 7
repetition = 8
interval = 9
[[fmon]]
id = 11
name = "all"
pmons = [6]
minimum = 1
[[event]]
id = 10
name = "e"
severity = "low"
[[housekeeping]]
sid = 12
interval = 13
parameters = ["x"]
[[unit]]
name = "u"
apid = 70
functions = [{{ name = "ON", arguments = {{ 14 = "u8" }} }}]
[[sequence]]
name = "RESTART"
steps = [{{ unit = "u", function = "ON", arguments = {{ 14 = 1 }} }}]
"""


def problems(folder, text):
    with pytest.raises(MissionError) as caught:
        load_text(folder, text)
    return caught.value.problems


def misfit(folder, old, new):
    assert MISSION.count(old) == 1, old
    return problems(folder, MISSION.replace(old, new))


def reason(width, most=255, octets=1):
    return f"(profile.widths.{width} = {octets}: at most {most})"


def test_a_mission_in_narrow_widths_can_be_loaded(tmp_path):
    mission = load_text(tmp_path, MISSION)
    assert mission.profile.widths == Widths(1, 1, 1, 1)
    (step,) = mission.sequences["RESTART"]
    assert step.request[11:-2] == b"ON".ljust(16, b"\0") + bytes((1, 14, 1))


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        ('id = 1, name = "x"', 'id = 256, name = "x"', "source.0.parameters.0.id: 256 does not fit"),
        ("id = 3\n", "id = 300\n", "derived.0.id: 300 does not fit"),
        ("id = 4\n", "id = 256\n", "setting.0.id: 256 does not fit"),
        ("id = 5\n", "id = 256\n", "health.0.id: 256 does not fit"),
        ("id = 11\n", "id = 70000\n", "fmon.0.id: 70000 does not fit"),
        ("sid = 12", "sid = 256", "housekeeping.0.sid: 256 does not fit"),
        ('functions = [{ name = "ON", arguments = { 14 =', 'functions = [{ name = "ON", arguments = { 256 =',
         "unit.0.functions.0.arguments: 256 does not fit"),
    ],
)  # fmt: skip
def test_an_identifier_that_does_not_fit_is_named_by_its_key(tmp_path, old, new, line):
    assert f"{line} {reason('identifier')}" in misfit(tmp_path, old, new)


def test_everything_that_refers_to_a_number_that_does_not_fit_is_named(tmp_path):
    text = MISSION.replace("id = 10\n", "id = 1000\n").replace("low_event = 10", "low_event = 1000")
    text += "[recovery]\nrecovered_event = 1000\nfailed_event = 1000\n"
    text = text.replace(SMALL, SMALL + "summary_event = 1000\n")
    assert problems(tmp_path, text) == [
        f"{key}: 1000 does not fit {reason('identifier')}"
        for key in ("profile.summary_event", "event.0.id", "pmon.0.low_event",
                    "recovery.recovered_event", "recovery.failed_event")
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("old", "new", "line", "width"),
    [
        ("repetition = 8", "repetition = 256", "pmon.0.repetition: 256 does not fit", "repetition"),
        ("consecutive = 7", "consecutive = 256", "pmon.0.consecutive: 256 does not fit", "repetition"),
        ("minimum = 1", "minimum = 256", "fmon.0.minimum: 256 does not fit", "repetition"),
        ("interval = 9", "interval = 256", "pmon.0.interval: 256 does not fit", "interval"),
        ("interval = 13", "interval = 256", "housekeeping.0.interval: 256 does not fit", "interval"),
        (SMALL, SMALL + "max_transition_delay = 256", "profile.max_transition_delay: 256 does not fit",
         "interval"),
        (SMALL, SMALL + "max_transitions = 256", "profile.max_transitions: 256 does not fit", "count"),
        ("max_fmons = 9\n", "", "profile.max_fmons: 1024 does not fit", "count"),
        ("pmons = [6]", f"pmons = {[6] * 256}", "fmon.0.pmons: 256 entries do not fit", "count"),
        ('parameters = ["x"]', f"parameters = {['x'] * 256}",
         "housekeeping.0.parameters: 256 entries do not fit", "count"),
        ("steps = [", "steps = [" + '{ unit = "u", function = "ON", arguments = { 14 = 1 } },' * 255,
         "sequence.0.steps: 256 entries do not fit", "count"),
    ],
)  # fmt: skip
def test_a_number_or_a_list_that_does_not_fit_is_named_by_its_key(tmp_path, old, new, line, width):
    assert f"{line} {reason(width)}" in misfit(tmp_path, old, new)


def test_the_ids_of_a_detector_are_checked_too(bench, tmp_path):
    narrow = "".join(f"{key} = 1\n" for key in ("identifier", "repetition"))
    text = bench.path.read_text().replace("index_id = 21", "index_id = 256")
    (tmp_path / "frozen.onnx").write_bytes((bench.path.parent / "frozen.onnx").read_bytes())
    found = problems(tmp_path, f"{text}\n[profile.widths]\n{narrow}")
    assert f"detector.0.outputs.0.index_id: 256 does not fit {reason('identifier')}" in found


def test_an_argument_that_does_not_fit_is_a_problem_of_the_function_alone(tmp_path):
    line = f"unit.0.functions.0.arguments: 256 does not fit {reason('identifier')}"
    assert problems(tmp_path, MISSION.replace("{ 14 =", "{ 256 =")) == [line]


def test_wide_identifiers_allow_what_the_default_ones_do_not(tmp_path):
    wide = MISSION.replace("id = 6\n", "id = 70000\n").replace("pmons = [6]", "pmons = [70000]")
    assert set(load_text(tmp_path, wide.replace("identifier = 1", "identifier = 4")).pmons) == {70000}
    two = problems(tmp_path, wide.replace("identifier = 1", "identifier = 2"))
    assert two == [f"pmon.0.id: 70000 does not fit {reason('identifier', 65535, 2)}"]


@pytest.mark.parametrize("octets", [0, 3, 8, '"two"'])
def test_a_width_is_one_two_or_four_octets(tmp_path, octets):
    (line,) = misfit(tmp_path, "repetition = 1\n", f"repetition = {octets}\n")
    assert line.startswith("profile.widths.repetition: Input should be 1, 2 or 4")


def test_the_defaults_of_the_file_are_those_of_the_profile():
    assert ProfileSection().compiled(Profile().epoch) == Profile()
    assert WidthsSection().compiled() == Widths()
