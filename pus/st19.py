"""ST[19] event-action: an event releases a stored request. ECSS-E-ST-70-41C clause 6.19.

Definitions are keyed by (application process, event definition); the request is a complete TC packet that
is released with its stored octets, once for every occurrence of the event.
"""

from collections.abc import Callable, Mapping
from dataclasses import field

from pus.codec import DEFAULT, Codec, Reader, u8, u16
from pus.failure import Failure, FailureCode
from pus.packets import Tc
from pus.procedure import is_executable, read_request
from pus.records import frozen, mutable
from pus.service import MAX_REPORT_DATA, Execution, Operation, listed
from pus.st05 import Event

SERVICE = 19
Key = tuple[int, int]


@frozen
class EventAction:
    """An event-action definition: the request that event `event` of process `apid` releases."""

    apid: int
    event: int
    request: bytes

    @property
    def key(self) -> Key:
        """What identifies the definition."""
        return self.apid, self.event


@mutable
class EventActions:
    """The service. `accepts` says whether a stored request could be executed by anyone on board."""

    apid: int
    events: Mapping[int, object]
    accepts: Callable[[Tc], bool]
    capacity: int
    function: bool = True
    action_needs_report: bool = False
    codec: Codec = DEFAULT
    definitions: dict[Key, EventAction] = field(default_factory=dict)
    enabled: set[Key] = field(default_factory=set)

    number = SERVICE

    @property
    def operations(self) -> Mapping[int, Operation]:
        """Message subtypes that the ground may request."""
        return {
            1: self.add,
            2: self.delete,
            3: self.delete_all,
            4: self.enable,
            5: self.disable,
            6: self.report_statuses,
            8: self.enable_function,
            9: self.disable_function,
            10: self.report_definitions,
        }

    @property
    def max_request(self) -> int:
        """Octets of a stored request that TM[19,11] can still report behind N, key and status."""
        return MAX_REPORT_DATA - len(self.codec.count(1) + self._encode((0, 0)))

    def match(self, event: Event) -> bytes | None:
        """Return the request that `event` releases, or None."""
        key = (self.apid, event.definition.id)
        silenced = self.action_needs_report and event.report is None
        if not self.function or key not in self.enabled or silenced:
            return None
        return self.definitions[key].request

    def find_fault(self, action: EventAction) -> Failure | None:
        """Return why `action` is no acceptable definition, or None."""
        if action.apid != self.apid or action.event not in self.events:
            return Failure(FailureCode.UNKNOWN_EVENT, action.event)
        # An action on ST[19] itself could add, enable or re-trigger actions without end.
        sound = is_executable(action.request, self.accepts, self.apid, (SERVICE,))
        if len(action.request) > self.max_request or not sound:
            return Failure(FailureCode.BAD_REQUEST, action.event)
        return None

    def add(self, reader: Reader, time: int) -> Execution:  # noqa: ARG002
        """TC[19,1] add event-action definitions; they start disabled."""
        actions = [EventAction(*_read_key(reader), read_request(reader)) for _ in range(reader.count())]
        reader.end()
        return Execution(failures=tuple(f for f in map(self._add, actions) if f))

    def _add(self, action: EventAction) -> Failure | None:
        if action.key in self.enabled:
            return Failure(FailureCode.EVENT_ACTION_ENABLED, action.event)
        if action.key in self.definitions:
            return Failure(FailureCode.EVENT_ACTION_EXISTS, action.event)
        if len(self.definitions) >= self.capacity:
            return Failure(FailureCode.EVENT_ACTION_LIST_FULL, action.event)
        if failure := self.find_fault(action):
            return failure
        self.definitions[action.key] = action
        return None

    def delete(self, reader: Reader, time: int) -> Execution:  # noqa: ARG002
        """TC[19,2] delete event-action definitions."""
        return Execution(failures=tuple(f for f in map(self._delete, _read_keys(reader)) if f))

    def _delete(self, key: Key) -> Failure | None:
        if key not in self.definitions:
            return Failure(FailureCode.UNKNOWN_EVENT_ACTION, key[1])
        if key in self.enabled:
            return Failure(FailureCode.EVENT_ACTION_ENABLED, key[1])
        del self.definitions[key]
        return None

    def delete_all(self, reader: Reader, time: int) -> Execution:  # noqa: ARG002
        """TC[19,3] disable the function and delete all definitions."""
        reader.end()
        self.function = False
        self.definitions.clear()
        self.enabled.clear()
        return Execution()

    def enable(self, reader: Reader, time: int) -> Execution:  # noqa: ARG002
        """TC[19,4] enable event-action definitions; N = 0 means all."""
        known, failures = self._known(_read_keys(reader, all_if_none=True))
        self.enabled.update(known)
        return Execution(failures=failures)

    def disable(self, reader: Reader, time: int) -> Execution:  # noqa: ARG002
        """TC[19,5] disable event-action definitions; N = 0 means all."""
        known, failures = self._known(_read_keys(reader, all_if_none=True))
        self.enabled.difference_update(known)
        return Execution(failures=failures)

    def report_statuses(self, reader: Reader, time: int) -> Execution:  # noqa: ARG002
        """TC[19,6] report the status of each event-action definition: TM[19,7]."""
        reader.end()
        entries = [self._encode(key) for key in sorted(self.definitions)]
        return Execution(reports=listed(SERVICE, 7, entries, self.codec))

    def enable_function(self, reader: Reader, time: int) -> Execution:  # noqa: ARG002
        """TC[19,8] enable the event-action function."""
        reader.end()
        self.function = True
        return Execution()

    def disable_function(self, reader: Reader, time: int) -> Execution:  # noqa: ARG002
        """TC[19,9] disable the event-action function."""
        reader.end()
        self.function = False
        return Execution()

    def report_definitions(self, reader: Reader, time: int) -> Execution:  # noqa: ARG002
        """TC[19,10] report event-action definitions: TM[19,11]; N = 0 means all."""
        known, failures = self._known(_read_keys(reader, all_if_none=True))
        entries = [self._encode(key) + self.definitions[key].request for key in known]
        return Execution(listed(SERVICE, 11, entries, self.codec) if entries else (), failures)

    def _encode(self, key: Key) -> bytes:
        """Encode key and status of a definition."""
        return u16(key[0]) + self.codec.id(key[1]) + u8(key in self.enabled)

    def _known(self, keys: list[Key]) -> tuple[list[Key], tuple[Failure, ...]]:
        wanted = keys or sorted(self.definitions)
        unknown = [key for key in wanted if key not in self.definitions]
        failures = tuple(Failure(FailureCode.UNKNOWN_EVENT_ACTION, key[1]) for key in unknown)
        return [key for key in wanted if key in self.definitions], failures


def _read_keys(reader: Reader, *, all_if_none: bool = False) -> list[Key]:
    keys = [_read_key(reader) for _ in range(reader.count(least=0 if all_if_none else 1))]
    reader.end()
    return keys


def _read_key(reader: Reader) -> Key:
    return reader.u16(), reader.id()
