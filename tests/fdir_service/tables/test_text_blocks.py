"""Blocks of CSV text hold whole rows, whatever their size and wherever quotes are."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fdir_service.tables import text_blocks
from fdir_service.tables.faults import TableError
from fdir_service.tables.text_blocks import cut

FIELD = st.text(alphabet='ab",\n é', max_size=5)


def parsed(octets):
    return list(csv.reader(io.StringIO(octets.decode(), newline="")))


@given(st.lists(st.lists(FIELD, min_size=1, max_size=3), min_size=1, max_size=12), st.integers(1, 40))
def test_the_rows_of_all_blocks_are_the_rows_of_the_file(tmp_path_factory, table, size):
    path = tmp_path_factory.mktemp("text") / "day.csv"
    text = io.StringIO()
    csv.writer(text, lineterminator="\n", quoting=csv.QUOTE_ALL).writerows(table)
    path.write_text(text.getvalue(), encoding="utf-8")
    blocks = list(cut(path, size))
    assert b"".join(block.octets for block in blocks) == path.read_bytes()
    assert [row for block in blocks for row in parsed(block.octets)] == table
    assert parsed(blocks[0].octets) == table[:1]
    for k, block in enumerate(blocks):
        assert block.line == 1 + sum(part.octets.count(b"\n") for part in blocks[:k])


def test_a_last_line_without_a_line_break_is_a_row(tmp_path):
    path = tmp_path / "day.csv"
    path.write_bytes(b"time,a\n1,2\n3,4")
    assert [block.octets for block in cut(path, 1 << 10)] == [b"time,a\n", b"1,2\n", b"3,4"]


def test_an_empty_file_has_no_block(tmp_path):
    path = tmp_path / "day.csv"
    path.touch()
    assert list(cut(path)) == []


def test_a_quote_left_open_ends_the_reading_before_the_memory_does(tmp_path, monkeypatch):
    monkeypatch.setattr(text_blocks, "LONGEST", 100)
    path = tmp_path / "day.csv"
    path.write_text('time,a\n1,2\n1,"2\n' + "1,2\n" * 200)
    with pytest.raises(TableError, match=r"day\.csv: line 3: a row of more than 100 octets, or a quote left"):
        list(cut(path, 16))


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(TableError, match=r"none\.csv: cannot be read: No such file"):
        list(cut(tmp_path / "none.csv"))
