"""The command line ``fdir``: parses, calls, and turns outcomes into exit codes.

0 good, 1 failed while running, 2 usage or configuration, 3 a check or bar missed.
"""

import sys

FAILED, USAGE, MISSED = 1, 2, 3


def main() -> None:
    """Run the command line."""
    from fdir_service.cli.app import app
    from fdir_service.cli.errors import exit_code

    try:
        app()
    except KeyboardInterrupt:
        sys.exit(130)
    except BrokenPipeError:  # the reader of our output has gone, as in `fdir ... | head`
        sys.stderr.close()
        sys.exit(FAILED)
    except Exception as error:
        code = exit_code(error)
        if code is None:
            raise
        print(f"fdir: {error}", file=sys.stderr)
        sys.exit(code)
