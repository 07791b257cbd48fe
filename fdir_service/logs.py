"""Logging: plain lines for people, or one JSON object a line for machines; always on stderr."""

import json
import logging
import sys
from datetime import UTC, datetime


class JsonFormatter(logging.Formatter):
    """One JSON object a line: time, level, message, and the record of the journal where there is one."""

    def format(self, record: logging.LogRecord) -> str:
        """See `logging.Formatter.format`."""
        line = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        if entry := getattr(record, "record", None):
            line["record"] = entry
        if record.exc_info:
            line["error"] = self.formatException(record.exc_info)
        return json.dumps(line)


def configure(verbosity: int, *, as_json: bool, quiet: bool = False) -> None:
    """Log warnings and errors; -v adds information, -vv everything; `quiet` without -v: nothing."""
    handler = logging.StreamHandler(sys.stderr)
    plain = logging.Formatter("%(asctime)s %(levelname)-7s %(message)s", "%H:%M:%S")
    handler.setFormatter(JsonFormatter() if as_json else plain)
    level = (logging.WARNING, logging.INFO, logging.DEBUG)[min(verbosity, 2)]
    if quiet and not verbosity:
        level = logging.CRITICAL
    logging.basicConfig(level=level, handlers=[handler], force=True)
