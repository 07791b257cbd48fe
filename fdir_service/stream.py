"""The stream: one vehicle's samples in, packets and requests out. All state of the service lives here.

The order of one sample: history, derived parameters, detectors, ST[12], ST[05], ST[19], recovery. No clock,
no socket, no thread; time is sample time, or a tick.
"""

from collections import Counter
from collections.abc import Callable, Iterable

from fdir_service import effects, health
from fdir_service.account import Account
from fdir_service.blocks import cut, steps
from fdir_service.definitions import define
from fdir_service.ladder.recovery import Recovery
from fdir_service.ladder.restart import expect, give_up, refused, resume
from fdir_service.ladder.state import Outcome, Step
from fdir_service.mission import Mission
from fdir_service.output import Output, Silence, Telecommand, Verification
from fdir_service.pool import Pool
from fdir_service.silence import Limit, late, limits, pauses
from pus import st01, st17
from pus.block import Block
from pus.chain import Chain, Instant
from pus.failure import RequestError
from pus.packets import Tm, apid_of, decode_tm
from pus.samples import Command, Heartbeat, Message, Reply, Samples, Tick

__all__ = ["CHUNK", "Output", "Silence", "Stream", "Telecommand", "Verification"]

CHUNK = 1024
"""Samples handled at once at most; replay uses blocks of just this size."""

PoolFactory = Callable[[Mission, str, int], Pool]
"""Makes the parameters of a source: (mission, source, most samples at once)."""


