"""The demo: the daemon in this process, the simulator in another one, real sockets between them."""

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from fdir_service.account import as_table
from fdir_service.daemon import Daemon
from fdir_service.ground.commands import make
from fdir_service.latencies import Latencies
from fdir_service.mission import Mission
from fdir_service.operator import Operator
from fdir_service.service import Options, service
from fdir_service.simulator import Simulator, simulator
from fdir_service.sinks import Sink
from fdir_service.stream import Output, Stream
from fdir_service.verdict import Expectation, Injected, Judge, Verdict
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
        return self.complete and self.verdict.good


class _JudgeSink:
    def __init__(self, judge: Judge) -> None:
        self._judge = judge

    def put(self, messages: Sequence[Message], output: Output) -> None:  # noqa: ARG002
        self._judge.take(output)

    def close(self) -> None:
        pass


def run(mission: Mission, scenario: Path, speed: float, options: Options, view: SinkMaker) -> Result:
    """Run the scenario against the mission to its end, or until a signal."""
    judge, truth = Judge(mission), read_truth(mission, scenario)
    with ExitStack() as stack:
        child = stack.enter_context(simulator(scenario, speed))
        opened = service(_linked(mission, child), replace(options, sinks=(_JudgeSink(judge),)))
        daemon, addresses = stack.enter_context(opened)
        operator = stack.enter_context(Operator(addresses["commands"], truth.requests))
        latencies = Latencies(scenario.stem)
        daemon.metrics.series.extend(latencies.series)
        daemon.sinks = (*daemon.sinks, view(daemon))
        daemon.keep_durations = True

        def should_stop() -> bool:
            operator.tend(daemon.stream.time)
            latencies.observe(judge.verdict(truth.faults).outcomes)
            return child.has_ended or truth.is_told(_published(daemon.stream))

        daemon.should_stop = should_stop
        with daemon.signals():
            daemon.run()
        return _result(judge.verdict(truth.faults, truth.expected), daemon, truth.samples)


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
    requests : telecommands of the ground, with their times (ns).
    expected : what should come of it all, or None.

    """

    faults: tuple[Injected, ...]
    samples: int
    dies: bool
    requests: tuple[tuple[int, bytes], ...] = ()
    expected: Expectation | None = None

    def is_told(self, published: int) -> bool:
        """Whether there is nothing to come; behind a dead source the vehicle flies on and obeys."""
        return published >= self.samples and not self.dies


def read_truth(mission: Mission, scenario: Path) -> Truth:
    """Ask the simulator what a scenario does, and the mission what the words of its ground mean."""
    from sim.faults import MuteFault  # noqa: PLC0415  the daemon itself never imports the simulator
    from sim.launch import launch, load  # noqa: PLC0415

    chosen = load(scenario)
    vehicle = launch(chosen)
    faults = tuple(
        Injected(truth.sensor.value, truth.start, truth.end)
        for truth in vehicle.faults
        if not isinstance(truth.fault, MuteFault)
    )
    told = vehicle.outages.announced
    expected = None
    if (expect := chosen.expect) is not None:
        expected = Expectation(expect.highest_level, frozenset(s.value for s in expect.blamed))
    return Truth(
        faults,
        told,
        told < chosen.samples,
        tuple((round(g.at_s * 1e9), _packet(mission, g.tc, g.unit)) for g in chosen.ground),
        expected,
    )


def _packet(mission: Mission, line: str, unit: str | None) -> bytes:
    name, *words = line.split()
    apid = next((apid for apid, found in mission.units.items() if found.name == unit), mission.apid)
    return make(mission, name, words, apid).pack()


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
