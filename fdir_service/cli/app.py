"""The verbs of ``fdir``. Starting up is mostly importing, so the verb that is asked for comes alone."""

from importlib import import_module
from typing import Any, Final

import typer

VERBS: Final = {
    "demo": "demo.demo",
    "run": "run.run",
    "replay": "replay.replay",
    "events": "events.events",
    "simulate": "simulate.simulate",
    "simulate-adcs": "simulate_adcs.simulate_adcs",
    "record": "record.record",
    "convert": "convert.convert",
    "tc": "tc.tc",
    "tm": "tm.tm",
    "test-chain": "test_chain.run_tests",
    "bench": "bench.bench",
    "check": "check.check",
    "schema": "check.schema",
}
"""Module and function of each verb."""
GROUPS: Final = {
    "export": "export.app",
    "train": "train.app",
    "tune": "tune.app",
    "evaluate": "evaluate.app",
    "models": "model.app",
}
"""Module and application of each verb with sub-verbs."""


def app(verb: str = "") -> typer.Typer:
    """Return the command line with one verb, or with all of them if there is no such verb."""
    made = typer.Typer(
        name="fdir",
        help="Onboard-style FDIR: learned detectors inside a PUS-C chain.",
        no_args_is_help=True,
        pretty_exceptions_enable=False,
        rich_markup_mode="rich",
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    # Without a callback, Typer would make an application of one verb that verb.
    made.callback()(lambda: None)
    for name, place in VERBS.items():
        if name == verb or verb not in VERBS | GROUPS:
            made.command(name)(_found(place))
    for name, place in GROUPS.items():
        if name == verb or verb not in VERBS | GROUPS:
            made.add_typer(_found(place), name=name)
    return made


def _found(place: str) -> Any:
    module, name = place.split(".")
    return getattr(import_module(f"fdir_service.cli.{module}"), name)