class Stream:
    """One application process on one vehicle with any number of sources.

    Attributes
    ----------
    time, first_time : on-board time that has been reached, and that of the first sample (ns).
    accounts, pools : by source.
    refused : messages that no source or service wanted, by reason.
    heard : time of the last sample of each source that has been handled (ns).
    silent : whether each source is silent.
    unanswered : requests of no level that have left, until the unit's final verification, by request ID.

    """

    def __init__(self, mission: Mission, make_pool: PoolFactory = Pool) -> None:
        self.mission = mission
        self.time = 0
        self.first_time: int | None = None
        self.accounts: dict[str, Account] = {
            s.name: Account(s.sample_shape, dtype=s.wire_dtype) for s in mission.file.source
        }
        self.pools = {name: make_pool(mission, name, CHUNK) for name in self.accounts}
        self.refused: Counter[str] = Counter()
        self.heard = dict.fromkeys(self.accounts, 0)
        self.silent = dict.fromkeys(self.accounts, True)
        self.unanswered: dict[bytes, bytes] = {}
        self._pauses = pauses(mission.file.source)
        self.recovery: Recovery = Recovery(mission, self.silent)
        self.chain: Chain = Chain(mission.setup(health.values(self), self.recovery.commands.perform))
        define(mission, self.chain)

    def restore(self, definitions: Iterable[bytes]) -> None:
        """Repeat requests that changed definitions, before the first message."""
        for packet in definitions:
            self.chain.execute(packet, 0)
        self.recovery.commands.carry_out(0)

    def resume(self) -> Output:
        """Go on from a snapshot after a restart, before the first message."""
        output = Output()
        lost = list(give_up(self.unanswered, self.time))
        self.unanswered.clear()
        for step in (*resume(self.recovery.ladder, self.time), *lost):
            self._follow(step, output)
        self._settle(self.time, output)
        return output

    @property
    def sample_time(self) -> int:
        """Time of the newest sample (ns), or 0 before the first."""
        return max(0, *(account.last_time for account in self.accounts.values()))

    @property
    def duration(self) -> int:
        """On-board time from the first sample to the newest (ns)."""
        return 0 if self.first_time is None else self.sample_time - self.first_time

    # --- messages ----------------------------------------------------------------------------------

    def take(self, messages: Iterable[Message]) -> Output:
        """Handle messages in order; consecutive samples of a source are handled as chunks."""
        output = Output()
        waiting: list[Samples] = []
        for message in messages:
            if isinstance(message, Samples):
                self._collect(message, waiting, output)
                continue
            self._drain(waiting, output)
            match message:
                case Heartbeat():
                    self._hear(message)
                case Tick():
                    self._tick(message.time, output)
                case Command():
                    self._command(message.packet, max(message.time, self.time), output)
                case Reply():
                    self._reply(message.packet, max(message.time, self.time), output)
        self._drain(waiting, output)
        return output

    def _hear(self, heartbeat: Heartbeat) -> None:
        if heartbeat.source in self.accounts:
            self.accounts[heartbeat.source].hear(heartbeat)
        else:
            self.refused["unknown source"] += 1

    def _collect(self, samples: Samples, waiting: list[Samples], output: Output) -> None:
        """Account for samples and put them behind those waiting, or handle those first."""
        account = self.accounts.get(samples.source)
        if account is None:
            self.refused["unknown source"] += 1
            return
        accepted, gap = account.accept(samples)
        if accepted is None:
            return
        if gap:
            self._drain(waiting, output)
            self._flush(samples.source, int(accepted.times[0]))
        waiting.append(accepted)

    def _drain(self, waiting: list[Samples], output: Output) -> None:
        """Handle the samples waiting, all sources in order of time."""
        if waiting:
            for chunks in steps(waiting, CHUNK):
                self._go_on(chunks, output)
            waiting.clear()

    def _go_on(self, chunks: list[Samples], output: Output) -> None:
        """Handle a step; the silence of a source begins at its own time, between the samples of others."""
        for limit, name in late(chunks, self._limits()):
            before, chunks = cut(chunks, limit)
            if before:
                self._step(before, output)
            self._fall_silent([name], limit, output)
        self._step(chunks, output)

    def _limits(self) -> list[Limit]:
        return limits(self._pauses, self.heard, self.silent)

    def _fall_silent(self, names: Iterable[str], time: int, output: Output) -> None:
        """Forget sources that have been silent for too long at `time` (ns)."""
        self.time = max(self.time, time)
        for name in names:
            self.silent[name] = True
            self._flush(name, time)
            output.timeline.append(Silence(name, time))
        self._between(self.chain.elapse(time), output)

    def _flush(self, source: str, time: int) -> None:
        """Forget what is known of a source up to `time` (ns)."""
        self.pools[source].flush()
        self.chain.forget(source)
        self.recovery.forget(self.chain, source, time)

    # --- one chunk ---------------------------------------------------------------------------------

    def _step(self, chunks: list[Samples], output: Output) -> None:
        blocks: list[Block] = []
        back = {chunk.source: int(chunk.times[0]) for chunk in chunks if self.silent[chunk.source]}
        for chunk in chunks:
            blocks.append(self.pools[chunk.source].step(chunk, self.chain.services.settings))
            self.heard[chunk.source] = int(chunk.times[-1])
            self.time = max(self.time, self.heard[chunk.source])
            if self.first_time is None:
                self.first_time = int(chunk.times[0])
        output.blocks += blocks
        for instant in self.chain.feed(blocks, lambda: self._deadline(back)):
            self._hear_again(back, instant.time)
            self._instant(instant, output)

    def _deadline(self, back: dict[str, int]) -> int | None:
        """When recovery has something to do, or a silent source is `back` (ns), or None."""
        due = self.recovery.ladder.deadline
        first = min(back.values()) if back else None
        return first if due is None or (first is not None and first < due) else due

    def _hear_again(self, back: dict[str, int], time: int) -> None:
        """End the silence of sources at the very sample that ends it, wherever chunks begin."""
        for source in [source for source, first in back.items() if first <= time]:
            del back[source]
            self.silent[source] = False

    def _instant(self, instant: Instant, output: Output) -> None:
        """Turn what happened into packets, and let recovery answer."""
        if not instant.is_empty:
            output.timeline.append(instant)
        output.telemetry += [self.chain.process.packet(report, instant.time) for report in instant.reports]
        for _, request in instant.requests:
            self._follow(self.recovery.release(request, instant.time), output)
        for step in self.recovery.steps(self.chain, instant.time):
            self._follow(step, output)

    def _follow(self, step: Step, output: Output) -> None:
        """Do what follows from a step: a request leaves, the ground is told, FMONs are re-armed."""
        output.timeline.append(step)
        if step.outcome is Outcome.SENT and step.apid != self.mission.apid:
            output.requests.append(step.request)
            if step.level is None:
                expect(self.unanswered, step.request)
        elif step.outcome is Outcome.SENT:
            self.chain.queue(step.request)
        for request in self.recovery.rearming(self.chain, step):
            self.chain.queue(request)
        if told := self.recovery.event(step):
            self._instant(self.chain.raise_event(*told, step.time), output)

    # --- between chunks ----------------------------------------------------------------------------

    def _between(self, instant: Instant, output: Output) -> None:
        """Handle what happened between chunks, and the requests to own services that follow from it."""
        self._instant(instant, output)
        self._settle(instant.time, output)

    def _settle(self, time: int, output: Output) -> None:
        """Execute the requests to own services that are queued."""
        while waiting := self.chain.take_queue():
            for request in waiting:
                self._instant(self.chain.execute(request, time), output)

    def _tick(self, time: int, output: Output) -> None:
        """On-board time goes on without samples: time-outs, late reports, silent sources."""
        time = max(self.time, time)
        self._fall_silent([name for limit, name in self._limits() if limit < time], time, output)

    def _command(self, packet: bytes, time: int, output: Output) -> None:
        """Route a ground TC: to our own services, to a unit, or back as TM[1,10]."""
        self.time = time
        apid = apid_of(packet) if len(packet) >= 2 else self.mission.apid
        if apid in self.mission.units:
            output.requests.append(packet)
            output.timeline.append(Telecommand(time, packet, "routed"))
        elif apid == self.mission.apid:
            instant = self.chain.execute(packet, time)
            output.definitions += effects.lasting(packet, instant)
            output.timeline.append(Telecommand(time, packet, effects.result(instant)))
            self._between(instant, output)
        else:
            notice = self.chain.process.not_routed(packet)
            output.timeline.append(Telecommand(time, packet, "not_routed"))
            self._between(Instant(time, reports=[notice]), output)

    def _reply(self, packet: bytes, time: int, output: Output) -> None:
        """Take a unit's TM; it is passed on to the ground as it is."""
        self.time = time
        try:
            tm = decode_tm(packet)
        except RequestError:
            self.refused["unit telemetry"] += 1
            return
        output.telemetry.append(tm)
        if tm.service == st01.SERVICE:
            self._verify(tm, time, output)
        elif (tm.service, tm.subtype) == (st17.SERVICE, st17.ALIVE):
            self._between(self.chain.alive(tm.apid, time), output)

    def _verify(self, tm: Tm, time: int, output: Output) -> None:
        """Take a unit's verification of a request."""
        request, verdict = st01.verdict(tm)
        output.timeline.append(Verification(time, tm.apid, tm.subtype, request))
        if verdict is None:
            return
        steps = self.recovery.ladder.verified(request, verdict, time)
        packet = self.unanswered.pop(request, None)
        if packet is not None and not verdict:
            steps = [*steps, refused(packet, time)]
        for step in steps:
            self._follow(step, output)
        if steps:
            # The effect may have come before the answer: no sample would tell of it any more.
            self._between(Instant(time), output)
