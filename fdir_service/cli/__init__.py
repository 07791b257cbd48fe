"""The command line ``fdir``: parses, calls, and turns outcomes into exit codes.

0 good, 1 failed while running, 2 usage or configuration, 3 a check or bar missed.
"""

import sys

from fdir_service import process

FAILED, USAGE, MISSED = 1, 2, 3
DAEMON = "run"
"""The verb whose process is the daemon's own."""


class UsageError(ValueError):
    """Options that do not fit together, or name what is not there."""


def main() -> None:
    """Run the command line."""
    verb = sys.argv[1] if len(sys.argv) > 1 else ""
    if verb == DAEMON:
        process.begin()
    try:
        _call(verb)
    except KeyboardInterrupt:
        sys.exit(130)
    except BrokenPipeError:  # the reader of our output has gone, as in `fdir ... | head`
        sys.stderr.close()
        sys.exit(FAILED)
    except Exception as error:
        from fdir_service.cli.errors import exit_code

        code = exit_code(error)
        if code is None:
            raise
        print(f"fdir: {error}", file=sys.stderr)
        sys.exit(code)


def _call(verb: str) -> None:
    if verb == DAEMON:
        from fdir_service.cli import plain

        given = plain.read(sys.argv[2:])
        if given is not None:
            from fdir_service.cli.serve import serve

            serve(**given)
            return
    from fdir_service.cli.app import app

    app(verb)()
