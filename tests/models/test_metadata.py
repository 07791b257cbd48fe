import hashlib
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import onnx
import onnxruntime as ort
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.card import METADATA_KEY, Card
from models.metadata import CardError, digest, parse_card, properties, read_card, sidecar, write_sidecar

OnnxFile = Callable[..., Path]


def test_the_card_and_the_digest_of_a_file_are_read_without_onnx(onnx_file: OnnxFile, card: Card) -> None:
    path = onnx_file()
    assert read_card(path) == (card, hashlib.sha256(path.read_bytes()).hexdigest())
    assert digest(path) == read_card(path)[1]


def test_the_reader_agrees_with_onnxruntime(onnx_file: OnnxFile) -> None:
    path = onnx_file()
    theirs = ort.InferenceSession(path).get_modelmeta().custom_metadata_map
    assert properties(path.read_bytes()) == theirs


def test_a_card_beside_the_file_wins(onnx_file: OnnxFile, card: Card) -> None:
    path = onnx_file()
    other = card.model_copy(update={"version": "2"})
    assert write_sidecar(path, other) == sidecar(path) == path.parent / "detector.card.json"
    assert read_card(path)[0] == other


def test_a_card_beside_a_file_without_one_is_enough(onnx_file: OnnxFile, card: Card) -> None:
    path = onnx_file(with_card=None)
    write_sidecar(path, card)
    assert read_card(path)[0] == card


def test_a_file_without_card_is_refused_by_name(onnx_file: OnnxFile) -> None:
    with pytest.raises(CardError, match=r"detector\.onnx: has no card: neither .* nor detector\.card\.json"):
        read_card(onnx_file(with_card=None))


def test_a_missing_file_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(CardError, match=r"gone\.onnx: cannot be read: No such file"):
        read_card(tmp_path / "gone.onnx")


def test_every_wrong_key_of_a_card_is_named(card: Card) -> None:
    text = json.dumps(card.model_dump(mode="json") | {"window": 0, "seed": "x"})
    with pytest.raises(CardError, match=r"^f\.onnx: card\.window: .*; card\.seed: ") as caught:
        parse_card(text, Path("f.onnx"))
    assert isinstance(caught.value, ValueError)


def test_text_that_is_no_json_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CardError, match="Invalid JSON"):
        parse_card("{", tmp_path / "f.onnx")


@pytest.mark.parametrize(
    ("octets", "reason"),
    [
        (b"\x80", "a number without an end"),
        (b"\x0b", "wire type 3"),
        (b"\x0a\x05ab", "field 1 ends behind the file"),
        (b"\x09\x00", "field 1 ends behind the file"),
        (b"\x80" * 12, "a number without an end"),
    ],
)
def test_octets_that_are_no_model_are_refused(tmp_path: Path, octets: bytes, reason: str) -> None:
    path = tmp_path / "f.onnx"
    path.write_bytes(octets)
    with pytest.raises(CardError, match=f"not an ONNX file: {reason}"):
        read_card(path)


@given(st.binary(max_size=200))
def test_any_octets_give_properties_or_a_value_error(octets: bytes) -> None:
    try:
        found = properties(octets)
    except ValueError:
        return
    assert all(isinstance(text, str) for pair in found.items() for text in pair)


def test_fields_of_fixed_width_are_skipped() -> None:
    prop = onnx.StringStringEntryProto(key=METADATA_KEY, value="x").SerializeToString()
    octets = b"\x09" + bytes(8) + b"\x0d" + bytes(4) + b"\x72" + bytes([len(prop)]) + prop
    assert properties(octets) == {METADATA_KEY: "x"}


def test_reading_and_checking_cards_needs_neither_torch_nor_onnx_nor_sklearn() -> None:
    code = (
        "import sys, models.card, models.metadata, models.check;"
        "print([m for m in ('torch', 'onnx', 'sklearn', 'pyarrow') if m in sys.modules])"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "[]"
