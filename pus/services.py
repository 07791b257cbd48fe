"""The services of one application process, composed; and what is due among them at a time."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import field

from pus import st17
from pus.application import ApplicationProcess
from pus.failure import Failure, FailureCode
from pus.packets import Report, Tc
from pus.parameters import ParameterTable
from pus.procedure import Step
from pus.profile import Profile
from pus.records import frozen
from pus.service import Service
from pus.st03 import DIAGNOSTIC, Housekeeping, HousekeepingService
from pus.st05 import EventDefinition, EventReporting
from pus.st08 import Function, FunctionManagement, Performer
from pus.st12.monitoring import Monitoring
from pus.st12.service import OnBoardMonitoring
from pus.st17 import Test
from pus.st18 import ControlProcedures
from pus.st19 import EventActions
from pus.st20 import ParameterManagement
from pus.st21 import RequestSequencing

Value = Callable[[int], float]


def _refuse(name: str, arguments: dict[int, float]) -> Failure | None:  # noqa: ARG001
    """Perform nothing: there are no functions."""
    return Failure(FailureCode.UNKNOWN_FUNCTION)


@frozen
class Setup:
    """What a mission fixes for its application process.

    Attributes
    ----------
    routes : application processes that take requests besides our own, by APID.
    settings : initial values of the parameters that ST[20] may set, by ID.
    own : parameters of our own process (counts, statuses), by ID; each is asked for its value.
    functions, perform : what ST[08] offers, and who performs it.
    sequences, procedures : what ST[21] and ST[18] can load by reference.

    """

    apid: int
    profile: Profile
    parameters: ParameterTable
    events: Mapping[int, EventDefinition]
    routes: Collection[int] = ()
    settings: Mapping[int, float] = field(default_factory=dict)
    own: Mapping[int, Callable[[], float]] = field(default_factory=dict)
    functions: tuple[Function, ...] = ()
    perform: Performer = _refuse
    sequences: Mapping[str, tuple[Step, ...]] = field(default_factory=dict)
    procedures: Mapping[str, bytes] = field(default_factory=dict)


class Services:
    """All services of our application process; `latest` looks up a parameter's newest value."""

    def __init__(self, setup: Setup, latest: Value) -> None:
        profile, parameters = setup.profile, setup.parameters
        self._setup = setup
        self.settings = dict(setup.settings)
        self.monitoring = Monitoring(parameters, profile)
        unit, codec = profile.minimum_sampling_interval, profile.codec
        self.st03 = HousekeepingService(
            Housekeeping(parameters, latest, unit, codec=codec),
            Housekeeping(parameters, latest, unit, DIAGNOSTIC, codec=codec),
        )
        self.st05 = EventReporting(setup.events, profile.summary_event, codec)
        self.st12 = OnBoardMonitoring(self.monitoring, setup.events)
        self.st17 = Test(setup.apid, setup.routes)
        self.st18 = ControlProcedures(setup.apid, self.accepts, setup.procedures, codec=codec)
        self.st19 = EventActions(
            setup.apid,
            setup.events,
            self.accepts,
            profile.max_event_actions,
            profile.event_action_function,
            profile.action_needs_report,
            codec,
        )
        self.st20 = ParameterManagement(parameters, latest, self.settings, codec)
        self.st21 = RequestSequencing(setup.apid, self.accepts, setup.sequences, codec=codec)
        services: list[Service] = [self.st03, self.st05, self.st12, self.st17, self.st18, self.st19]
        services += [self.st20, self.st21]
        if setup.functions:
            services.append(FunctionManagement(setup.functions, setup.perform))
        self.process = ApplicationProcess(setup.apid, services, codec)

    def accepts(self, tc: Tc) -> bool:
        """Whether `tc` could be executed by our process or by one that we route to."""
        if tc.apid != self._setup.apid:
            return tc.apid in self._setup.routes
        service = self.process.services.get(tc.service)
        return service is not None and tc.subtype in service.operations

    @property
    def deadline(self) -> int | None:
        """When the next service has something to do although no status changes (ns), or None."""
        found = None
        for part in (self.monitoring, self.st03, self.st05, self.st17, self.st18, self.st21):
            due = part.deadline
            if due is not None and (found is None or due < found):
                found = due
        return found

    def release(self, time: int) -> list[bytes]:
        """Return the requests of sequences and procedures that are due at `time`."""
        return self.st21.release(time) + self.st18.release(time)

    def progress_reports(self) -> list[Report]:
        """Report progress and end of the procedures that are watched: TM[1,5], TM[1,7], TM[1,8]."""
        reports: list[Report] = []
        for news in self.st18.take_news():
            key = (self.st18.number, news.name)
            for step in news.steps:
                reports += self.process.progress(key, step)
            if news.completed is not None:
                failure = None if news.completed else Failure(FailureCode.WRONG_OBCP_STATE)
                reports += self.process.complete(key, failure=failure)
        return reports

    def late_reports(self, time: int) -> list[Report]:
        """Report check transitions that waited long enough, and connection tests without an answer."""
        reports = self.st12.check_transition_reports(time, with_delay=True)
        for apid in self.st17.expire(time):
            failure = Failure(FailureCode.NO_ANSWER, apid)
            reports += self.process.complete((st17.SERVICE, apid), failure=failure)
        return reports

    def alive(self, apid: int) -> list[Report]:
        """Take a TM[17,2] of another process; report the connection test that waited for it."""
        if not self.st17.answered(apid):
            return []
        return self.process.complete((st17.SERVICE, apid), (st17.connected(apid),))
