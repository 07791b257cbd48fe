"""Results as JUnit XML: one case a file, with what was missed and the timeline."""

import io
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from fdir_service.testing import ChainTestError
from fdir_service.testing.file_load import read
from fdir_service.testing.junit import Outcome, document
from fdir_service.testing.run import run
from tests.fdir_service.testing.missions import TANK


@pytest.fixture
def outcomes(tmp_path):
    (tmp_path / "mission.toml").write_text(TANK)

    def outcome(name, times):
        path = tmp_path / f"{name}.toml"
        path.write_text(f'mission = "mission.toml"\n[[expect]]\nevent = "any"\ntimes = {times}\n')
        return Outcome(path, run(read(path)), 0.25)

    broken = Outcome(Path("broken.toml"), ChainTestError("broken.toml", ["not TOML", "worse"]), 0.5)
    return [outcome("good", 0), outcome("bad", 1), broken]


def test_the_document_is_what_continuous_integration_reads(outcomes):
    octets = io.BytesIO()
    document(outcomes).write(octets, encoding="utf-8", xml_declaration=True)
    root = ET.fromstring(octets.getvalue())
    assert root.tag == "testsuites"
    assert root.attrib == {"tests": "3", "failures": "1", "errors": "1", "time": "1.000"}
    (suite,) = root
    assert suite.attrib == {"name": "fdir test-chain", **root.attrib}
    assert [case.get("name") for case in suite] == ["good", "bad", "broken"]
    assert [case.get("time") for case in suite] == ["0.250", "0.250", "0.500"]


def test_a_failed_case_has_its_misses_and_its_timeline(outcomes):
    good, bad, broken = document(outcomes).getroot()[0]
    assert list(good) == []
    assert bad[0].tag == "failure"
    assert bad[0].get("message") == "event any: came 0 times, not once"
    assert "time  kind  what" in bad[0].text
    assert (broken[0].tag, broken[0].get("message")) == ("error", "not TOML")
    assert broken.get("classname") == "."
    assert "worse" in broken[0].text
