"""The demo: the daemon in this process, the simulator in another one, real sockets between them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from fdir_service.account import as_table
from fdir_service.daemon import Daemon
from fdir_service.mission import Mission
from fdir_service.service import Options, service
from fdir_service.simulator import Simulator, simulator
from fdir_service.sinks import Sink
from fdir_service.stream import Output, Stream
from fdir_service.verdict import Injected, Judge, Verdict
from pus.samples import Message

SinkMaker = Callable[[Daemon], Sink]


@dataclass(frozen=True, slots=True)
class Result:
    """What the demo showed.

    Attributes
    ----------
    verdict : outcomes of the injected faults and false reports.
    accounts : samples by source.
    p50_ms, p99_ms : duration of a round that handled samples.
    complete : whether the scenario ran to its end and every sample is accounted for.

    """

    verdict: Verdict
    accounts: dict[str, dict[str, Any]]
    p50_ms: float
    p99_ms: float
    complete: bool

    @property
    def good(self) -> bool:
        """Whether the demo showed what it promises."""
        return self.complete and bool(self.verdict.outcomes) and self.verdict.good


class _JudgeSink:
    def __init__(self, judge: Judge) -> None:
        self._judge = judge

    def put(self, messages: Sequence[Message], output: Output) -> None:  # noqa: ARG002
        self._judge.take(output)

    def close(self) -> None:
        pass


def run(mission: Mission, scenario: Path, speed: float, options: Options, view: SinkMaker) -> Result:
    """Run the scenario against the mission to its end, or until a signal."""
    judge, truth = Judge(mission), read_truth(scenario)
    with simulator(scenario, speed) as child:
        linked = _linked(mission, child)
        with service(linked, replace(options, sinks=(_JudgeSink(judge),))) as (daemon, _), daemon.signals():
            daemon.sinks = (*daemon.sinks, view(daemon))
            daemon.keep_durations = True
            daemon.should_stop = lambda: child.has_ended or truth.is_told(_published(daemon.stream))
            daemon.run()
            return _result(judge.verdict(truth.faults), daemon, truth.samples)


def _linked(mission: Mission, child: Simulator) -> Mission:
    """Return the mission with the child's addresses and free ports of our own."""
    free = "tcp://127.0.0.1:*"
    links = mission.file.interfaces.model_copy(
        update={
            "samples": child.samples,
            "units": child.units,
            "telemetry": free,
            "commands": free,
            "metrics_port": 0,
        }
    )
    return replace(mission, file=mission.file.model_copy(update={"interfaces": links}))


@dataclass(frozen=True, slots=True)
class Truth:
    """What a scenario does.

    Attributes
    ----------
    faults : what is wrong with readings; that a unit does not answer shows in none.
    samples : what a receiver can know of, received or lost on the way.
    dies : whether the source falls silent for good before the end of the run.

    """

    faults: tuple[Injected, ...]
    samples: int
    dies: bool

    def is_told(self, published: int) -> bool:
        """Whether there is nothing to come; behind a dead source the vehicle flies on and obeys."""
        return published >= self.samples and not self.dies


def read_truth(scenario: Path) -> Truth:
    """Ask the simulator what a scenario does."""
    from sim.faults import MuteFault  # noqa: PLC0415  the daemon itself never imports the simulator
    from sim.scenario import load  # noqa: PLC0415
    from sim.vehicle import Vehicle  # noqa: PLC0415

    vehicle = Vehicle(load(scenario))
    faults = tuple(
        Injected(truth.sensor.value, truth.start, truth.end)
        for truth in vehicle.faults
        if not isinstance(truth.fault, MuteFault)
    )
    told = vehicle.outages.announced
    return Truth(faults, told, told < vehicle.scenario.samples)


def _result(verdict: Verdict, daemon: Daemon, samples: int) -> Result:
    durations = np.array(daemon.durations or [float("nan")]) * 1e3
    accounts = daemon.stream.accounts
    return Result(
        verdict=verdict,
        accounts=as_table(accounts),
        p50_ms=float(np.percentile(durations, 50)),
        p99_ms=float(np.percentile(durations, 99)),
        complete=_published(daemon.stream) == samples and all(a.balances for a in accounts.values()),
    )


def _published(stream: Stream) -> int:
    return sum(account.published for account in stream.accounts.values())
