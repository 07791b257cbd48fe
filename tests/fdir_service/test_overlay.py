"""Definitions changed by telecommand survive a restart, but only with the same mission."""

import logging

import numpy as np
import pytest

from fdir_service.ladder.commands import LADDER_MODE
from fdir_service.ladder.definitions import Mode
from fdir_service.mission import load
from fdir_service.overlay import Overlay, OverlayError
from fdir_service.stream import Stream
from pus import codec
from pus.packets import Tc
from pus.samples import Command, Samples

MISSION = """
[mission]
name = "tiny"
apid = 66
[[source]]
name = "s"
parameters = [{ id = 1, name = "x" }]
[[setting]]
id = 2
name = "flag"
source = "s"
value = 1
[[pmon]]
id = 1
name = "x"
parameter = "x"
check = "limit"
low = 0
high = 1
high_event = 9
[[event]]
id = 9
name = "x-high"
severity = "medium"
"""
DISABLE_PMON = Tc(66, 12, 2, codec.DEFAULT.ids([1])).pack()
DISABLE_REPORT = Tc(66, 5, 6, codec.DEFAULT.ids([9])).pack()
INHIBIT = Tc(66, 8, 1, LADDER_MODE.encode({1: 0, 2: 0})).pack()
SET_FLAG = Tc(66, 20, 3, codec.u16(1) + codec.u16(2) + b"\x05").pack()


@pytest.fixture
def mission(tmp_path):
    (tmp_path / "mission.toml").write_text(MISSION)
    return load(tmp_path)


def run(mission, path, *packets):
    """One life of the daemon's stream: restore, take the packets, end."""
    stream = Stream(mission)
    overlay = Overlay(path, mission.digest)
    stream.restore(overlay.packets)
    for packet in packets:
        overlay.put((), stream.take([Command(0, packet)]))
    overlay.close()
    return stream


def kept(path, mission):
    overlay = Overlay(path, mission.digest)
    overlay.close()
    return overlay.packets


def test_what_a_telecommand_changed_is_there_after_a_restart(mission, tmp_path):
    path = tmp_path / "overlay"
    run(mission, path, DISABLE_PMON, DISABLE_REPORT, SET_FLAG)
    stream = run(mission, path)
    assert not stream.chain.monitoring.is_enabled(1)
    assert stream.chain.services.st05.disabled == {9}
    assert stream.chain.services.settings == {2: 5.0}


def test_a_restart_sends_no_telemetry_and_uses_no_sequence_count(mission, tmp_path):
    path = tmp_path / "overlay"
    run(mission, path, DISABLE_PMON)
    assert run(mission, path).chain.process.sequence == 0


def test_what_changes_nothing_for_good_is_not_kept(mission, tmp_path):
    path = tmp_path / "overlay"
    report = Tc(66, 12, 13).pack()
    unknown = Tc(66, 99, 1).pack()
    broken = DISABLE_PMON[:-1] + b"\0"
    run(mission, path, report, unknown, broken, Tc(66, 17, 1).pack())
    assert kept(path, mission) == []


def test_loading_and_activating_is_repeated_as_loading(mission, tmp_path):
    path = tmp_path / "overlay"
    run(mission, path, Tc(66, 21, 8, codec.characters("NAME")).pack())
    assert kept(path, mission) == [Tc(66, 21, 2, codec.characters("NAME")).pack()]


def test_another_mission_sets_the_overlay_aside_with_a_message(mission, tmp_path, caplog):
    path = tmp_path / "overlay"
    run(mission, path, DISABLE_PMON)
    other = tmp_path / "other"
    other.mkdir()
    (other / "mission.toml").write_text(MISSION.replace('"tiny"', '"other"'))
    with caplog.at_level(logging.WARNING, "fdir"):
        stream = run(load(other), path)
    assert stream.chain.monitoring.is_enabled(1)
    assert "set aside" in caplog.text
    assert DISABLE_PMON.hex() in (tmp_path / "overlay.aside-1").read_text()


def test_a_truncated_last_line_is_dropped_at_every_length(mission, tmp_path):
    path = tmp_path / "overlay"
    run(mission, path, DISABLE_PMON, SET_FLAG)
    whole = path.read_bytes()
    start = whole.rstrip(b"\n").rfind(b"\n") + 1
    for end in range(start, len(whole)):
        path.write_bytes(whole[:end])
        overlay = Overlay(path, mission.digest)
        overlay.close()
        assert overlay.packets == [DISABLE_PMON]
        assert path.read_bytes() == whole[:start]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("hello\n", "is no overlay"),
        ('{"format": 2, "mission": "x"}\n', "overlay format 2"),
        ('{"mission": "x"}\n', "is no overlay"),
    ],
)
def test_a_file_that_is_no_overlay_is_refused(mission, tmp_path, content, reason):
    path = tmp_path / "overlay"
    path.write_text(content)
    with pytest.raises(OverlayError, match=reason):
        Overlay(path, mission.digest)


def test_a_line_that_is_not_hexadecimal_is_refused(mission, tmp_path):
    path = tmp_path / "overlay"
    run(mission, path)
    with path.open("a") as file:
        file.write("xyz\n")
    with pytest.raises(OverlayError, match="hexadecimal"):
        Overlay(path, mission.digest)


def test_an_inhibition_survives_a_restart_and_is_told_of_again(mission, tmp_path):
    run(mission, tmp_path / "overlay", INHIBIT)
    stream = run(mission, tmp_path / "overlay")
    assert stream.recovery.ladder.modes.of() is Mode.INHIBITED
    again = stream.take([Samples.regular("s", 1, 0, 10**13, 10**8, np.array([[0.5]]))])
    assert [step.reason for step in again.steps] == ["inhibited (still)"]


def test_a_mode_that_expires_gives_way_to_that_of_the_mission_at_a_restart(mission, tmp_path):
    run(mission, tmp_path / "overlay", Tc(66, 8, 1, LADDER_MODE.encode({1: 0, 2: 60})).pack())
    stream = run(mission, tmp_path / "overlay")
    again = stream.take([Samples.regular("s", 1, 0, 10**13, 10**8, np.array([[0.5]]))])
    assert [step.reason for step in again.steps] == ["passive (expired)"]


def test_a_replay_ignores_the_overlay(mission, tmp_path):
    run(mission, tmp_path / "overlay", DISABLE_PMON)
    stream = Stream(mission)
    samples = Samples.regular("s", 1, 0, 0, 10**8, np.array([[7.0]]))
    assert [tm.service for tm in stream.take([samples]).telemetry] == [5]
