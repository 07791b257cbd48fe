"""The verbs of ``fdir``."""

import typer

from fdir_service.cli import (
    bench,
    check,
    demo,
    events,
    export,
    model,
    record,
    replay,
    run,
    simulate,
    tc,
    test_chain,
    tm,
    train,
)

app = typer.Typer(
    name="fdir",
    help="Onboard-style FDIR: learned detectors inside a PUS-C chain.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command("demo")(demo.demo)
app.command("run")(run.run)
app.command("replay")(replay.replay)
app.command("events")(events.events)
app.command("simulate")(simulate.simulate)
app.command("record")(record.record)
app.command("tc")(tc.tc)
app.command("tm")(tm.tm)
app.command("test-chain")(test_chain.run_tests)
app.command("bench")(bench.bench)
app.command("check")(check.check)
app.command("schema")(check.schema)
app.add_typer(export.app, name="export")
app.add_typer(train.app, name="train")
app.add_typer(model.app, name="models")
