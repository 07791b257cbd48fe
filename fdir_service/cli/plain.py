"""Reading the words of `fdir run` if they are plain, without the library that reads all others.

That library explains, helps and complains; loading it for words that need none of this would take a tenth of
the daemon's start. What is read here, it would read alike.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

FLAGS: Final = {
    "--json": ("as_json", True),
    "--log-json": ("log_json", True),
    "--verbose": ("verbose", 1),
    "-v": ("verbose", 1),
    "-vv": ("verbose", 2),
}
"""Argument of `serve` and its value by word."""
OPTIONS: Final = {
    "--samples": ("samples", str),
    "--units": ("units", str),
    "--telemetry": ("telemetry", str),
    "--commands": ("commands", str),
    "--tm-port": ("tm_port", int),
    "--tc-port": ("tc_port", int),
    "--tcp-host": ("tcp_host", str),
    "--metrics-host": ("metrics_host", str),
    "--metrics-port": ("metrics_port", int),
    "--mode": ("mode", str),
    "--audit": ("audit", Path),
    "--events": ("audit", Path),
    "--record": ("record", Path),
    "--overlay": ("overlay", Path),
    "--snapshot": ("snapshot", Path),
}
"""Argument of `serve` and type of its value by word."""
DIGITS = 5
"""Of the largest port."""


def read(words: Sequence[str]) -> dict[str, Any] | None:
    """Return the given arguments of `serve`, or None if the words are not plain."""
    found: dict[str, Any] = {}
    rest = iter(words)
    for word in rest:
        name, value = _option(word, rest)
        if value is None or name in found:
            return None
        found[name] = value
    return found


def _option(word: str, rest: Iterator[str]) -> tuple[str, Any]:
    """Return an argument's name and value; the value is None if it is not plain."""
    if word in FLAGS:
        return FLAGS[word]
    if word not in OPTIONS:
        return "mission", word if _is_plain(word) else None
    name, kind = OPTIONS[word]
    text = next(rest, "")
    good = _is_plain(text) and (
        kind is not int or (text.isascii() and text.isdecimal() and len(text) <= DIGITS)
    )
    return name, kind(text) if good else None


def _is_plain(text: str) -> bool:
    return bool(text) and not text.startswith("-")
