"""Every fault of a mission is listed, with file and key; those of one kind all at once."""

import numpy as np
import pytest

from fdir_service.mission import MissionError, load
from models.card import Output
from tests.fdir_service.builders import BENCH, card, write_frozen, write_mission, write_weighted
from tests.fdir_service.mission.texts import MINIMAL, SEQUENCE

DETECTOR = """
[[detector]]
name = "frozen"
model = "frozen.onnx"
inputs = ["x"]
outputs = [{ output = "x", name = "x.frozen", index_id = 21, score_id = 22 }]
"""
PLAIN = card(channels=("x",), outputs=("x",), period=None).model_copy(update={"outputs": (Output(name="x"),)})
ON_PAIR = 'event = 1004\nunit = "pair"'


def problems(folder, text):
    """Return the problems of a mission, each of which the message names with the file."""
    with pytest.raises(MissionError) as caught:
        load(write_mission(folder, text))
    assert caught.value.path == folder / "mission.toml"
    assert all(f"  {line}" in str(caught.value).splitlines() for line in caught.value.problems)
    assert str(caught.value).startswith(f"{folder}/mission.toml: {len(caught.value.problems)} problem(s)")
    return caught.value.problems


def problem(folder, old, new, text=BENCH):
    assert text.count(old) == 1, old
    return problems(folder, text.replace(old, new))


def added(folder, section, text=MINIMAL):
    return problems(folder, text + section)


# --- faults of form: listed at once ------------------------------------------------------------------


def test_every_fault_of_form_is_listed_at_once(tmp_path):
    text = (
        BENCH.replace("apid = 66", "apid = 0\ncolour = 1")
        .replace("low = -10.0", "low = -inf")
        .replace("high = 10.0", "high = nan")
        .replace('severity = "medium"', 'severity = "severe"')
        .replace('name = "x" }', 'name = "x y" }')
        .replace("repetition = 3", "repetition = 0")
        .replace('check = "expected"', 'check = "guess"')
    )
    found = problems(tmp_path, text)
    for key in (
        "mission.apid: ", "mission.colour: Extra inputs are not permitted (got 1)",
        "pmon.1.limit.low: Input should be a finite number", "pmon.1.limit.high: Input should be a finite",
        "event.1.severity: ", "source.0.parameters.0.name: ", "pmon.0: Input tag 'guess'",
    ):  # fmt: skip
        assert [line for line in found if line.startswith(key)], key
    assert len(found) == 7


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        ("silence_s = 2.0", "silence_s = 0", "source.0.silence_s: Input should be greater than 0 (got 0)"),
        ("silence_s = 2.0", "colour = 1", "source.0.colour: Extra inputs are not permitted (got 1)"),
    ],
)
def test_a_fault_of_form_is_named_by_key_and_value(tmp_path, old, new, line):
    assert problem(tmp_path, old, new) == [line]


def test_a_missing_section_is_named(tmp_path):
    assert problems(tmp_path, '[mission]\nname = "a"\napid = 1\n') == ["source: Field required"]


@pytest.mark.parametrize("epoch", ["2030-13-45T00:00:00Z", "2030-01-01T25:00:00Z", "9999-01-01T00:00:00Z"])
def test_an_epoch_that_is_no_time_is_refused(tmp_path, epoch):
    (line,) = problem(tmp_path, "2030-01-01T00:00:00Z", epoch)
    assert line.startswith("mission.epoch: ")


# --- faults that cross sections: listed at once ------------------------------------------------------


