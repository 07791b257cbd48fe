"""The pages about chain tests are true: their files are written, their commands run, their code executed."""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from fdir_service.testing.file_load import read

ROOT = Path(__file__).parents[1]
TUTORIAL = (ROOT / "docs" / "tutorials" / "test-a-chain.md").read_text()
HOW_TO = (ROOT / "docs" / "how-to" / "unit-test-a-chain.md").read_text()
REFERENCE = (ROOT / "docs" / "reference" / "chain-test-file.md").read_text()

COMMANDS = {"fdir": [sys.executable, "-m", "fdir_service"], "pytest": [sys.executable, "-m", "pytest"]}
FAILING = ("pytest -q test_early.py",)


@pytest.fixture(scope="module")
def outputs(tmp_path_factory):
    """What each command of the tutorial prints in a folder with its files, and its exit code."""
    folder = tmp_path_factory.mktemp("tank")
    for name, text in re.findall(r"`([\w.-]+)`:\n\n```(?:toml|python)\n(.*?)```", TUTORIAL, re.DOTALL):
        (folder / name).write_text(text)
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("PYTEST", "COV"))}
    environment["PYTHONPATH"] = os.pathsep.join([str(ROOT), environment.get("PYTHONPATH", "")])

    def run(line):
        first, *rest = shlex.split(line)
        return subprocess.run(
            [*COMMANDS[first], *rest], cwd=folder, env=environment, capture_output=True, text=True, timeout=60
        )

    lines = re.findall(r"^\$ (.*)$", TUTORIAL, re.MULTILINE)
    return {line: run(line) for line in lines}


def test_the_mission_of_the_tutorial_has_ten_lines():
    (mission,) = re.findall(r"`mission.toml`:\n\n```toml\n(.*?)```", TUTORIAL, re.DOTALL)
    assert len(mission.splitlines()) == 10


def test_every_command_of_the_tutorial_ends_as_it_says(outputs):
    assert len(outputs) == 4
    codes = {line: done.returncode for line, done in outputs.items()}
    assert codes == {line: 1 if line in FAILING else 0 for line in outputs}


def test_every_output_that_the_tutorial_shows_is_what_is_printed(outputs):
    shown = re.findall(r"```console\n\$ ([^\n]*)\n```\n(?:[^`]*?)\n```\n(.*?)```", TUTORIAL, re.DOTALL)
    assert len(shown) == 3
    missing = [
        (line, text)
        for line, block in shown
        for text in block.splitlines()
        if text not in outputs[line].stdout
    ]
    assert missing == []


def test_the_code_of_the_how_to_runs():
    names = {}
    for block in re.findall(r"```python\n(.*?)```", HOW_TO, re.DOTALL):
        exec(compile(block, "unit-test-a-chain.md", "exec"), names)
    assert names["chain"].state.level("acc-internal").spent == [1]


def test_the_table_of_the_reference_is_a_chain_test(tmp_path):
    (table,) = re.findall(r"```csv\n(.*?)```", REFERENCE, re.DOTALL)
    (tmp_path / "table.csv").write_text(table.replace("../mission.toml", "hopper"))
    assert [step.at_s for step in read(tmp_path / "table.csv").file.step] == [9.0, 10.4]


def test_the_reference_names_every_key_of_the_file():
    from fdir_service.testing.file_schema import ChainTestFile, StepSection, UnitSection
    from fdir_service.testing.words import SUBJECTS

    fields = [*ChainTestFile.model_fields, *StepSection.model_fields, *UnitSection.model_fields, *SUBJECTS]
    assert [name for name in fields if not re.search(rf"[`\[.]{name}[`\]_ =]", REFERENCE)] == []
