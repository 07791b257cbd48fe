"""Results of chain tests as JUnit XML, as continuous-integration systems read it."""

import xml.etree.ElementTree as ET
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from fdir_service.testing.errors import ChainTestError
from fdir_service.testing.run import Result


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one file: a result, or why it could not be run; `seconds` it took."""

    path: Path
    found: Result | ChainTestError
    seconds: float

    @property
    def name(self) -> str:
        """Name of the test, or of the file."""
        return self.found.scenario.name if isinstance(self.found, Result) else self.path.stem

    @property
    def word(self) -> str:
        """How it ended, in one word."""
        if isinstance(self.found, ChainTestError):
            return "error"
        return "passed" if self.found.passed else "failed"


def document(outcomes: Sequence[Outcome]) -> ET.ElementTree:
    """Return the results as a JUnit document: one suite, one case a file."""
    suite = ET.Element("testsuite", {"name": "fdir test-chain", **_counts(outcomes)})
    for outcome in outcomes:
        where = {"classname": outcome.path.parent.name or ".", "name": outcome.name}
        where |= {"file": str(outcome.path), "time": _time(outcome.seconds)}
        case = ET.SubElement(suite, "testcase", where)
        _describe(case, outcome.found)
    suites = ET.Element("testsuites", _counts(outcomes))
    suites.append(suite)
    ET.indent(suites)
    return ET.ElementTree(suites)


def _counts(outcomes: Sequence[Outcome]) -> dict[str, str]:
    words = [outcome.word for outcome in outcomes]
    return {
        "tests": str(len(outcomes)),
        "failures": str(words.count("failed")),
        "errors": str(words.count("error")),
        "time": _time(sum(outcome.seconds for outcome in outcomes)),
    }


def _describe(case: ET.Element, found: Result | ChainTestError) -> None:
    if isinstance(found, ChainTestError):
        ET.SubElement(case, "error", message=found.problems[0], type="ChainTestError").text = str(found)
    elif found.misses:
        lines = [miss.text for miss in found.misses]
        failure = ET.SubElement(case, "failure", message=lines[0], type="ExpectationError")
        failure.text = "\n".join([*lines, "", found.chain.timeline()])


def _time(seconds: float) -> str:
    return f"{seconds:.3f}"
