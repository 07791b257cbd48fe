"""Random requests and samples: the vectorised chain does what the naive reference does, in any chunking.

The requests are as wide as a drawn mission profile says.
"""

import math

import numpy as np
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from pus import codec
from pus.block import Block
from pus.chain import Chain
from pus.codec import Codec
from pus.packets import Tc
from pus.parameters import Parameter, ParameterTable, ValueType
from pus.profile import Profile
from pus.services import Setup
from pus.st05 import EventDefinition, Severity
from pus.st12 import layout
from pus.st12.definitions import Delta, ExpectedValue, Fmon, Limit, Pmon, Validity
from tests.pus.naive import Naive
from tests.pus.widths import widths

APID, UNIT = 66, 81
FLAG, LEVEL = 1, 2
TABLE = ParameterTable(
    (Parameter(FLAG, "flag", ValueType.U8, "s"), Parameter(LEVEL, "level", ValueType.F64, "s"))
)
EVENTS = {k: EventDefinition(k, f"e{k}", Severity.LOW) for k in (1, 2, 3)}
SWITCH = Tc(UNIT, 8, 1, b"x").pack()

ids = st.integers(1, 3)
events = st.integers(0, 4)
numbers = st.integers(-2, 2).map(float)
validity = st.none() | st.builds(Validity, st.just(FLAG), st.just(1), st.integers(0, 1))
checks = {
    FLAG: st.builds(ExpectedValue, st.integers(0, 3), st.integers(0, 3), events),
    LEVEL: st.builds(Limit, numbers, numbers, events, events)
    | st.builds(Delta, numbers, numbers, events, events, st.integers(0, 2)),
}
pmons = st.sampled_from((FLAG, LEVEL)).flatmap(
    lambda k: st.builds(Pmon, ids, st.just(k), checks[k], st.integers(0, 3), st.integers(0, 2), validity)
)
fmons = st.builds(
    Fmon, ids, events, st.lists(ids, min_size=1, max_size=3).map(tuple), st.integers(0, 3), validity
)
bounds = st.tuples(numbers, numbers).map(sorted)
known_events = st.integers(1, 3)
sound_checks = {
    FLAG: st.builds(ExpectedValue, st.just(3), st.integers(0, 3), known_events),
    LEVEL: st.builds(lambda b, e: Limit(*b, e, e), bounds, known_events)
    | st.builds(lambda b, e, n: Delta(*b, e, e, n), bounds, known_events, st.integers(1, 2)),
}
sound_pmons = st.sampled_from((FLAG, LEVEL)).flatmap(
    lambda k: st.builds(
        Pmon, ids, st.just(k), sound_checks[k], st.integers(1, 2), st.integers(1, 2), validity
    )
)
flags = st.sampled_from((0.0, 1.0, 1.0, 2.0, 3.0, 3.0, math.nan))
levels = st.sampled_from((-3.0, -1.0, 0.0, 0.0, 1.0, 2.0, 3.0, 3.0, math.nan))
chunks = st.lists(st.tuples(flags, levels), min_size=1, max_size=10)

BY_ID = {
    1: "enable_pmon", 2: "disable_pmon", 6: "delete_pmon", 19: "enable_fmon", 20: "disable_fmon",
    21: "protect_fmon", 22: "unprotect_fmon", 24: "delete_fmon",
}  # fmt: skip
PLAIN = {
    (12, 4): "delete_all_pmons", (12, 15): "enable_pmon_function", (12, 16): "disable_pmon_function",
    (12, 17): "enable_fmon_function", (12, 18): "disable_fmon_function", (19, 3): "delete_all_actions",
    (19, 8): "enable_action_function", (19, 9): "disable_action_function",
}  # fmt: skip
BY_EVENT = {1: "add_action", 2: "delete_action", 4: "enable_action", 5: "disable_action"}


