"""Reading the card that travels with an ONNX file, without onnx or onnxruntime.

The card is the metadata property ``card`` of the model (ModelProto.metadata_props, field 14 of onnx.proto3),
or, for files that cannot be changed, JSON in ``NAME.card.json`` beside ``NAME.onnx``; the latter wins.
"""

import hashlib
from collections.abc import Iterator
from pathlib import Path

from pydantic import ValidationError

from models.card import METADATA_KEY, Card

_METADATA_PROPS, _KEY, _VALUE = 14, 1, 2
_VARINT, _FIXED64, _BYTES, _FIXED32 = 0, 1, 2, 5


class CardError(ValueError):
    """A model file without a usable card; the text names file, key and reason."""


def digest(path: Path) -> str:
    """Return the SHA-256 of the file in hexadecimal digits."""
    return digest_of(path.read_bytes())


def digest_of(octets: bytes) -> str:
    """Return the SHA-256 of a file's content in hexadecimal digits."""
    return hashlib.sha256(octets).hexdigest()


def sidecar(path: Path) -> Path:
    """Return where the card beside a model file would be."""
    return path.with_suffix(".card.json")


def read_card(path: Path) -> tuple[Card, str]:
    """Return the card of a model file and the file's digest.

    Raises
    ------
    CardError
        If the file or its card cannot be read.

    """
    try:
        octets = path.read_bytes()
        beside = sidecar(path)
        text = beside.read_text() if beside.is_file() else properties(octets).get(METADATA_KEY)
    except OSError as error:
        raise CardError(f"{path}: cannot be read: {error.strerror}") from None
    except ValueError as error:
        raise CardError(f"{path}: not an ONNX file: {error}") from None
    if text is None:
        raise CardError(f"{path}: has no card: neither metadata {METADATA_KEY!r} nor {sidecar(path).name}")
    return parse_card(text, path), digest_of(octets)


def write_sidecar(path: Path, card: Card) -> Path:
    """Write `card` as JSON beside the model file at `path`; return the sidecar's path."""
    beside = sidecar(path)
    beside.write_text(card.model_dump_json(indent=2) + "\n")
    return beside


def parse_card(text: str, path: Path) -> Card:
    """Parse a card; `path` is for the message of a `CardError`."""
    try:
        return Card.model_validate_json(text)
    except ValidationError as error:
        lines = (f"card.{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors())
        raise CardError(f"{path}: " + "; ".join(lines)) from None


def properties(model: bytes) -> dict[str, str]:
    """Return the metadata properties of a serialised ONNX model.

    Raises
    ------
    ValueError
        If the octets are no protocol-buffer message.

    """
    found = {}
    for number, entry in _fields(model):
        if number == _METADATA_PROPS and isinstance(entry, bytes):
            pair = {k: v for k, v in _fields(entry) if isinstance(v, bytes)}
            found[pair.get(_KEY, b"").decode()] = pair.get(_VALUE, b"").decode()
    return found


def _fields(message: bytes) -> Iterator[tuple[int, bytes | int]]:
    """Yield (field number, value) of a protocol-buffer message (wire format of version 3)."""
    at = 0
    while at < len(message):
        tag, at = _varint(message, at)
        number, kind = tag >> 3, tag & 7
        if kind == _VARINT:
            value, at = _varint(message, at)
            yield number, value
            continue
        if kind not in (_FIXED64, _BYTES, _FIXED32):
            raise ValueError(f"wire type {kind} at octet {at}")
        size = {_FIXED64: 8, _FIXED32: 4}.get(kind)
        if size is None:
            size, at = _varint(message, at)
        if at + size > len(message):
            raise ValueError(f"field {number} ends behind the file")
        yield number, message[at : at + size]
        at += size


def _varint(message: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while at < len(message) and shift < 70:
        octet = message[at]
        at += 1
        value |= (octet & 0x7F) << shift
        if octet < 0x80:
            return value, at
        shift += 7
    raise ValueError(f"a number without an end at octet {at}")