def test_every_fault_that_crosses_sections_is_listed_at_once(tmp_path):
    text = (
        BENCH.replace('parameter = "x"\n', 'parameter = "q"\n')
        .replace("low = -1.0", "low = 2.0")
        .replace("pmons = [1]", "pmons = [1, 9]")
        .replace("event = 1004\nunit", "event = 999\nunit")
        .replace("recovered_event = 1010", "recovered_event = 77")
        .replace('input = "z"', 'input = "later"')
        .replace('source = "s"', 'source = "nowhere"')
        .replace('parameters = ["x", "x.frozen", "guard"]', 'parameters = ["x", "absent"]')
        .replace('selected = "unit"', 'selected = "nobody"')
        .replace("id = 1004\n", "id = 1003\n")
        .replace("frozen.onnx", "none.onnx")
    )
    found = problems(tmp_path, text)
    for line in (
        "event id: 1003 is used 2 times",
        "derived.0.input: unknown or later parameter 'later'",
        "setting.0.source: unknown source 'nowhere'",
        "pmon.1.parameter: unknown parameter 'q'",
        "fmon.0: unknown pmon in fmon (9)",
        "unit.0.selected: unknown parameter 'nobody'",
        "event_action.0.event: unknown event 999",
        "housekeeping.0.parameters: unknown parameter 'absent'",
        "recovery.recovered_event: unknown event 77",
    ):
        assert line in found
    assert any(line.startswith("detector.0.model: ") and "cannot be read" in line for line in found)


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        ("id = 4, name", "id = 3, name", "parameter id: 3 is used 2 times"),
        ('name = "z", type', 'name = "x.frozen.score", type', "parameter name: 'x.frozen.score' is used 2"),
        ('name = "slow"', 'name = "s"', "source name: 's' is used 2 times"),
        ("apid = 81", "apid = 66", "apid: 66 is used 2 times"),
        ("low = -10.0", "low = 11.0", "pmon.1: high below low (2)"),
        ("low_event = 1003", "low_event = 7", "pmon.1: unknown event 7"),
        ('parameter = "x.frozen"', 'parameter = "x"', "pmon.0: other check type (1)"),
        ('parameter = "z.step"', 'parameter = "received"', "pmon.2: parameter not accessible (7)"),
        ('parameter = "guard"', 'parameter = "x"', "pmon.0: validity not accessible (1)"),
        ('parameter = "guard"', 'parameter = "q"', "pmon.0.validity.parameter: unknown parameter 'q'"),
        ("pmons = [1]", "pmons = [1]\nminimum = 2", "fmon.0: out of range (1)"),
        ("pmons = [1]\nevent = 1001", "pmons = [1]\nevent = 4", "fmon.0: unknown event 4"),
        (
            "pmons = [1]",
            'pmons = [1]\nvalidity = { parameter = "x", expected = 1 }',
            "fmon.0: validity not accessible (1)",
        ),
        ("value = 1", "value = 256", "setting.0.value: 256.0 is outside u8"),
        ("failed_event = 1011", "failed_event = 4", "recovery.failed_event: unknown event 4"),
        ('["x", "x.frozen", "guard"]', '["x", "x"]', "housekeeping.0.parameters: a parameter appears twice"),
        ('parameters = ["x", "y"]', 'parameters = ["x", "z"]', "unit.0.parameters: a unit's parameters must"),
        (ON_PAIR, ON_PAIR.replace("pair", "none"), "event_action.0.unit: unknown unit 'none'"),
        (ON_PAIR, "event = 1004", "event_action.0.unit: unknown unit None"),
        ('"\nfunction = "SELECT', '"\nfunction = "SELEC', "event_action.0.function: pair has no function"),
        ("arguments = { 1 = 1 }", "arguments = { 2 = 1 }", "event_action.0.arguments: SELECT_UNIT takes [1]"),
        ("arguments = { 1 = 1 }", "arguments = { 1 = 256 }", "event_action.0.arguments: argument 1 is"),
        (ON_PAIR, f'{ON_PAIR}\nsequence = "S"', "event_action.0.sequence: either a unit's"),
        (ON_PAIR, 'event = 1004\nsequence = "S"', "event_action.0.sequence: unknown or not"),
        ('{ 1 = "u8" }', '{ 70000 = "u8" }', "unit.0.functions.0.arguments: 70000 does not"),
    ],
)  # fmt: skip
def test_a_fault_that_crosses_sections_is_named_by_key(tmp_path, old, new, line):
    found = problem(tmp_path, old, new)
    assert [given for given in found if given.startswith(line)], found


