from itertools import count

import pytest

from models.dclop.cost import measure, table
from models.dclop.export import TOLERANCE


def test_size_difference_and_rates_are_measured():
    ticks = count()
    cost = measure(100, rounds=2, clock=lambda: next(ticks) * 0.5)
    assert cost.rates == pytest.approx({1: 512, 64: 512, 256: 512})
    assert cost.difference <= TOLERANCE
    assert 100_000 < cost.octets < measure(200, rounds=1).octets


def test_costs_become_a_table():
    cost = measure(100, rounds=1)
    head, _, line = table([cost]).splitlines()
    assert head == "| references | MB | largest difference | batch 1 | batch 64 | batch 256 |"
    assert line.startswith(f"| 100 | {cost.octets / 1e6:.2f} | ")
