"""Missions with more value types than get containers of their own."""

import pytest

from pus import codec
from pus.parameters import ValueType
from tests.fdir_service.builders import load_text
from tests.fdir_service.xtce.reading import Decoder, entries, rest

KINDS = [kind for kind in ValueType for _ in range(2)][:-1]
"""All value types, two parameters of each but one of the last."""


@pytest.fixture(scope="module")
def many(tmp_path_factory):
    folder = tmp_path_factory.mktemp("many")
    columns = ",".join(
        f'{{ id = {k}, name = "p{k}", type = "{kind}" }}' for k, kind in enumerate(KINDS, start=1)
    )
    text = f'[mission]\nname = "many"\napid = 7\n[[source]]\nname = "s"\nparameters = [{columns}]\n'
    housekeeping = ",".join(f'"p{k}"' for k in range(1, len(KINDS) + 1))
    text += f"[[housekeeping]]\nsid = 1\ninterval = 1\nparameters = [{housekeeping}]\n"
    return Decoder(load_text(folder, text), folder / "many.xml")


def value(kind):
    return 2.5 if kind.is_float else 1.0 if kind.is_unsigned else -3.0


@pytest.mark.parametrize("k", range(1, len(KINDS) + 1))
def test_a_value_of_any_type_is_read_or_stays_octets(many, k):
    kind = KINDS[k - 1]
    octets = kind.pack(value(kind))
    found = many.report(20, 2, codec.u16(1) + codec.u16(k) + octets)
    assert found["reported_1_parameter"] == f"p{k}"
    read = {name: number for name, number in found.items() if name.startswith("reported_1_value")}
    assert list(read.values()) == [value(kind)] if read else rest(found) == octets
    # Bool looks like u8: four parameters; then come those in order of their names.
    assert bool(read) is (kind in (ValueType.BOOL, ValueType.U8, ValueType.F32, ValueType.I16, ValueType.I32))


def test_housekeeping_knows_every_type(many):
    found = many.report(3, 25, codec.u16(1) + b"".join(kind.pack(value(kind)) for kind in KINDS))
    assert [found[f"p{k}"] for k in range(1, len(KINDS) + 1)] == [value(kind) for kind in KINDS]


def test_an_entry_of_a_known_type_before_octets_is_read(many):
    first, second = codec.u16(3) + b"\1", codec.u16(5) + codec.u16(500)
    found = many.report(20, 2, codec.u16(2) + first + second)
    assert entries(found, "reported") == [{"parameter": "p3", "value_u8": 1}, {"parameter": "p5"}]
    assert rest(found) == codec.u16(500)


def test_the_database_stays_of_a_size_that_can_be_handled(many):
    assert len(many.database.containers) < 1000
