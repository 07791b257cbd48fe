"""`fdir run`: plain words are read without Typer and alike; a daemon loads no more than it needs."""

import json
import subprocess
import sys
import urllib.request
from inspect import signature
from pathlib import Path

import pytest
import typer.main
from hypothesis import example, given
from hypothesis import strategies as st

from fdir_service.cli import app, plain
from fdir_service.cli.serve import serve
from tests.fdir_service.processes import DEADLINE_S, FREE, daemon

LINKS = ("--telemetry", FREE, "--commands", FREE, "--metrics-port", "0")
NEEDLESS = (
    "typer",
    "rich",
    "prometheus_client",
    "http",
    "ssl",
    "onnx",
    "torch",
    "numba",
    "asyncio",
    "unittest",
)
PROBE = """
import json, sys
from fdir_service import cli, process
def ready():
    print(json.dumps(sorted(name.partition(".")[0] for name in sys.modules)))
    sys.exit()
process.ready = ready
cli.main()
"""

DEFAULTS = {name: argument.default for name, argument in signature(serve).parameters.items()}
WORDS = st.lists(
    st.sampled_from([*plain.FLAGS, *plain.OPTIONS, "hopper", "tcp://127.0.0.1:*", "-", "", "--", "--no"])
    | st.integers(-1, 99_999).map(str)
    | st.text(max_size=4),
    max_size=8,
)


@pytest.fixture(scope="module")
def command():
    """The verb as Typer reads it."""
    return typer.main.get_command(app.app("run")).commands["run"]


@given(WORDS)
@example([])
@example(["hopper", "--tm-port", "00042", "-vv", "--events", "a/b", "--json"])
def test_what_is_read_without_typer_typer_reads_alike(command, words):
    found = plain.read(words)
    if found is not None:
        assert {**DEFAULTS, **found} == command.make_context("run", words).params


@pytest.mark.parametrize(
    "words",
    [
        ("--help",),
        ("--metrics-port", "many"),
        ("--metrics-port", "-1"),
        ("--metrics-port", "1" * 5000),
        ("--audit",),
        ("--audit", ""),
        ("--audit=a",),
        ("--json", "--json"),
        ("--audit", "a", "--events", "b"),
        ("hopper", "hopper"),
        ("-vvv",),
        ("--nothing",),
    ],
)
def test_words_that_are_not_plain_are_left_to_typer(words):
    assert plain.read(words) is None


def test_every_option_that_typer_knows_is_known_as_plain_word_too(command):
    known = {word for option in command.params for word in option.opts if option.param_type_name == "option"}
    assert known | {"-vv"} == {*plain.FLAGS, *plain.OPTIONS}
    names = {name for name, _ in [*plain.FLAGS.values(), *plain.OPTIONS.values()]}
    assert names | {"mission"} == {*DEFAULTS} == {o.name for o in command.params}


def test_the_options_of_a_file_are_paths_and_those_of_a_port_numbers():
    assert plain.read(["--record", "a", "--tc-port", "7"]) == {"record": Path("a"), "tc_port": 7}


def test_a_daemon_that_is_ready_has_loaded_nothing_that_only_others_need():
    words = [sys.executable, "-c", PROBE, "run", "hopper", *LINKS]
    found = subprocess.run(words, capture_output=True, check=True, timeout=DEADLINE_S, text=True)
    assert not set(NEEDLESS) & set(json.loads(found.stdout))


def test_a_scrape_is_answered_as_soon_as_the_daemon_has_told_its_port():
    with daemon(FREE.replace("*", "1"), FREE.replace("*", "1")) as started:
        with urllib.request.urlopen(started.first["metrics"], timeout=DEADLINE_S) as answer:
            assert 'fdir_samples_total{source="avionics"} 0.0' in answer.read().decode()
        assert started.stop()[0] == 0


@pytest.mark.parametrize("words", [("--metrics-port", "70000"), ("--mode=none",), ("--metrics-port", "x")])
def test_a_wrong_word_is_named_whoever_reads_it(words):
    command = [sys.executable, "-m", "fdir_service", "run", "hopper", *words]
    found = subprocess.run(command, capture_output=True, timeout=DEADLINE_S, text=True)
    assert found.returncode == 2
    assert words[0].partition("=")[0] in found.stderr
