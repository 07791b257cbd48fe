"""Restriction criteria: joined, negated, and written as XTCE wants them."""

from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fdir_service.xtce.conditions import (
    All,
    Any,
    Comparison,
    all_of,
    any_of,
    element,
    equals,
    is_one_of,
    not_,
)

OPERATORS = {
    "==": int.__eq__,
    "!=": int.__ne__,
    "<": int.__lt__,
    ">=": int.__ge__,
    ">": int.__gt__,
    "<=": int.__le__,
}


def holds(condition, values):
    match condition:
        case Comparison():
            return OPERATORS[condition.operator](values[condition.parameter], condition.value)
        case All():
            return all(holds(part, values) for part in condition.parts)
        case Any():
            return any(holds(part, values) for part in condition.parts)


comparisons = st.builds(
    Comparison, st.sampled_from("ab"), st.sampled_from(list(OPERATORS)), st.integers(0, 3)
)
conditions = st.recursive(
    comparisons,
    lambda inner: st.lists(inner, min_size=1, max_size=3).flatmap(
        lambda parts: st.sampled_from([all_of(*parts), any_of(*parts)])
    ),
    max_leaves=8,
)
values = st.fixed_dictionaries({"a": st.integers(0, 3), "b": st.integers(0, 3)})


@given(conditions, values)
def test_the_opposite_holds_just_when_the_condition_does_not(condition, values):
    assert holds(not_(condition), values) is not holds(condition, values)


@given(conditions)
def test_and_and_or_alternate_and_have_two_parts_at_least(condition):
    def check(condition):
        if isinstance(condition, All | Any):
            assert len(condition.parts) >= 2
            assert not any(type(part) is type(condition) for part in condition.parts)
            for part in condition.parts:
                check(part)

    check(condition)
    check(not_(condition))


@given(st.sets(st.integers(0, 20), min_size=1), st.sets(st.integers(0, 20)))
def test_a_set_is_told_from_the_others(values, others):
    others -= values
    condition = is_one_of("a", values, others)
    assert all(holds(condition, {"a": value}) for value in values)
    assert not any(holds(condition, {"a": value}) for value in others)


def test_neighbours_become_one_span():
    assert is_one_of("a", {1, 2, 6}, {7}) == all_of(Comparison("a", ">=", 1), Comparison("a", "<=", 6))
    assert is_one_of("a", {1, 6}, {3}) == any_of(equals("a", 1), equals("a", 6))


def written(condition):
    return ET.tostring(element(condition), "unicode")


def test_one_comparison_stands_alone_and_compares_raw_values():
    assert written(equals("service", 5)) == (
        '<RestrictionCriteria><Comparison parameterRef="service" comparisonOperator="==" value="5"'
        ' useCalibratedValue="false" /></RestrictionCriteria>'
    )


def test_comparisons_that_must_all_hold_are_a_list():
    found = element(all_of(equals("a", 1), equals("b", 2)))
    assert [c.get("parameterRef") for c in found.findall("ComparisonList/Comparison")] == ["a", "b"]


@pytest.mark.parametrize(
    ("condition", "outer", "inner"),
    [
        (any_of(equals("a", 1), equals("a", 2)), "ORedConditions", "Condition"),
        (all_of(equals("a", 1), any_of(equals("b", 1), equals("b", 2))), "ANDedConditions", "ORedConditions"),
        (any_of(equals("a", 1), all_of(equals("b", 1), equals("a", 2))), "ORedConditions", "ANDedConditions"),
    ],
)
def test_everything_else_is_a_boolean_expression(condition, outer, inner):
    joined = element(condition).find(f"BooleanExpression/{outer}")
    assert joined is not None
    assert joined.find(inner) is not None
    assert joined.find("Condition/Value").text == "1"
    assert joined.find("Condition/ParameterInstanceRef").get("useCalibratedValue") == "false"
