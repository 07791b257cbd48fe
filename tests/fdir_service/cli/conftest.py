"""Runs the command line in this process, as `main` runs it, and says how it ended."""

import sys
from collections.abc import Callable
from dataclasses import dataclass

import pytest

from fdir_service.cli import main


@dataclass(frozen=True)
class Ended:
    code: int
    out: str
    err: str


Fdir = Callable[..., Ended]


@pytest.fixture
def fdir(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Fdir:
    def run(*words: object) -> Ended:
        monkeypatch.setattr(sys, "argv", ["fdir", *map(str, words)])
        try:
            main()
            code: object = 0
        except SystemExit as end:
            code = end.code
        captured = capsys.readouterr()
        return Ended(code if isinstance(code, int) else 0, captured.out, captured.err)

    return run
