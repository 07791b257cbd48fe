"""A mission in other widths, end to end: commanded by our ground, executed, decoded by ground and database.

The demo flight and a session of the ground are compared with those in the default widths, word by word.
"""

from dataclasses import dataclass

import pytest

from fdir_service.ground.arguments import ArgumentError
from fdir_service.ground.commands import make
from fdir_service.ground.telemetry import PacketDecoder
from fdir_service.mission import Mission
from pus.codec import Widths
from pus.packets import Tc, Tm
from tests.fdir_service.flights import EVENT, fly, in_widths
from tests.fdir_service.test_commands import REFUSED, SESSION
from tests.fdir_service.xtce.reading import Decoder
from tests.pus.widths import NARROW, WIDE

LINES = [*SESSION, *REFUSED, "st12.enable-pmon 99", "st20.report-value acc.x", "st12.report-pmon 11"]
OCTETS = {"data", "packet", "rest_from"}
"""Fields that hold octets, whose widths differ."""


@dataclass
class Run:
    """What came down from a mission, and the two decoders of it."""

    mission: Mission
    telemetry: list[Tm]
    ground: PacketDecoder
    database: Decoder

    def records(self):
        return [self.ground.telemetry(tm.pack()) for tm in self.telemetry]


def run(folder, widths, events):
    mission = in_widths(folder, widths, events)
    requests = [request(mission, line, events, k) for k, line in enumerate(LINES)]
    stranger = Tc(99, 17, 1, sequence=1).pack()
    telemetry = list(fly(mission, [*requests, stranger]))
    return Run(mission, telemetry, PacketDecoder(mission), Decoder(mission, folder / "hopper.xml"))


def request(mission, line, events, count):
    name, *words = EVENT.sub(events, line).split()
    return make(mission, name, words, mission.apid, source=1, sequence=count).pack()


@pytest.fixture(scope="module")
def default(tmp_path_factory):
    return run(tmp_path_factory.mktemp("default"), Widths(), "10")


@pytest.fixture(scope="module", params=["narrow", "mixed", "wide"])
def other(request, tmp_path_factory):
    widths, events = {
        "narrow": (NARROW, "1"),
        "mixed": (Widths(identifier=2, count=1, repetition=4, interval=2), "10"),
        "wide": (WIDE, "7654321"),
    }[request.param]
    return run(tmp_path_factory.mktemp(request.param), widths, events)


def words(found, mission, key=""):
    """Return a record without octets; events are names instead of numbers."""
    if isinstance(found, dict):
        kept = {k: v for k, v in found.items() if k.rstrip("_0123456789") not in OCTETS}
        return {k: words(v, mission, k) for k, v in kept.items()}
    if isinstance(found, list):
        return [words(part, mission, key) for part in found]
    if "event" in key and found in mission.events:
        return mission.events[found].name
    return None if found != found else found


def leaves(found):
    """Return the numbers of a record, at any depth; times are those of packets, to 1e-4 s."""
    parts = found.values() if isinstance(found, dict) else found if isinstance(found, list) else ()
    numbers = {round(found, 4)} if isinstance(found, int | float) and not isinstance(found, bool) else set()
    return numbers.union(*map(leaves, parts))


def test_the_flight_and_the_session_read_the_same_in_the_ground_segment(default, other):
    ours, theirs = ([words(record, r.mission) for record in r.records()] for r in (default, other))
    assert not [record for record in other.records() if "problem" in record]
    assert ours == theirs


def test_the_exported_database_reads_the_same(default, other):
    ours, theirs = ([read(r, tm) for tm in r.telemetry] for r in (default, other))
    assert ours == theirs


def read(run, tm):
    """Return what the database says of a packet, in words."""
    found = run.database.data(tm)
    return words({name: getattr(value, "raw_value", value) for name, value in found.items()}, run.mission)


def test_ground_segment_and_database_agree_on_every_number(other):
    compared = set()
    for tm, record in zip(other.telemetry, other.records(), strict=True):
        found = other.database.packet(tm.pack())
        if any(name.startswith("rest_from_") for name in found):
            continue
        known = leaves([*found.values(), *(value.raw_value for value in found.values())])
        fields = {k: v for k, v in record["fields"].items() if k != "apid" or tm.service != 1}
        assert leaves(fields) <= known, (record, found)
        compared.add((tm.service, int(tm.subtype)))
    assert len(compared) > 20


def test_the_fault_is_detected_recovered_and_reported(other):
    events = [r["fields"]["name"] for r in other.records() if r["service"] == 5 and r["subtype"] in (1, 4)]
    assert events == ["accelerometer-failed", "level-exhausted", "recovered"]


# --- what does not fit -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("st12.enable-pmon 256", "256 is outside 0..255"),
        ("st03.create-housekeeping 300 1 acc.x", "SID: 300 is outside 0..255"),
        ("st03.create-housekeeping 3 256 acc.x", "interval: 256 is outside 0..255"),
        ("st03.create-housekeeping 3 1 acc.x sets=256:acc.y", "repetition: 256 is outside 0..255"),
        ("st12.change-delay 256", "delay: 256 is outside 0..255"),
        ("st12.add-pmon 9 acc.x limit low=1 high=2 repetition=256", "repetition: 256 is outside 0..255"),
        ("st12.add-fmon 9 11 minimum=256", "minimum: 256 is outside 0..255"),
        ("st18.stop A 256", "step: 256 is outside 0..255"),
        (f"st12.enable-pmon{' 11' * 256}", "a list of more than 255 entries"),
        (f"st21.load A{' 00:1' * 256}", "a list of more than 255 entries"),
    ],
)
def test_words_that_do_not_fit_the_widths_of_the_mission_are_refused(tmp_path, line, reason):
    mission = in_widths(tmp_path, NARROW, "1")
    name, *given = line.split()
    with pytest.raises(ArgumentError) as refusal:
        make(mission, name, given, mission.apid)
    assert reason in str(refusal.value)
