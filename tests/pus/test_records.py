"""Classes behave as `dataclasses.dataclass` makes them."""

import copy
import pickle
from dataclasses import (
    FrozenInstanceError,
    InitVar,
    asdict,
    astuple,
    dataclass,
    field,
    fields,
    is_dataclass,
    replace,
)
from inspect import signature

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pus.records import frozen, mutable


def thing(name):
    """Return a class with a plain field, one with a default and one with a factory."""
    annotations = {"a": float, "b": str, "c": list}
    values = {"b": "x", "c": field(default_factory=list), "__doc__": "Thing.", "__annotations__": annotations}
    return type(name, (), values)


@frozen
class Pair:
    """Two values."""

    first: int
    second: tuple[int, ...] = ()


@frozen
class Single:
    """One value."""

    only: str


@frozen
class Named:
    """Fields with the names of what makes them."""

    self: int
    set: int = 3
    missing: int = 2
    name: str = "n"
    init: list[int] = field(default_factory=list)


@frozen
class Nothing:
    """No value."""


@frozen
class Even:
    """A value that is checked."""

    number: int

    def __post_init__(self) -> None:
        if self.number % 2:
            raise ValueError(f"{self.number} is odd")


OURS, THEIRS = frozen(thing("Thing")), dataclass(frozen=True, slots=True)(thing("Thing"))
MUTABLE, THEIR_MUTABLE = mutable(thing("Thing")), dataclass(slots=True)(thing("Thing"))
KINDS = pytest.mark.parametrize(("kind", "their_kind"), [(OURS, THEIRS), (MUTABLE, THEIR_MUTABLE)])
ARGUMENTS = st.one_of(
    st.tuples(st.floats()),
    st.tuples(st.floats(), st.text()),
    st.tuples(st.floats(), st.text(), st.lists(st.integers())),
)


@KINDS
@given(ARGUMENTS, ARGUMENTS)
def test_instances_look_and_compare_as_those_of_a_dataclass(kind, their_kind, first, second):
    ours, theirs = kind(*first), their_kind(*first)
    assert repr(ours) == repr(theirs)
    assert repr(astuple(ours)) == repr(astuple(theirs))
    assert list(asdict(ours)) == list(asdict(theirs)) == ["a", "b", "c"]
    assert (ours == kind(*second)) is (theirs == their_kind(*second))
    assert ours != theirs


def test_a_factory_makes_a_value_of_its_own_for_each_instance():
    assert OURS(1.0).c == []
    assert OURS(1.0).c is not OURS(1.0).c


@given(st.integers(), st.lists(st.integers()).map(tuple))
def test_equal_instances_have_one_hash_that_of_their_values(first, second):
    assert hash(Pair(first, second)) == hash(Pair(first=first, second=second)) == hash((first, second))


def test_mutable_instances_change_in_their_fields_only_and_have_no_hash():
    one = MUTABLE(1.0)
    one.a = 2.0
    assert one == MUTABLE(2.0)
    with pytest.raises(AttributeError):
        one.d = 3
    with pytest.raises(TypeError, match="unhashable"):
        hash(one)


def test_any_name_may_be_that_of_a_field():
    assert repr(Named(1)) == "Named(self=1, set=3, missing=2, name='n', init=[])"


def test_one_value_or_none_compare_as_many_do():
    assert Single("a") == Single("a") != Single("b")
    assert hash(Single("a")) == hash(("a",))
    assert Nothing() == Nothing()
    assert hash(Nothing()) == hash(())
    assert Single("a") != Pair(1)


@pytest.mark.parametrize("change", [lambda x: setattr(x, "first", 2), lambda x: delattr(x, "first")])
def test_instances_do_not_change(change):
    pair = Pair(1)
    with pytest.raises(FrozenInstanceError, match="field 'first'"):
        change(pair)
    assert pair == Pair(1)


def test_there_is_no_place_for_another_attribute():
    assert not hasattr(Pair(1), "__dict__")
    with pytest.raises(FrozenInstanceError, match="cannot assign to field 'third'"):
        Pair(1).third = 3


def test_they_are_dataclasses_to_whoever_asks():
    assert is_dataclass(Pair)
    assert [one.name for one in fields(Pair)] == ["first", "second"]
    assert replace(Pair(1, (2,)), first=3) == Pair(3, (2,))
    assert Pair.__match_args__ == ("first", "second")
    assert [*signature(OURS).parameters] == [*signature(THEIRS).parameters]
    assert Pair.__init__.__annotations__ == {"first": int, "second": tuple[int, ...], "return": None}


@pytest.mark.parametrize("one", [Pair(1, (2, 3)), Single("a"), Nothing(), Even(4)])
def test_copies_are_equal(one):
    assert copy.copy(one) == copy.deepcopy(one) == pickle.loads(pickle.dumps(one)) == one


def test_what_is_checked_after_construction_is_checked():
    with pytest.raises(ValueError, match="3 is odd"):
        Even(3)
    with pytest.raises(ValueError, match="5 is odd"):
        replace(Even(2), number=5)


@pytest.mark.parametrize("wrong", [Pair, lambda: Pair(1, (), 2), lambda: Pair(1, third=2)])
def test_arguments_that_do_not_fit_are_refused(wrong):
    with pytest.raises(TypeError, match=r"Pair\.__init__\(\)"):
        wrong()


def test_what_holds_itself_is_shown_once():
    one = MUTABLE(1.0)
    one.c.append(one)
    assert repr(one) == "Thing(a=1.0, b='x', c=[...])"


def more(**values):
    """Return a class with a field and more than its maker knows."""
    return type("More", (), {"a": 1, "__annotations__": {"a": int}, **values})


@pytest.mark.parametrize("maker", [frozen, mutable])
@pytest.mark.parametrize(
    "values",
    [{"__repr__": str}, {"__eq__": object.__eq__}, {"a": field(repr=False)}, {"a": field(compare=False)}],
)
def test_what_they_do_not_know_is_refused(maker, values):
    with pytest.raises(TypeError, match="More: "):
        maker(more(**values))


@pytest.mark.parametrize(
    "values", [{"a": field(kw_only=True)}, {"a": field(init=False)}, {"__annotations__": {"b": InitVar[int]}}]
)
def test_fields_of_other_kinds_are_refused(values):
    with pytest.raises(TypeError, match="More: "):
        frozen(more(**values))
