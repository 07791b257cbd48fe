"""Health parameters: the service's own counts, read by ST[20] and reported by ST[03]."""

import math
from pathlib import Path
from typing import get_args

import numpy as np
import pytest

from fdir_service import health
from fdir_service.mission.schema import HealthKind
from fdir_service.stream import Stream
from pus import codec
from pus.packets import Tc
from pus.parameters import OWN
from pus.samples import Command, Reply, Samples
from tests.fdir_service.builders import MS, PERIOD, PLAIN, RESET, load_text, samples

GROUND = 1
KINDS: tuple[HealthKind, ...] = get_args(HealthKind)
IDS = {kind: 100 + k for k, kind in enumerate(KINDS)}
HEALTH = "".join(f'[[health]]\nid = {i}\nname = "h.{kind}"\nkind = "{kind}"\n' for kind, i in IDS.items())
WATCHED = f"""{PLAIN}
limit = 1
[[pmon]]
id = 2
name = "b-range"
parameter = "b"
check = "limit"
low = 0
high = 1
enabled = false
[[fmon]]
id = 1
name = "board"
pmons = [1]
event = 10
[[event]]
id = 10
name = "board-failed"
severity = "high"
[[unit]]
name = "pair"
apid = 81
functions = [{{ name = "RESET" }}]
[[level]]
id = 1
name = "board"
number = 1
fmons = [1]
last = true
actions = [{{ name = "reset", kind = "retry", unit = "pair", function = "RESET" }}]
[recovery]
mode = "MODE"
{HEALTH}"""


def stream(folder: Path, mode: str = "active") -> Stream:
    return Stream(load_text(folder, WATCHED.replace("MODE", mode)))


def board(sequence: int, *values: float) -> Samples:
    return samples(sequence, [[value, 0.0] for value in values], "board")


def told(target: Stream, *kinds: HealthKind) -> dict[str, float]:
    """Ask for health parameters by TC[20,1]; all are u32."""
    wanted = kinds or KINDS
    request = Tc(66, 20, 1, codec.DEFAULT.ids([IDS[kind] for kind in wanted]), GROUND, ack=0).pack()
    [tm] = target.take([Command(target.time, request)]).telemetry
    values = np.frombuffer(tm.data[2:], np.dtype([("id", ">u2"), ("value", ">u4")]))
    assert values["id"].tolist() == [IDS[kind] for kind in wanted]
    return dict(zip(wanted, values["value"].tolist(), strict=True))


def test_a_fresh_service_has_counted_nothing(tmp_path: Path) -> None:
    assert told(stream(tmp_path)) == dict.fromkeys(KINDS, 0) | {
        "pmons_enabled": 1,
        "fmons_protected": 1,
        "recovery_mode": 2,
    }


def test_samples_are_counted_whatever_became_of_them(tmp_path: Path) -> None:
    target = stream(tmp_path)
    target.take([board(0, 0.0, 0.5), board(1, 0.5, 0.5), board(7, 0.5)])
    counts = told(target, "samples_received", "samples_lost", "samples_rejected")
    assert counts == {"samples_received": 4, "samples_lost": 4, "samples_rejected": 1}
    assert sum(counts.values()) == target.accounts["board"].published


def test_events_are_counted_also_if_their_reports_are_suppressed(tmp_path: Path) -> None:
    target = stream(tmp_path)
    target.take([board(0, 9.0, 0.5, 9.0, 0.5, 9.0, 0.5)])
    counts = told(target, "events_detected", "events_reported")
    assert counts == {"events_detected": 4, "events_reported": 2}


def test_monitors_are_counted_by_their_status(tmp_path: Path) -> None:
    target = stream(tmp_path)
    kinds: tuple[HealthKind, ...] = ("pmons_enabled", "pmons_in_violation", "fmons_failed")
    target.take([board(0, 9.0)])
    assert told(target, *kinds) == {"pmons_enabled": 1, "pmons_in_violation": 1, "fmons_failed": 1}
    target.take([board(1, 0.5)])
    assert told(target, *kinds) == {"pmons_enabled": 1, "pmons_in_violation": 0, "fmons_failed": 1}
    target.take([board(2, math.nan)])
    assert told(target, *kinds)["pmons_in_violation"] == 0
    target.take([Command(target.time, Tc(66, 12, 1, codec.DEFAULT.ids([2]), ack=0).pack())])
    assert told(target, *kinds)["pmons_enabled"] == 2


def test_attempts_under_way_are_counted(tmp_path: Path) -> None:
    target = stream(tmp_path)
    assert target.take([board(0, 9.0)]).requests
    assert told(target, "recovery_attempts") == {"recovery_attempts": 1}
    target.take([samples(1, [[9.0, 0.0]] * 600, "board")])
    assert told(target, "recovery_attempts") == {"recovery_attempts": 0}


@pytest.mark.parametrize("mode", health.MODES)
def test_the_recovery_mode_is_told_by_its_number(tmp_path: Path, mode: str) -> None:
    target = stream(tmp_path, mode)
    assert told(target, "recovery_mode") == {"recovery_mode": health.MODES.index(mode)}
    target.take([board(0, 9.0)])
    assert told(target, "recovery_attempts") == {"recovery_attempts": int(mode == "active")}


def test_a_count_that_is_too_great_stays_at_the_most(tmp_path: Path) -> None:
    target = stream(tmp_path)
    target.take([board(0, 0.5), Samples.regular("board", 1, 1 << 40, PERIOD, PERIOD, np.zeros((1, 2)))])
    assert told(target, "samples_lost", "samples_received") == {
        "samples_lost": 0xFFFF_FFFF,
        "samples_received": 2,
    }


def test_health_is_reported_periodically_with_what_is_counted_at_that_sample(tmp_path: Path) -> None:
    text = WATCHED.replace("MODE", "passive")
    keeping = (
        f'[[housekeeping]]\nsid = 1\ninterval = 2\nparameters = ["h.{KINDS[-1]}", "h.events_detected"]\n'
    )
    target = Stream(load_text(tmp_path, text + keeping))
    output = target.take([board(0, 0.5, 9.0, 0.5, 0.5, 0.5)])
    found = [(tm.time // (100 * MS), tm.data) for tm in output.telemetry if tm.service == 3]
    assert found == [(k, bytes.fromhex("0001 00000001 00000002")) for k in (2, 4)]


def test_health_parameters_are_own_and_cannot_be_set(tmp_path: Path) -> None:
    target = stream(tmp_path)
    table = target.mission.parameters
    assert {table.by_id[i].source for i in IDS.values()} == {OWN}
    setting = codec.u16(1) + codec.u16(IDS["samples_lost"]) + codec.u32(5)
    [refused] = target.take([Command(0, Tc(66, 20, 3, setting, ack=0).pack())]).telemetry
    assert (refused.service, refused.subtype, refused.data[4:6].hex()) == (1, 4, "1402")
    assert told(target, "samples_lost") == {"samples_lost": 0}


def test_what_is_no_telemetry_changes_no_count(tmp_path: Path) -> None:
    target = stream(tmp_path)
    target.take([board(0, 9.0)])
    before = told(target)
    target.take([Reply(target.time, RESET)])
    assert told(target) == before
