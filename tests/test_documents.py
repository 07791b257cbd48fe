"""The documents are true: links lead somewhere, commands exist, the README stays short."""

import re
import shlex
from pathlib import Path

import pytest
from typer.main import get_command

from fdir_service.cli.app import app
from pus.failure import FailureCode

ROOT = Path(__file__).parents[1]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])


def shell_lines(page):
    for block in re.findall(r"```console\n(.*?)```", page.read_text(), re.DOTALL):
        yield from (line[2:].split("   #")[0] for line in block.splitlines() if line.startswith("$ "))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_relative_link_leads_to_a_file(page):
    targets = re.findall(r"\]\(([^)#]+)", page.read_text())
    missing = [t for t in targets if "://" not in t and not (page.parent / t).exists()]
    assert missing == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_fdir_command_exists_with_its_options(page):
    for line in shell_lines(page):
        words = shlex.split(line)
        if Path(words[0]).name != "fdir":
            continue
        command, rest = get_command(app()), words[1:]
        while hasattr(command, "commands"):
            assert rest[0] in command.commands, line
            command, rest = command.commands[rest[0]], rest[1:]
        known = {name for parameter in command.params for name in parameter.opts}
        assert {word for word in rest if word.startswith("-")} <= known, line


def test_every_make_target_of_the_documents_exists():
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    used = {line.split()[1] for page in PAGES for line in shell_lines(page) if line.startswith("make ")}
    assert used <= targets


def test_the_readme_is_short():
    assert len((ROOT / "README.md").read_text().splitlines()) <= 150


def test_nothing_names_a_machine():
    pattern = re.compile(r"/(home|root|tmp/[a-z])|/wor" + "k/")
    hits = [p for p in PAGES if pattern.search(p.read_text())]
    assert hits == []


def named_tests():
    for page in sorted((ROOT / "docs" / "reference" / "pus").glob("*.md")):
        for file, test in re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", page.read_text()):
            yield page.name, file, test


def test_every_test_that_the_service_pages_name_exists():
    missing = [
        (page, file, test)
        for page, file, test in named_tests()
        if f"def {test}(" not in (ROOT / file).read_text()
    ]
    assert missing == []


def test_the_page_of_failure_codes_is_complete():
    text = (ROOT / "docs" / "reference" / "pus" / "failure-codes.md").read_text()
    listed = dict(re.findall(r"\| (0x\w{4}) \| ([\w ]+) \|", text))
    assert listed == {f"0x{code:04x}": code.name.lower().replace("_", " ") for code in FailureCode}
