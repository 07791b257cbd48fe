"""The document: well formed, complete in itself, valid after the schema, the same every time."""

import re
from xml.etree import ElementTree as ET

import pytest
import space_packet_parser

from fdir_service.ground.reports import REPORTS
from fdir_service.mission import load
from fdir_service.xtce import database
from fdir_service.xtce.fields import Fields
from fdir_service.xtce.reports import Reports
from tests.fdir_service.builders import PLAIN, bench_with, load_text

XTCE = "{http://www.omg.org/spec/XTCE/20180204}"

NAMESAKES = """
[mission]
name = "same.name"
title = "Names\\u0001 <& \\"quotes\\""
apid = 7
[[source]]
name = "s"
parameters = [
    { id = 1, name = "apid", type = "bool", unit = "m/s<2>" },
    { id = 2, name = "a.b", type = "i16", unit = "V" },
    { id = 3, name = "a_b", type = "i16", unit = "A\\u0002" },
    { id = 4, name = "check_word", type = "i8" },
    { id = 5, name = "rest_from_22", type = "u32" },
]
[[housekeeping]]
sid = 5
interval = 5
parameters = ["apid", "a.b", "a_b", "check_word", "rest_from_22"]
[[housekeeping]]
sid = 6
interval = 1
parameters = ["a_b"]
enabled = false
[[event]]
id = 1
name = "e.1"
severity = "low"
[[event]]
id = 2
name = "e_1"
severity = "low"
"""
"""A mission whose names meet each other and those of the headers."""


@pytest.fixture(scope="module")
def namesakes(tmp_path_factory):
    return load_text(tmp_path_factory.mktemp("namesakes"), NAMESAKES)


@pytest.fixture(params=["hopper", "atmonsat", "bench", "plain", "namesakes"])
def mission(request):
    if request.param in ("hopper", "atmonsat"):
        return load(request.param)
    return request.getfixturevalue(request.param)


def names(parent, path):
    return [found.get("name") for found in parent.iterfind(path)]


def test_every_reference_leads_to_what_is_there_once(mission):
    telemetry = ET.fromstring(database(mission).encode()).find(f"{XTCE}TelemetryMetaData")
    types = names(telemetry, f"{XTCE}ParameterTypeSet/*")
    parameters = names(telemetry, f"{XTCE}ParameterSet/*")
    containers = names(telemetry, f"{XTCE}ContainerSet/*")
    for listed in (types, parameters, containers):
        assert len(set(listed)) == len(listed)
        assert all(re.fullmatch(r"[^./:\[\] ]+", name) for name in listed)
    assert {p.get("parameterTypeRef") for p in telemetry.iter(f"{XTCE}Parameter")} == set(types)
    used = {found.get("parameterRef") for found in telemetry.iter() if found.get("parameterRef")}
    assert used == set(parameters)
    bases = {found.get("containerRef") for found in telemetry.iter(f"{XTCE}BaseContainer")}
    assert bases <= set(containers)
    roots = [c for c in telemetry.iter(f"{XTCE}SequenceContainer") if c.find(f"{XTCE}BaseContainer") is None]
    assert [root.get("name") for root in roots] == ["CCSDSPacket"]


def test_a_container_is_abstract_just_when_others_extend_it(mission):
    telemetry = ET.fromstring(database(mission).encode())
    bases = {found.get("containerRef") for found in telemetry.iter(f"{XTCE}BaseContainer")}
    containers = telemetry.iter(f"{XTCE}SequenceContainer")
    assert {c.get("name") for c in containers if c.get("abstract") == "true"} == bases


def test_conditions_read_only_what_comes_earlier(mission):
    found = database(mission)
    before = {}
    for container in found.containers:
        known = before.get(container.base, set())
        if container.condition is not None:
            criteria = ET.fromstring(ET.tostring(container.element())).find("BaseContainer")
            read = {e.get("parameterRef") for e in criteria.iter() if e.get("parameterRef")}
            assert read <= known, container.name
        before[container.name] = known | set(container.entries)


def test_the_document_is_valid_after_the_schema(mission, tmp_path):
    path = tmp_path / "mission.xml"
    path.write_bytes(database(mission).encode())
    result = space_packet_parser.validate_xtce(
        path, allow_schema_download=False, print_results=False, raise_on_error=False
    )
    assert result.errors == []


def test_the_same_mission_gives_the_same_octets(mission):
    assert database(mission).encode() == database(load(mission.path)).encode()


def test_every_report_has_a_layout(bench):
    reports = Reports(Fields(bench))
    services = reports.common() | reports.own()
    covered = {(k, s) for k, layouts in services.items() for layout in layouts for s in layout.subtypes}
    assert covered == set(REPORTS)


def test_namesakes_are_told_apart(namesakes):
    found = database(namesakes)
    aliases = {field.alias: name for name, field in found.fields.items() if field.alias}
    assert aliases == {
        "apid": "apid_",
        "a.b": "a_b",
        "a_b": "a_b_",
        "check_word": "check_word_",
        "rest_from_22": "rest_from_22_",
    }
    (sid,) = [c for c in found.containers if c.name.endswith("sid_5")]
    assert sid.entries == (*aliases.values(), "check_word")
    assert sid.rate == pytest.approx(2.0)
    assert {"tm_st05_2_low_event_e_1", "tm_st05_2_low_event_e_1_"} <= {c.name for c in found.containers}


def test_texts_of_the_mission_are_escaped_and_freed_of_what_xml_cannot_carry(namesakes):
    root = ET.fromstring(database(namesakes).encode())
    assert root.get("name") == "same_name"
    assert root.get("shortDescription") == 'Names <& "quotes"'
    assert [unit.text for unit in root.iter(f"{XTCE}Unit")] == ["m/s<2>", "V", "A"]


def test_parameters_keep_their_name_in_the_mission_as_an_alias():
    root = ET.fromstring(database(load("hopper")).encode())
    aliases = {a.get("alias"): p for p in root.iter(f"{XTCE}Parameter") for a in p.iter(f"{XTCE}Alias")}
    assert aliases["acc.stuck.score"].get("name") == "acc_stuck_score"
    assert aliases["acc.stuck.score"].get("parameterTypeRef") == "acc_stuck_score_value"
    assert len(aliases) == 19


def test_only_structures_that_are_generated_have_a_rate(tmp_path, bench):
    changed = bench_with(tmp_path, ("sid = 1\n", "sid = 1\nenabled = false\n"))
    assert [c.rate for c in database(bench).containers if c.rate] == [1.0]
    assert [c.rate for c in database(changed).containers if c.rate] == []


def test_a_mission_without_reports_and_events_leaves_them_octets(plain):
    assert PLAIN.count("[[housekeeping]]") == 0
    found = {c.name: c for c in database(plain).containers}
    assert found["tm_st03_25_housekeeping"].entries[-2:] == ("rest_from_22", "check_word")
    assert found["tm_st05_4_high_event"].entries[-2:] == ("rest_from_22", "check_word")
    assert found["tm_st05_3_medium_event_a-high"].abstract
