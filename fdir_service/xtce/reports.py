"""The reports of all services: which there are, and their layouts."""

from dataclasses import dataclass

from fdir_service.xtce.conditions import all_of, equals
from fdir_service.xtce.fields import (
    EXECUTION,
    FAILURE_CODE,
    OBCP_STATUS,
    STATUS,
    TEXT,
    U16,
    U32,
    Fields,
    data_octets,
)
from fdir_service.xtce.layout import Alternative, Choice, Field, Layout, Rest, choice, repeat
from fdir_service.xtce.monitoring import MonitoringLayouts
from fdir_service.xtce.types import Integer, value_type
from pus.parameters import ValueType
from pus.st03 import Structure
from pus.st05 import EventDefinition, Severity

_NS = 1_000_000_000


@dataclass(frozen=True, slots=True)
class ReportLayout:
    """Message subtypes that share a layout of their source data."""

    name: str
    subtypes: tuple[int, ...]
    layout: Layout


Service = tuple[ReportLayout, ...]


class Reports:
    """Layouts by service, for one mission."""

    def __init__(self, fields: Fields) -> None:
        self._fields = fields
        self._mission = fields.mission
        self._monitoring = MonitoringLayouts(fields)

    def common(self) -> dict[int, Service]:
        """Return the reports of every application process, units included."""
        return {1: self._verification(), 17: self._test()}

    def own(self) -> dict[int, Service]:
        """Return the reports of our own application process: what they hold follows from the mission file."""
        return {
            5: self._events(),
            12: self._on_board_monitoring(),
            18: self._procedures(),
            19: self._event_actions(),
            20: self._parameter_values(),
            21: self._sequences(),
            # Last: where a parameter of the mission is called like a field, the field keeps the name.
            3: self._housekeeping(),
        }

    # --- ST[03] ------------------------------------------------------------------------------------

    def _housekeeping(self) -> Service:
        reports = []
        for kind, offset in (("housekeeping", 0), ("diagnostic", 1)):
            reports += [
                ReportLayout(f"{kind}_structure", (10 + 2 * offset,), self._structure()),
                ReportLayout(
                    kind, (25 + offset,), self._values() if kind == "housekeeping" else self._any_sid()
                ),
                ReportLayout(f"{kind}_properties", (35 + offset,), self._properties()),
            ]
        return tuple(reports)

    def _structure(self) -> Layout:
        fields = self._fields
        head = (fields.id("sid"), Field("generation", STATUS), fields.interval("collection_interval"))
        count = fields.count("structure_parameter_count")
        return (
            *head,
            *repeat(count, lambda k: (fields.parameter(f"structure_parameter_{k}"),), (Rest(),)),
        )

    def _any_sid(self) -> Layout:
        return (self._fields.id("sid"), Rest())

    def _properties(self) -> Layout:
        fields = self._fields
        return repeat(
            fields.count("property_count"),
            lambda k: (
                fields.id(f"property_{k}_sid"),
                Field(f"property_{k}_generation", STATUS),
                fields.interval(f"property_{k}_collection_interval"),
            ),
        )

    def _values(self) -> Layout:
        sids = zip(self._mission.housekeeping, self._mission.file.housekeeping, strict=True)
        found = [self._sid(structure, enabled=section.enabled) for structure, section in sids]
        return (self._fields.id("sid"), choice(*found) if found else Rest())

    def _sid(self, structure: Structure, *, enabled: bool) -> Alternative:
        parameters = [self._mission.parameters.by_id[k] for k in structure.parameters]
        layout = tuple(self._fields.value(parameter) for parameter in parameters)
        # The ground may change a structure: the reports of another length are not this one.
        size = self._fields.widths.identifier + sum(parameter.type.size for parameter in parameters)
        condition = all_of(equals("sid", structure.id), data_octets(size))
        period = structure.interval * self._mission.profile.minimum_sampling_interval
        return Alternative(f"sid_{structure.id}", condition, layout, _NS / period if enabled else None)

    # --- ST[05] ------------------------------------------------------------------------------------

    def _events(self) -> Service:
        reports = [
            ReportLayout(f"{severity.name.lower()}_event", (severity.value,), self._event(severity))
            for severity in Severity
        ]
        disabled = repeat(
            self._fields.count("disabled_event_count"),
            lambda k: (self._fields.event(f"disabled_event_{k}"),),
        )
        return (*reports, ReportLayout("disabled_events", (8,), disabled))

    def _event(self, severity: Severity) -> Layout:
        events = [e for e in self._mission.events.values() if e.severity is severity]
        found = [
            Alternative(_word(event.name), equals("event_id", event.id), self._auxiliary(event))
            for event in events
        ]
        return (self._fields.event("event_id"), choice(*found) if found else Rest())

    def _auxiliary(self, event: EventDefinition) -> Layout:
        if event.id == self._mission.profile.summary_event:
            return (self._fields.event("event_cause"), Field("event_suppressed", U32))
        if event.id in self._mission.recovery_events:
            return (self._fields.level("event_level"), self._fields.application("event_application"))
        return self._monitoring.event_data(event.id)

    # --- ST[12] [17] [19] [20] ---------------------------------------------------------------------

    def _on_board_monitoring(self) -> Service:
        layouts = self._monitoring
        return (
            ReportLayout("pmon_definitions", (9,), layouts.pmon_definitions()),
            ReportLayout("transitions", (11, 12), layouts.transitions()),
            ReportLayout("pmon_statuses", (14,), layouts.pmon_statuses()),
            ReportLayout("fmon_definitions", (26,), layouts.fmon_definitions()),
            ReportLayout("fmon_statuses", (28,), layouts.fmon_statuses()),
        )

    def _test(self) -> Service:
        connected = (self._fields.application("connected_application"),)
        return (ReportLayout("alive", (2,), ()), ReportLayout("connected", (4,), connected))

    def _event_actions(self) -> Service:
        def entry(k: int) -> Layout:
            head = (
                self._fields.application(f"action_{k}_application"),
                self._fields.event(f"action_{k}_event"),
            )
            return (*head, Field(f"action_{k}_status", STATUS))

        count = self._fields.count
        definitions = (count("action_definition_count"), Rest())
        return (
            ReportLayout("event_action_statuses", (7,), repeat(count("action_count"), entry)),
            ReportLayout("event_action_definitions", (11,), definitions),
        )

    def _parameter_values(self) -> Service:
        def entry(k: int) -> Layout:
            at = f"reported_{k}"

            def value(kind: ValueType) -> Layout:
                return (Field(f"{at}_value_{kind}", value_type(kind)),)

            kinds = self._fields.by_kind(f"{at}_parameter", self._fields.parameters, value)
            return (self._fields.parameter(f"{at}_parameter"), Choice(kinds))

        values = repeat(self._fields.count("reported_count"), entry, first=1)
        return (ReportLayout("parameter_values", (2,), values),)

    # --- ST[01] [18] [21] --------------------------------------------------------------------------

    def _verification(self) -> Service:
        code, notice = Field("failure_code", FAILURE_CODE), self._notice()
        success = {"accepted": 1, "started": 3, "completed": 7}
        failure = {"not_accepted": 2, "not_started": 4, "not_completed": 8, "not_routed": 10}
        step = self._fields.id("step")
        return (
            ReportLayout("progressed", (5,), (*_REQUEST, step)),
            ReportLayout("not_progressed", (6,), (*_REQUEST, step, code, self._notice(step=True))),
            *(ReportLayout(name, (subtype,), _REQUEST) for name, subtype in success.items()),
            *(ReportLayout(name, (subtype,), (*_REQUEST, code, notice)) for name, subtype in failure.items()),
        )

    def _notice(self, *, step: bool = False) -> Choice:
        """Return the rest of a failure notice: nothing, or the offending ID."""
        widths = self._fields.widths
        head = 6 + (widths.identifier if step else 0)
        data = self._fields.failure_data("failure_id")
        return choice(
            Alternative("plain", data_octets(head), ()),
            Alternative("with_id", data_octets(head + widths.failure_data), (data,)),
        )

    def _procedures(self) -> Service:
        statuses = repeat(
            self._fields.count("procedure_count"),
            lambda k: (Field(f"procedure_{k}_name", TEXT), Field(f"procedure_{k}_status", OBCP_STATUS)),
        )
        return (
            ReportLayout("procedure_statuses", (9,), statuses),
            ReportLayout("procedures_aborted", (18,), self._names("aborted_procedure")),
        )

    def _sequences(self) -> Service:
        name = Field("sequence_name", TEXT)
        statuses = repeat(
            self._fields.count("sequence_list_count"),
            lambda k: (Field(f"sequence_{k}_name", TEXT), Field(f"sequence_{k}_status", EXECUTION)),
        )
        content = (name, self._fields.count("sequence_step_count"), Rest())
        return (
            ReportLayout("sequence_statuses", (7,), statuses),
            ReportLayout("sequence_checksum", (10,), (name, Field("sequence_checksum", U16))),
            ReportLayout("sequence_content", (12,), content),
            ReportLayout("sequences_aborted", (14,), self._names("aborted_sequence")),
        )

    def _names(self, what: str) -> Layout:
        return repeat(self._fields.count(f"{what}_count"), lambda k: (Field(f"{what}_{k}", TEXT),))


_REQUEST = (
    Field("request_version", Integer("u3", 3)),
    Field("request_type", Integer("u1", 1)),
    Field("request_secondary_header", Integer("u1", 1)),
    Field("request_apid", Integer("u11", 11)),
    Field("request_sequence_flags", Integer("u2", 2)),
    Field("request_sequence_count", Integer("u14", 14)),
)
"""The request ID of ST[01]."""


def _word(name: str) -> str:
    """Return a mission's name as XTCE allows names."""
    return name.replace(".", "_")
