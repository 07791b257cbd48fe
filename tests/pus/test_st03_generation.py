"""ST[03] periodic generation: what is collected when, and when a report leaves."""

from collections.abc import Callable, Iterable

from hypothesis import given
from hypothesis import strategies as st

from pus import codec
from pus.packets import Report
from pus.parameters import ValueType
from pus.st03 import Housekeeping, ParameterSet, Structure
from tests.pus.spacecraft import COUNT, FRESH, MODE, PARAMETERS, VOLTAGE, build

UNIT = 100
"""Minimum sampling interval of these tests, ns."""
MIXED = Structure(3, 2, (VOLTAGE,), (ParameterSet(4, (FRESH, MODE)), ParameterSet(1, (COUNT,))))


def standalone(*structures: Structure, value: Callable[[int], float] = float) -> Housekeeping:
    """Return housekeeping whose parameters have their ID as value, with periodic structures from time 0."""
    service = Housekeeping(PARAMETERS, value, UNIT)
    for structure in structures:
        service.define(structure, enabled=True)
    return service


def counting() -> Callable[[int], float]:
    """Return a look-up that gives 1, 2, 3 ... as it is asked."""
    numbers = iter(range(1, 1000))
    return lambda _: float(next(numbers))


def of_time(time: int) -> Callable[[int], float]:
    """Return a look-up that gives the time as the value of every parameter."""
    return lambda _: float(time)


def run(service: Housekeeping, times: Iterable[int]) -> list[tuple[int, Report]]:
    """Collect at sample times whose values are the time; return the reports with their times."""
    return [(t, report) for t in times for report in service.collect(t, of_time(t))]


def test_a_report_leaves_at_the_end_of_every_interval() -> None:
    service = standalone(Structure(1, 2, (COUNT,)))
    assert service.deadline == 200
    reports = run(service, range(0, 601, 50))
    assert [(time, report.data) for time, report in reports] == [
        (200, bytes.fromhex("0001 000000c8")),
        (400, bytes.fromhex("0001 00000190")),
        (600, bytes.fromhex("0001 00000258")),
    ]
    assert {(report.service, report.subtype, report.destination) for _, report in reports} == {(3, 25, 0)}


def test_diagnostic_reports_have_their_own_subtype() -> None:
    chain = build()
    service = chain.services.st03
    service.diagnostic.define(Structure(1, 1, (COUNT,)), enabled=True)
    service.housekeeping.define(Structure(1, 1, (MODE,)), enabled=True)
    reports = service.collect(chain.setup.profile.minimum_sampling_interval, of_time(1))
    assert [(r.subtype, r.data.hex()) for r in reports] == [(25, "00010001"), (26, "000100000001")]


def test_nothing_is_due_without_periodic_structures() -> None:
    chain = build()
    chain.services.st03.housekeeping.define(MIXED, enabled=False)
    assert chain.services.st03.deadline is None
    chain.services.st03.diagnostic.define(MIXED, enabled=True)
    assert chain.services.st03.deadline is not None


def test_the_first_interval_begins_when_generation_is_enabled() -> None:
    service = standalone()
    service.define(Structure(1, 2, (COUNT,)), enabled=False)
    service.enable(codec.Reader(codec.DEFAULT.ids([1])), 130)
    assert service.deadline == 330
    service.enable(codec.Reader(codec.DEFAULT.ids([1])), 200)
    assert service.deadline == 330


def test_an_interval_under_way_begins_anew_when_it_is_changed() -> None:
    service = standalone(MIXED)
    run(service, [50, 100])
    service.change_interval(codec.Reader(bytes.fromhex("0001 0003 00000004")), 130)
    assert service.collections[3].taken == [[], []]
    assert service.deadline == 230


def test_a_set_is_sampled_at_its_own_times_sample_by_sample() -> None:
    service = standalone(MIXED)
    [(time, report)] = run(service, range(10, 201, 10))
    assert time == 200
    assert report.data[2:10] == ValueType.F64.pack(200.0)
    samples = [(report.data[k], int.from_bytes(report.data[k + 1 : k + 3], "big")) for k in range(10, 22, 3)]
    assert samples == [(50, 50), (100, 100), (150, 150), (200, 200)]
    assert report.data[22:] == codec.u32(200)


def test_all_parameters_of_a_sample_come_before_the_next_sample() -> None:
    service = standalone(MIXED, value=counting())
    [report] = service.report_once(codec.Reader(codec.DEFAULT.ids([3])), 0).reports
    assert report.data[10:22] == bytes.fromhex(4 * "01 0002")


def test_samples_that_were_missed_are_filled_with_what_comes_next() -> None:
    service = standalone(MIXED)
    [(_, report)] = run(service, [50, 170, 210])
    assert [report.data[k] for k in range(10, 22, 3)] == [50, 170, 170, 210]


def test_intervals_without_a_sample_are_left_out_and_the_grid_stays() -> None:
    service = standalone(Structure(1, 2, (COUNT,)))
    assert [time for time, _ in run(service, [210, 390, 1050, 1190, 1200, 1399])] == [210, 1050, 1200]
    assert service.deadline == 1400


def test_a_sample_that_is_older_than_the_interval_is_not_collected() -> None:
    service = standalone()
    service.define(MIXED, enabled=True, time=1000)
    assert run(service, [10, 400, 999]) == []
    assert service.collections[3].taken == [[], []]


@given(st.integers(1, 5), st.integers(1, 300), st.integers(0, 10**6))
def test_a_sample_at_the_deadline_is_always_the_one_that_was_waited_for(
    interval: int, repetition: int, began: int
) -> None:
    service = standalone()
    service.define(Structure(1, interval, (), (ParameterSet(repetition, (MODE,)),)), enabled=True, time=began)
    times = []
    for _ in range(repetition):
        assert service.deadline is not None
        times.append(service.deadline)
        reports = service.collect(service.deadline, of_time(len(times)))
        if service.collections[1].began > began:
            break
        assert len(service.collections[1].taken[0]) >= len(times)
    assert times[-1] == began + interval * UNIT
    assert times == sorted(set(times))
    assert [len(report.data) for report in reports] == [2 + 2 * repetition]


@given(st.lists(st.integers(1, 150), min_size=1, max_size=60))
def test_samples_before_anything_is_due_change_nothing(steps: list[int]) -> None:
    times = [sum(steps[: k + 1]) for k in range(len(steps))]
    wide = Structure(3, 2, (VOLTAGE,), (ParameterSet(4, (MODE,)), ParameterSet(3, (COUNT,))))
    always, seldom = standalone(wide), standalone(wide)
    expected = run(always, times)
    found = []
    for time in times:
        assert seldom.deadline is not None
        if seldom.deadline <= time:
            found += run(seldom, [time])
    assert found == expected
    assert [time // 200 for time, _ in expected] == sorted({time // 200 for time in times if time >= 200})
