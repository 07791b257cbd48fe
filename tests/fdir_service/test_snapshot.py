"""A snapshot at any point, restored into a fresh stream, gives the same remainder."""

import contextlib

import msgpack
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fdir_service import snapshot
from fdir_service.snapshot import Keeper, SnapshotError
from fdir_service.stream import Stream
from pus import codec
from pus.packets import Tc
from pus.plain import PlainError
from pus.samples import Command
from tests.fdir_service.lockstep import hopper, rounds, vehicle

MISSION = hopper()
CREATE_REPORT = Tc(66, 3, 1, bytes.fromhex("0007 00000014 0001 0001 0001 0004 0001 0015")).pack()
COMMANDS = [
    CREATE_REPORT,
    Tc(66, 3, 5, codec.DEFAULT.ids([7])).pack(),
    Tc(66, 12, 3, codec.u32(3)).pack(),
    Tc(66, 17, 3, codec.u16(81)).pack(),
    Tc(66, 5, 6, codec.DEFAULT.ids([1003])).pack(),
]


@pytest.fixture(scope="module")
def flight():
    """The messages of the demo's flight, with some ground commands in it, and the telemetry of it all."""
    stream, messages, packets = Stream(MISSION), [], []
    for k, (taken, output) in enumerate(rounds(stream, vehicle(), 10)):
        messages.append(taken)
        packets.append([tm.pack() for tm in output.telemetry])
        if k < len(COMMANDS):
            command = [Command(stream.time, COMMANDS[k])]
            messages.append(command)
            packets.append([tm.pack() for tm in stream.take(command).telemetry])
    return messages, packets


@settings(max_examples=25, deadline=None)
@given(data=st.data())
def test_the_remainder_is_the_same_wherever_the_snapshot_was_taken(flight, data):
    messages, packets = flight
    cut = data.draw(st.integers(1, len(messages) - 1))
    first = Stream(MISSION)
    for group in messages[:cut]:
        first.take(group)
    state = msgpack.packb(snapshot.take(first))
    second = Stream(MISSION)
    snapshot.restore(second, msgpack.unpackb(state, strict_map_key=False))
    assert msgpack.packb(snapshot.take(second)) == state
    rest = [[tm.pack() for tm in second.take(group).telemetry] for group in messages[cut : cut + 60]]
    assert rest == packets[cut : cut + 60]


def test_the_flight_has_all_that_a_snapshot_must_carry(flight):
    _, packets = flight
    kinds = {(octets[7], octets[8]) for group in packets for octets in group}
    assert {(1, 7), (3, 25), (5, 4), (5, 1), (12, 12)} <= kinds


def test_a_snapshot_is_written_whole_and_read_back(flight, tmp_path):
    messages, packets = flight
    path = tmp_path / "state"
    first = Stream(MISSION)
    for group in messages[:100]:
        first.take(group)
    snapshot.write(first, path)
    second = Stream(MISSION)
    snapshot.read(second, path)
    assert [[tm.pack() for tm in second.take(g).telemetry] for g in messages[100:]] == packets[100:]
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "is no snapshot"),
        (b"hello", "is no snapshot"),
        (msgpack.packb({"format": 9}), "format 9"),
        (msgpack.packb({"format": 1, "mission": "x"}), "another mission"),
        (msgpack.packb({"format": 1, "mission": MISSION.digest, "state": {}}), "part stream is missing"),
    ],
)
def test_a_file_that_is_no_snapshot_of_this_mission_is_refused(tmp_path, content, reason):
    path = tmp_path / "state"
    path.write_bytes(content)
    with pytest.raises(SnapshotError, match=reason):
        snapshot.read(Stream(MISSION), path)


def test_a_missing_snapshot_is_named(tmp_path):
    with pytest.raises(SnapshotError, match="cannot be read"):
        snapshot.read(Stream(MISSION), tmp_path / "none")


NESTED = st.recursive(
    st.none() | st.integers() | st.text(max_size=5), lambda part: st.lists(part, max_size=3)
)


@given(NESTED)
def test_data_of_others_give_one_typed_error_or_a_value(plain):
    with contextlib.suppress(PlainError):
        snapshot.CODEC.unpack(plain)


def test_the_keeper_writes_as_on_board_time_goes_on_and_at_the_end(flight, tmp_path):
    messages, _ = flight
    path, stream = tmp_path / "state", Stream(MISSION)
    keeper = Keeper(stream, path)
    written = []
    for group in messages[:200]:
        keeper.put(group, stream.take(group))
        written.append(path.exists() and path.stat().st_mtime_ns)
    keeper.close()
    assert 2 < len(set(written)) < 60
    restored = Stream(MISSION)
    snapshot.read(restored, path)
    assert snapshot.take(restored) == snapshot.take(stream)


def test_the_keeper_writes_at_every_step_of_recovery(tmp_path):
    path, stream = tmp_path / "state", Stream(MISSION)
    keeper, steps = Keeper(stream, path), 0
    for messages, output in rounds(stream, vehicle(), 5):
        keeper.put(messages, output)
        if any(output.steps):
            steps += 1
            restored = Stream(MISSION)
            snapshot.read(restored, path)
            assert snapshot.take(restored) == snapshot.take(stream)
    assert steps > 5
