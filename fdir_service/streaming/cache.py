"""Kept verdicts: one file a model, beside it in ``__pycache__``, or in the user's cache folder.

Such a file is derived and disposable, as a compiled Python module is, and tools treat that folder so. It is
used only if it holds its own digest and was made of the same model by the same compiler, version of
onnxruntime and kind of machine: then the self-check would run the same code on the same numbers. Another
processor of the same kind may add in another order, which is why a difference has to stay below what is
allowed to be believed. Anything else in the file's place is ignored and made anew.
"""

import hashlib
import os
import platform
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any

import msgpack
import onnxruntime as ort

from fdir_service.streaming.table import Table
from fdir_service.streaming.verdict import Compiled, Refusal, Verdict

COMPILER = 6
"""Grows with every change of what the compiler makes of a model, and of how a kept table is understood."""
BELIEVED = 5e-6
"""Difference up to which a kept verdict counts on another processor too: half of what is allowed."""
_DIGEST = 32


def read(path: Path, sha256: str, *, carried: bool = False) -> Verdict | None:
    """Return the verdict that is kept for the model at `path`, or None."""
    for folder in _folders(path):
        try:
            octets = (folder / _name(path, sha256)).read_bytes()
            if octets[:_DIGEST] == hashlib.sha256(octets[_DIGEST:]).digest():
                content = msgpack.unpackb(octets[_DIGEST:])
                if content["key"] == _key(sha256, carried):
                    return _verdict(content)
        except (OSError, ValueError, KeyError, TypeError, msgpack.UnpackException):
            continue
    return None


def write(path: Path, sha256: str, verdict: Verdict, *, carried: bool = False) -> None:
    """Keep a verdict in the first folder that can be written, if there is one."""
    # A compiled step is checked again wherever it is compiled for another processor.
    found = (value for path, value in verdict.differences.items() if path != "step")
    if max(found, default=0.0) > BELIEVED:
        return
    content = msgpack.packb({"key": _key(sha256, carried), "verdict": asdict(verdict)})
    for folder in _folders(path):
        with suppress(OSError):
            folder.mkdir(parents=True, exist_ok=True)
            place = folder / _name(path, sha256)
            new = place.with_suffix(f".{os.getpid()}.new")
            new.write_bytes(hashlib.sha256(content).digest() + content)
            new.replace(place)
            return


def _folders(path: Path) -> Iterator[Path]:
    yield path.parent / "__pycache__"
    home = os.environ.get("XDG_CACHE_HOME")
    with suppress(RuntimeError):
        yield (Path(home) if home else Path.home() / ".cache") / "fdir-service"


def _name(path: Path, sha256: str) -> str:
    return f"{path.stem}.{sha256[:16]}.{COMPILER}.streaming"


def _key(sha256: str, carried: bool) -> list[Any]:
    return [sha256, carried, COMPILER, ort.__version__, platform.machine()]


def _verdict(content: dict[str, Any]) -> Verdict:
    kept = dict(content["verdict"])
    compiled, coalescing = (_compiled(kept.pop(name)) for name in ("compiled", "coalescing"))
    refusals = tuple(Refusal(**refusal) for refusal in kept.pop("refusals"))
    return Verdict(compiled, refusals=refusals, coalescing=coalescing, **kept)


def _compiled(kept: dict[str, Any] | None) -> Compiled | None:
    if kept is None:
        return None
    return Compiled(**{**kept, "states": tuple(map(tuple, kept["states"])), "step": _step(kept["step"])})


def _step(kept: dict[str, Any] | str) -> Table | str:
    if isinstance(kept, str):
        return kept
    rows = {name: tuple(map(tuple, kept[name])) for name in ("constants", "columns")}
    return Table(**{**kept, **rows})
