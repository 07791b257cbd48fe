"""Layouts and the containers they become."""

import pytest

from fdir_service.xtce.conditions import Comparison, equals
from fdir_service.xtce.containers import Compiler, Container
from fdir_service.xtce.layout import Alternative, Choice, Field, Rest, choice, flat, repeat
from fdir_service.xtce.types import Integer

U8 = Integer("u8", 8)
N, END = Field("n", U8), Field("end", U8)


def entry(k):
    return (Field(f"entry_{k}", U8),)


def compiled(*layout):
    compiler = Compiler()
    compiler.add(Container("root", ()), layout)
    return compiler.containers


def test_fields_are_followed_by_the_check_word():
    (root,) = compiled(N, END).values()
    assert root == Container("root", ("n", "end", "check_word"))


def test_a_list_becomes_a_container_for_each_length():
    found = compiled(*repeat(N, entry, (END,)))
    assert list(found) == ["root", "n0", "n1", "n2", "n3", "more"]
    assert found["root"].entries == ("n",)
    assert found["root"].abstract
    assert found["n0"].entries == ("end", "check_word")
    assert found["n2"].entries == ("entry_1", "entry_2", "end", "check_word")
    assert found["n2"].condition == equals("n", 2)
    assert found["more"].entries == ("entry_1", "entry_2", "entry_3", "rest_from_4", "check_word")
    assert found["more"].condition == Comparison("n", ">", 3)


def test_a_long_list_may_have_fields_for_fewer_entries():
    found = compiled(*repeat(N, entry, most=2, first=1))
    assert list(found) == ["root", "n0", "n1", "n2", "more"]
    assert found["more"].entries == ("entry_1", "rest_from_2", "check_word")


def test_what_follows_a_choice_follows_each_alternative_but_an_opaque_one():
    one = Alternative("one", equals("n", 1), (Field("wide", Integer("u16", 16)),), rate=2.0)
    found = compiled(N, choice(one), END)
    assert found["one"].entries == ("wide", "end", "check_word")
    assert found["one"].rate == 2.0
    assert found["other"].entries == ("rest_from_1", "check_word")
    assert found["other"].condition == Comparison("n", "!=", 1)


def test_a_choice_needs_an_alternative():
    with pytest.raises(ValueError, match="needs an alternative"):
        choice()


def test_names_grow_along_the_way():
    inner = Choice((Alternative("b", equals("end", 0), ()),))
    found = compiled(N, Choice((Alternative("a", equals("n", 0), (END, inner)),)))
    assert list(found) == ["root", "a", "a_b"]
    assert found["a_b"].base == "a"


def test_an_alternative_that_is_but_a_choice_is_the_alternatives_of_it():
    inner = Choice((Alternative("b", equals("b", 1), (END,)), Alternative("c", equals("b", 2), (Rest(),))))
    found = flat(Alternative("a", equals("a", 1), (inner,)))
    assert [(a.name, a.layout) for a in found] == [("a_b", (END,)), ("a_c", (Rest(),))]
    plain = Alternative("a", equals("a", 1), (END,))
    assert flat(plain) == (plain,)


def test_a_name_is_given_once():
    other = Field("n", Integer("u16", 16))
    same = Alternative("same", equals("n", 0), ()), Alternative("same", equals("n", 1), ())
    found = compiled(N, other, N, Choice(same))
    assert found["root"].entries == ("n", "n_", "n")
    assert list(found) == ["root", "same", "same_"]
