"""A ladder of three levels in the stream: the same steps, requests and times wherever the samples are cut."""

from dataclasses import dataclass, field

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fdir_service.blocks import follows, join
from fdir_service.journal import Journal
from fdir_service.ladder.commands import LADDER_MODE, LEVEL_MODE, REARM_LEVEL, RECOVER
from fdir_service.ladder.state import Outcome
from fdir_service.stream import Stream
from pus.application import ApplicationProcess
from pus.failure import Failure, FailureCode
from pus.packets import decode_tc
from pus.parameters import ValueType
from pus.samples import Reply, Samples, Tick
from pus.st08 import Function, FunctionManagement
from tests.fdir_service.builders import PERIOD, cut, load_text, octets, samples
from tests.fdir_service.outcomes import tc

S = 1_000_000_000
MISSION = """
[mission]
name = "tower"
apid = 66
[[source]]
name = "s"
period_s = 0.1
parameters = [{ id = 1, name = "x" }, { id = 2, name = "unit", type = "u8" }]
[[derived]]
id = 3
name = "x.known"
kind = "known"
input = "x"
[[pmon]]
id = 1
name = "x-range"
parameter = "x"
check = "limit"
low = -10
high = 10
repetition = 3
[[pmon]]
id = 2
name = "x-missing"
parameter = "x.known"
check = "limit"
low = 1
high = 1
repetition = 12
[[fmon]]
id = 1
name = "x"
pmons = [1, 2]
event = 1
[[event]]
id = 1
name = "x-failed"
severity = "high"
[[event]]
id = 2
name = "told"
severity = "low"
[[unit]]
name = "pair"
apid = 81
selected = "unit"
parameters = ["x"]
functions = [
    { name = "RESET" }, { name = "POWER_CYCLE", arguments = { 1 = "u8" } },
    { name = "SELECT_UNIT", arguments = { 1 = "u8" } },
]
[[unit]]
name = "platform"
apid = 82
functions = [{ name = "SAFE_MODE" }]
[recovery]
mode = "active"
reply_s = 0.5
confirm_s = 2.0
recovered_event = 2
failed_event = 2
exhausted_event = 2
inhibited_event = 2
nag_s = 4.0
[[level]]
id = 1
name = "inside"
number = 0
fmons = [1]
cooldown_s = 0.7
rearm_s = 5.0
actions = [{ name = "reset", kind = "reinitialise", unit = "pair", function = "RESET", attempts = 2 }]
[[level]]
id = 2
name = "unit"
number = 1
below = ["inside"]
[[level.actions]]
name = "cycle"
kind = "power_cycle"
unit = "pair"
function = "POWER_CYCLE"
arguments = { 1 = "selected" }
[[level.actions]]
name = "switch"
kind = "switch"
unit = "pair"
function = "SELECT_UNIT"
arguments = { 1 = "redundant" }
[[level]]
id = 3
name = "safe"
number = 4
below = ["unit"]
[[level.actions]]
name = "safe"
kind = "safe_mode"
unit = "platform"
function = "SAFE_MODE"
attempts = 2
confirmed_by = "executed"
"""
FUNCTIONS = (
    Function("RESET", {}),
    Function("POWER_CYCLE", {1: ValueType.U8}),
    Function("SELECT_UNIT", {1: ValueType.U8}),
    Function("SAFE_MODE", {}),
)


@pytest.fixture(scope="module")
def mission(tmp_path_factory):
    return load_text(tmp_path_factory.mktemp("tower"), MISSION)


@dataclass
class Vehicle:
    """A pair of units that fail, and do with each request what the story says."""

    manners: list[str]
    broken: set[int] = field(default_factory=set)
    selected: int = 0
    dark: int = 0

    def row(self):
        """The next sample: x, unit."""
        self.dark = max(0, self.dark - 1)
        x = np.nan if self.dark else 50.0 if self.selected in self.broken else 0.5
        return [x, float(self.selected)]

    def answer(self, request, time):
        manner = self.manners.pop(0) if self.manners else "obey"
        if manner == "mute":
            return []
        verdict = Failure(FailureCode.BAD_ARGUMENT) if manner == "refuse" else None
        perform = (lambda name, given: verdict) if manner != "obey" else self.perform
        process = ApplicationProcess(decode_tc(request).apid, [FunctionManagement(FUNCTIONS, perform)])
        return [Reply(time, tm.pack()) for tm in process.execute(request, time)]

    def perform(self, name, given):
        if name == "SELECT_UNIT":
            self.selected = int(given[1])
        elif name != "SAFE_MODE":
            self.broken.discard(self.selected)
        self.dark = 4
        return


def command(function, *values):
    return tc(8, 1, function.encode(dict(zip(function.arguments, values, strict=True))))