class ChainMachine(RuleBasedStateMachine):
    """The chain and the reference, side by side."""

    def __init__(self):
        super().__init__()
        self.naive = Naive(TABLE, EVENTS)
        self.time = 0
        self.begin(Profile().widths)

    @initialize(chosen=widths())
    def begin(self, chosen):
        profile = Profile(widths=chosen)
        self.fields = Codec(chosen)
        self.chain = Chain(Setup(APID, profile, TABLE, EVENTS, routes=frozenset({UNIT})))

    def request(self, service, subtype, data, expected):
        """Execute a request; its failure notices must be those that the reference expects."""
        reports = self.chain.process.reports(Tc(APID, service, subtype, data).pack(), self.time)
        codes = [int.from_bytes(r.data[4:6], "big") for r in reports if (r.service, r.subtype) == (1, 4)]
        assert codes == expected
        completed = any((report.service, report.subtype) == (1, 7) for report in reports)
        assert completed is not bool(expected)

    @rule(pmon=pmons)
    def add_pmon(self, pmon):
        data = self.fields.counted([layout.encode_pmon(pmon, TABLE, self.fields, with_validity=True)])
        self.request(12, 5, data, self.naive.add_pmon(pmon))

    @rule(pmon=pmons)
    def modify_pmon(self, pmon):
        data = self.fields.counted([layout.encode_modification(pmon, TABLE, self.fields)])
        self.request(12, 7, data, self.naive.modify_pmon(pmon))

    @rule(fmon=fmons)
    def add_fmon(self, fmon):
        data = self.fields.counted([layout.encode_fmon(fmon, TABLE, self.fields, with_validity=True)])
        self.request(12, 23, data, self.naive.add_fmon(fmon))

    @rule(subtype=st.sampled_from(sorted(BY_ID)), wanted=st.lists(ids, min_size=1, max_size=3))
    def apply_by_id(self, subtype, wanted):
        expected = [code for k in wanted for code in getattr(self.naive, BY_ID[subtype])(k)]
        self.request(12, subtype, self.fields.ids(wanted), expected)

    @rule(pmon=sound_pmons, fmon=ids, event=st.integers(1, 3))
    def bring_into_service(self, pmon, fmon, event):
        """Add, enable and arm a whole chain: random requests alone seldom do."""
        self.apply_by_id(22, [fmon])
        self.apply_by_id(20, [fmon])
        self.apply_by_id(24, [fmon])
        self.apply_by_id(2, [pmon.id])
        self.apply_by_id(6, [pmon.id])
        self.add_pmon(pmon)
        self.apply_by_id(1, [pmon.id])
        self.add_fmon(Fmon(fmon, event, (pmon.id,)))
        self.apply_by_id(19, [fmon])
        self.apply_by_event(1, event)
        self.apply_by_event(4, event)

    @rule(which=st.sampled_from(sorted(PLAIN)))
    def apply_plain(self, which):
        self.request(*which, b"", getattr(self.naive, PLAIN[which])())

    @rule(subtype=st.sampled_from(sorted(BY_EVENT)), event=st.integers(1, 4))
    def apply_by_event(self, subtype, event):
        key = codec.u16(APID) + self.fields.id(event)
        data = self.fields.counted([key + (SWITCH if subtype == 1 else b"")])
        self.request(19, subtype, data, getattr(self.naive, BY_EVENT[subtype])(event))

    @rule(samples=chunks)
    def feed_once_more(self, samples):
        """Feed samples twice as often as anything else is done."""
        self.feed(samples)

    @rule(samples=chunks)
    def feed(self, samples):
        """Feed one chunk to the chain and its samples one by one to the reference."""
        expected = []
        for k, (flag, level) in enumerate(samples):
            expected += [(self.time + k, *what) for what in self.naive.sample({FLAG: flag, LEVEL: level})]
        times = self.time + np.arange(len(samples), dtype=np.int64)
        found = []
        for instant in self.chain.feed([Block("s", times, np.array(samples).T.copy())]):
            found += [(instant.time, *what) for what in _happened(instant)]
        assert found == expected
        self.time += len(samples)

    @invariant()
    def statuses_are_those_of_the_reference(self):
        monitoring = self.chain.monitoring
        ours = {k: (monitoring.is_enabled(k), monitoring.checking(k)) for k in monitoring.pmons}
        assert ours == {k: (w.enabled, w.status) for k, w in self.naive.watches.items()}
        votes = {k: (s.enabled, s.protected, s.status) for k, s in monitoring.fmon_states.items()}
        assert votes == {k: (v.enabled, v.protected, v.status) for k, v in self.naive.votes.items()}

    @invariant()
    def nothing_refers_to_what_is_not_there(self):
        monitoring, actions = self.chain.monitoring, self.chain.services.st19
        assert monitoring.fmons.keys() == monitoring.fmon_states.keys()
        assert all(pmon in monitoring.pmons for fmon in monitoring.fmons.values() for pmon in fmon.pmons)
        assert monitoring.latest.keys() <= monitoring.pmons.keys()
        assert actions.enabled <= actions.definitions.keys()


def _happened(instant):
    """What the reference would say of an instant: transitions, FMON changes, events with their requests."""
    yield from (("pmon", t.pmon.id, int(t.previous), int(t.current)) for t in instant.transitions)
    yield from (("fmon", c.fmon.id, int(c.previous), int(c.current)) for c in instant.fmon_changes)
    released = [event for event, _ in instant.requests]
    for event in instant.events:
        yield ("event", event.definition.id)
        if any(event is one for one in released):
            yield ("request", event.definition.id)


ChainMachine.TestCase.settings = settings(max_examples=120, stateful_step_count=40, deadline=None)
TestChain = ChainMachine.TestCase