# --- detectors ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        ("frozen.onnx", "none.onnx", "none.onnx: cannot be read: No such file"),
        ("frozen.onnx", "mission.toml", "mission.toml: not an ONNX file"),
        (
            'model = "frozen.onnx"',
            f'model = "frozen.onnx"\nsha256 = "{"0" * 64}"',
            f"the mission wants {'0' * 64}",
        ),
        ('["x", "y"]\noutputs', '["x"]\noutputs', "detector.0.inputs: the card has 2 channels (x, y)"),
        ('["x", "y"]\noutputs', '["x", "z"]\noutputs', "detector.0.inputs: more than one source"),
        ('["x", "y"]\noutputs', '["x", "q"]\noutputs', "detector.0.inputs: unknown parameters ['q']"),
        ('["x", "y"]\noutputs', '["p", "q"]\noutputs', "detector.0.inputs: unknown parameters ['p', 'q']"),
        ('output = "x"', 'output = "w"', "detector.0.outputs.0.output: the card has x, y, not 'w'"),
        ("score_id = 22 }", "score_id = 22, on = 0.1 }", "off threshold 0.25 is above on threshold 0.1"),
        ("period_s = 0.1", "period_s = 0.2", "made for a period of 0.1 s, source 's' has 0.2"),
        ("period_s = 0.1", "", "made for a period of 0.1 s, source 's' has None"),
    ],
)
def test_a_detector_that_does_not_fit_is_named(tmp_path, old, new, line):
    found = problem(tmp_path, old, new)
    assert [given for given in found if line in given], found
    follow = ("pmon.0.", "fmon.0: unknown pmon", "housekeeping.0.")
    assert all(given.startswith(("detector.0.", *follow)) for given in found)


@pytest.mark.parametrize(
    ("keys", "line"),
    [
        (
            "index_id = 21",
            "detector.0.outputs.0.index_id: output 'x' is a plain score, the card gives it no thresholds",
        ),
        (
            "index_id = 21, on = 1.0",
            "detector.0.outputs.0.index_id: output 'x' is a plain score, the card gives it no thresholds",
        ),
        ("on = 1.0", "detector.0.outputs.0.index_id: is missing: thresholds are for an index"),
    ],
)
def test_thresholds_and_index_belong_together(tmp_path, keys, line):
    outputs = DETECTOR.replace("index_id = 21", keys)
    path = write_mission(tmp_path, MINIMAL + outputs)
    write_frozen(tmp_path / "frozen.onnx", PLAIN)
    with pytest.raises(MissionError) as caught:
        load(path)
    assert caught.value.problems == [line]


def test_a_plain_score_has_no_index_unless_the_mission_gives_both_thresholds(tmp_path):
    path = write_mission(tmp_path, MINIMAL + DETECTOR.replace("index_id = 21, ", ""))
    write_frozen(tmp_path / "frozen.onnx", PLAIN)
    assert load(path).detectors[0].indices == ()
    path.write_text(MINIMAL + DETECTOR.replace("index_id = 21", "index_id = 21, on = 1.0, off = 0.5"))
    assert load(path).detectors[0].indices == (21,)


def test_a_detector_without_a_card_is_named(tmp_path):
    write_mission(tmp_path)
    model = tmp_path / "frozen.onnx"
    model.write_bytes(b"")
    with pytest.raises(MissionError, match=r"detector\.0\.model: .*frozen\.onnx: has no card"):
        load(tmp_path)


def test_a_detector_may_count_samples_whatever_the_period(tmp_path):
    write_mission(tmp_path, BENCH.replace("period_s = 0.1\n", ""))
    write_weighted(tmp_path / "frozen.onnx", card(period=None), np.ones((8, 2), np.float32))
    assert load(tmp_path).detectors[0].card.period is None


# --- units and sequences -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("section", "line"),
    [
        (SEQUENCE.replace('unit = "u", function = "OFF"', 'unit = "v", function = "OFF"'),
         "sequence.0.steps.0.unit: unknown unit 'v'"),
        (SEQUENCE.replace('function = "OFF"', 'function = "OF"'),
         "sequence.0.steps.0.function: u has no function 'OF'"),
        (SEQUENCE + SEQUENCE[SEQUENCE.index("[[sequence"):], "sequence name: 'RESTART' is used 2 times"),
        ('[[setting]]\nid = 9\nname = "f"\nsource = "q"\n', "setting.0.source: unknown source 'q'"),
        ('[[unit]]\nname = "u"\napid = 9\nparameters = ["q"]\n', "unit.0.parameters: unknown parameter 'q'"),
        ("[profile]\nsummary_event = 3\n", "profile.summary_event: unknown event 3"),
    ],
)  # fmt: skip
def test_a_fault_of_a_section_is_named(tmp_path, section, line):
    assert line in added(tmp_path, section)


def test_a_sequence_that_is_not_loaded_cannot_be_activated_by_an_event(tmp_path):
    text = (
        SEQUENCE
        + "loaded = false\n"
        + """
[[event]]
id = 5
name = "e"
severity = "low"
[[event_action]]
event = 5
sequence = "RESTART"
"""
    )
    assert added(tmp_path, text) == ["event_action.0.sequence: unknown or not loaded"]