COMMANDS = [
    command(LADDER_MODE, 1, 0), command(LADDER_MODE, 2, 0), command(LADDER_MODE, 0, 3),
    command(LEVEL_MODE, 2, 0, 2), command(LEVEL_MODE, 1, 1, 0), command(REARM_LEVEL, 1),
    command(REARM_LEVEL, 2), command(RECOVER, 2), command(RECOVER, 3),
]  # fmt: skip
HAPPENINGS = st.lists(
    st.tuples(
        st.integers(1, 40),
        st.sampled_from(["break", "break", "break", "mend", "gap", "pause", "command", "command"]),
        st.integers(0, len(COMMANDS) - 1),
    ),
    min_size=1,
    max_size=6,
)
MANNERS = st.lists(st.sampled_from(["obey", "vain", "refuse", "mute"]), max_size=6)


def fly(mission, happenings, manners):
    """Fly sample by sample; return the messages in the order in which they came."""
    stream, vehicle = Stream(mission), Vehicle(list(manners))
    messages, sequence, late = [], 0, 0

    def send(message):
        messages.append(message)
        for request in stream.take([message]).requests:
            for reply in vehicle.answer(request, stream.time):
                send(reply)

    for elapsed, what, which in [*happenings, (60, "mend", 0)]:
        for _ in range(elapsed):
            send(samples(sequence, [vehicle.row()], late=late))
            sequence += 1
        match what:
            case "break":
                vehicle.broken.add(which % 2)
            case "mend":
                vehicle.broken.clear()
            case "gap":
                sequence += 3 * which
            case "pause":
                late += 3 * S + which * PERIOD
                send(Tick(sequence * PERIOD + late - S // 2))
            case "command":
                send(COMMANDS[which])
    return messages


def runs(messages):
    """Join samples that follow one another."""
    whole = []
    for message in messages:
        last = whole[-1][-1] if whole else None
        if isinstance(message, Samples) and isinstance(last, Samples) and follows(last, message):
            whole[-1].append(message)
        else:
            whole.append([message])
    return [join(group) if isinstance(group[0], Samples) else group[0] for group in whole]


def taken(mission, messages, together):
    """Everything that comes of messages, taken one by one or all at once."""
    stream = Stream(mission)
    outputs = [stream.take(messages)] if together else [stream.take([message]) for message in messages]
    records = [record for output in outputs for record in Journal(mission).records(output)]
    steps = [step for output in outputs for step in output.steps]
    requests = [request for output in outputs for request in output.requests]
    return steps, requests, records, octets(outputs)


@settings(max_examples=60, deadline=None)
@given(HAPPENINGS, MANNERS, st.lists(st.integers(1, 60), max_size=12), st.booleans())
def test_any_chunking_gives_the_same_steps_requests_and_times(mission, happenings, manners, cuts, together):
    messages = fly(mission, happenings, manners)
    whole = runs(messages)
    pieces = []
    for message in whole:
        pieces += cut(message, cuts) if isinstance(message, Samples) else [message]
    one_by_one = taken(mission, messages, together=False)
    assert taken(mission, pieces, together) == one_by_one
    assert taken(mission, whole, together=True) == one_by_one


def flown(mission, *manners, happenings=((20, "break", 0), (60, "mend", 9), (60, "mend", 9))):
    """Outcomes by level of a flight in which member 0 breaks after two seconds."""
    steps, *_ = taken(mission, fly(mission, happenings, manners), together=False)
    return [(step.level, step.outcome.value) for step in steps if step.outcome is not Outcome.ENTERED]


def test_a_reset_helps(mission):
    assert flown(mission, "obey")[:3] == [(1, "sent"), (1, "executed"), (1, "recovered")]


def test_a_power_cycle_helps_after_two_resets_in_vain(mission):
    words = flown(mission, "vain", "mute", "obey", happenings=((20, "break", 0), (90, "gap", 0)))
    assert words[:9] == [
        (1, "sent"), (1, "executed"), (1, "failed"), (1, "sent"), (1, "failed"), (1, "exhausted"),
        (2, "sent"), (2, "executed"), (2, "recovered"),
    ]  # fmt: skip


def test_safe_mode_is_the_end_when_nothing_helps(mission):
    words = flown(mission, *["refuse"] * 4, "mute", "obey", happenings=((20, "break", 0), (90, "gap", 0)))
    assert [word for word in words if word[0] == 3] == [
        (3, "sent"), (3, "failed"), (3, "sent"), (3, "executed"), (3, "done"),
    ]  # fmt: skip
    assert [word for word in words if word[1] == "exhausted"] == [(1, "exhausted"), (2, "exhausted")]
