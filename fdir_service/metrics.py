"""The metrics of the service, counted once a chunk as plain series.

Names follow the Prometheus rules: one prefix, base units, ``_total`` for counters, no unbounded labels.
"""

from fdir_service.ladder.definitions import MODES
from fdir_service.ladder.state import Phase, Step
from fdir_service.mission import Mission
from fdir_service.series import Counter, Gauge, Histogram, Series
from fdir_service.stream import Output, Stream
from pus.st05 import Severity
from pus.st12.definitions import PmonChecking

BUCKETS = (1e-4, 2.5e-4, 5e-4, 1e-3, 2.5e-3, 5e-3, 1e-2, 2.5e-2, 5e-2, 0.1, 1.0)
"""Seconds; the client's default buckets start at 5 ms, where this service has finished."""


class Metrics:
    """All series of the service. Totals are copied from the stream's own counts, so they cannot differ.

    Attributes
    ----------
    series : all of them, in the order in which they are shown.

    """

    def __init__(self, mission: Mission) -> None:
        self.series: list[Series] = []
        self._samples = self._counter("fdir_samples", "Samples accepted", "source")
        self._lost = self._counter("fdir_samples_lost", "Samples that never arrived", "source")
        self._rejected = self._counter("fdir_samples_dropped", "Samples refused", "source", "reason")
        self._published = self._counter("fdir_samples_published", "Samples published", "source")
        self._gaps = self._counter("fdir_sequence_gaps", "Interruptions of the sequence", "source")
        self._invalid = self._counter(
            "fdir_invalid_values", "Values not known or not fit for their type", "source"
        )
        self._malformed = self._counter("fdir_messages_malformed", "Messages dropped", "reason")
        self._windows = self._counter("fdir_windows", "Windows scored", "model")
        self._transitions = self._counter("fdir_pmon_transitions", "Check transitions", "pmon", "to")
        self._events = self._counter("fdir_events", "Events detected", "severity")
        self._reports = self._counter("fdir_event_reports", "Event reports generated", "severity")
        self._suppressed = self._counter("fdir_events_suppressed", "Events without a report", "severity")
        self._commands = self._counter("fdir_tc", "Requests of the ground", "service", "result")
        self._actions = self._counter("fdir_event_actions", "Requests released by event-actions", "event")
        self._attempts = self._counter(
            "fdir_recovery_attempts", "Steps of recovery attempts", "level", "action", "result"
        )
        self._telemetry = self._counter("fdir_telemetry_packets", "TM packets", "service")
        self._step = Histogram("fdir_step_duration_seconds", "One round of the stream", BUCKETS)
        self.series.append(self._step)
        self._age = self._gauge("fdir_sample_age_seconds", "On-board time since the newest sample", "source")
        self._index = self._gauge(
            "fdir_failure_index", "Newest failure index (NaN: not known)", "model", "parameter"
        )
        self._pmon = self._gauge("fdir_pmon_status", "PMON checking status (raw value)", "pmon")
        self._fmon = self._gauge("fdir_fmon_status", "FMON checking status (raw value)", "fmon")
        info = self._gauge("fdir_model_info", "Detector files in use", "name", "sha256")
        for detector in mission.detectors:
            info.set(1, detector.name, detector.sha256)
        self._mode = self._gauge("fdir_mode", "Recovery mode: 1 for the one in force", "mode")
        self._open = self._gauge("fdir_level", "Highest level that is open or exhausted; -1: none")
        self._inhibited = self._gauge("fdir_inhibited", "Places of the ladder that may not act")
        self._mission = mission

    def _counter(self, name: str, text: str, *labels: str) -> Counter:
        made = Counter(name, text, *labels)
        self.series.append(made)
        return made

    def _gauge(self, name: str, text: str, *labels: str) -> Gauge:
        made = Gauge(name, text, *labels)
        self.series.append(made)
        return made

    def observe(self, output: Output, seconds: float) -> None:
        """Count one round of the loop."""
        self._step.observe(seconds)
        for tm in output.telemetry:
            self._telemetry.add(str(tm.service))
        if output.timeline:
            self._count(output)

    def _count(self, output: Output) -> None:
        """Count what happened in a round."""
        for instant in output.instants:
            for transition in instant.transitions:
                to = PmonChecking(transition.current).name.lower()
                self._transitions.add(str(transition.pmon.id), to)
            for event, _ in instant.requests:
                self._actions.add(str(event.definition.id if event else 0))
        for tc in output.commands:
            self._commands.add(str(tc.service), tc.result)
        for step in output.steps:
            self._attempts.add(*self._names(step), step.outcome.value)

    def _names(self, step: Step) -> tuple[str, str]:
        """Return the names of a step's level and action; a request of no level has none."""
        level = next((level for level in self._mission.levels if level.id == step.level), None)
        if level is None:
            return "", ""
        return level.name, "" if step.action is None else level.actions[step.action].name

    def refresh(self, stream: Stream, malformed: dict[str, int]) -> None:
        """Bring totals and gauges up to date; once a second is enough."""
        for name, account in stream.accounts.items():
            self._samples.set(account.received, name)
            self._lost.set(account.lost, name)
            self._published.set(account.published, name)
            self._gaps.set(account.gaps, name)
            self._invalid.set(stream.pools[name].invalid_values, name)
            for reason, count in account.rejected.items():
                self._rejected.set(count, name, reason)
            if account.last_time >= 0:
                self._age.set((stream.time - account.last_time) * 1e-9, name)
            for detector in stream.pools[name].detectors:
                self._windows.set(detector.windows, detector.setup.name)
        for reason, count in malformed.items():
            self._malformed.set(count, reason)
        self._refresh_chain(stream)
        self._refresh_ladder(stream)

    def _refresh_ladder(self, stream: Stream) -> None:
        ladder = stream.recovery.ladder
        for mode in MODES:
            self._mode.set(mode is ladder.modes.of(), mode)
        states = ladder.states
        numbers = [k.number for k in ladder.levels if states[k.id].phase is not Phase.IDLE]
        self._open.set(max(numbers, default=-1))
        self._inhibited.set(ladder.modes.restricted)

    def _refresh_chain(self, stream: Stream) -> None:
        chain = stream.chain
        for severity in Severity:
            counts = chain.services.st05.observables[severity]
            self._events.set(counts.detected, severity.name.lower())
            self._reports.set(counts.reported, severity.name.lower())
            self._suppressed.set(counts.detected - counts.reported, severity.name.lower())
        for pmon in chain.monitoring.pmons:
            self._pmon.set(chain.monitoring.checking(pmon), str(pmon))
        for fmon, state in chain.monitoring.fmon_states.items():
            self._fmon.set(state.status, str(fmon))
        for detector in self._mission.detectors:
            for index in detector.indices:
                name = self._mission.parameters.by_id[index].name
                self._index.set(chain.latest(index), detector.name, name)
