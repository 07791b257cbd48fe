"""The layout of a whole packet: headers, then the reports by service and message subtype."""

from fdir_service.mission import Mission
from fdir_service.xtce.conditions import Condition, all_of, any_of, equals
from fdir_service.xtce.fields import LENGTH, U8, U16, Fields
from fdir_service.xtce.layout import Alternative, Field, Layout, choice
from fdir_service.xtce.reports import ReportLayout, Reports, Service
from fdir_service.xtce.types import Enumerated, Integer

_NAMES = {
    1: "request_verification",
    2: "device_access",
    3: "housekeeping",
    4: "parameter_statistics",
    5: "event_reporting",
    6: "memory_management",
    8: "function_management",
    9: "time_management",
    11: "time_based_scheduling",
    12: "on_board_monitoring",
    13: "large_packet_transfer",
    14: "real_time_forwarding",
    15: "storage_and_retrieval",
    17: "test",
    18: "control_procedures",
    19: "event_action",
    20: "parameter_management",
    21: "request_sequencing",
    22: "position_based_scheduling",
    23: "file_management",
}
"""Service types of ECSS-E-ST-70-41C; units may have services of the mission's own."""

_SERVICE = Enumerated(
    "service", 8, tuple((number, _NAMES.get(number, f"service_{number}")) for number in range(256))
)
_PACKET_TYPE = Enumerated("packet_type", 1, ((0, "telemetry"), (1, "telecommand")))


def packet(mission: Mission) -> Layout:
    """Return the layout of everything that comes down from a mission."""
    fields = Fields(mission)
    with_header = all_of(equals("packet_type", 0), equals("secondary_header_flag", 1))
    telemetry = (*_secondary_header(fields), choice(*_services(mission, Reports(fields))))
    return (*_primary_header(), choice(Alternative("tm", with_header, telemetry)))


def _primary_header() -> Layout:
    return (
        Field("packet_version", Integer("u3", 3)),
        Field("packet_type", _PACKET_TYPE),
        Field("secondary_header_flag", Integer("u1", 1)),
        Field("apid", Integer("u11", 11)),
        Field("sequence_flags", Integer("u2", 2)),
        Field("sequence_count", Integer("u14", 14)),
        Field(LENGTH, U16),
    )


def _secondary_header(fields: Fields) -> Layout:
    return (
        Field("pus_version", Integer("u4", 4)),
        Field("time_reference_status", Integer("u4", 4)),
        Field("service", _SERVICE),
        Field("subtype", U8),
        Field("message_type_counter", U16),
        Field("destination", U16),
        *fields.time("time"),
    )


def _services(mission: Mission, reports: Reports) -> list[Alternative]:
    ours = equals("apid", mission.apid)
    common = [_service(k, equals("service", k), service) for k, service in reports.common().items()]
    own = [_service(k, all_of(equals("service", k), ours), s) for k, s in reports.own().items()]
    return [*common, *own]


def _service(number: int, condition: Condition, reports: Service) -> Alternative:
    found = [Alternative(f"{_subtypes(r)}_{r.name}", _is(r), r.layout) for r in reports]
    return Alternative(f"st{number:02}", condition, (choice(*found),))


def _subtypes(report: ReportLayout) -> str:
    return "_".join(map(str, report.subtypes))


def _is(report: ReportLayout) -> Condition:
    return any_of(*(equals("subtype", subtype) for subtype in report.subtypes))
