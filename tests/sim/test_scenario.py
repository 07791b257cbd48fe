from pathlib import Path

import pytest

from sim.faults import Axes, Mode
from sim.scenario import ScenarioError, load
from sim.sections import Dead, Mute, Stuck
from sim.sensors import Sensor, Setting

HEAD = 'name = "x"\nseed = 1\nduration_s = 100.0\n'
FAULT = '[[faults]]\nkind = "stuck"\nsensor = "acc"\nunit = "A"\nmode = "last"\nstart_s = 10.0\n'


@pytest.fixture
def write(tmp_path: Path):
    def to_file(text: str) -> Path:
        path = tmp_path / "scenario.toml"
        path.write_text(text, "utf-8")
        return path

    return to_file


def problems(path: Path) -> list[str]:
    with pytest.raises(ScenarioError) as caught:
        load(path)
    assert str(path) in str(caught.value)
    assert all(problem in str(caught.value) for problem in caught.value.problems)
    return caught.value.problems


def test_the_demo_freezes_the_accelerometer_in_use_for_good(demo):
    (fault,) = demo.faults
    assert (fault.sensor, fault.unit, fault.mode, fault.axes) == (Sensor.ACC, "A", Mode.LAST, Axes.ALL)
    assert (fault.start, fault.duration, fault.noise) == (700, None, False)
    assert (demo.samples, demo.setting) == (1500, Setting.N)


def test_the_nominal_scenario_is_the_flight_of_the_demo_without_a_fault(demo, scenarios):
    nominal = load(scenarios / "nominal.toml")
    assert nominal == demo.model_copy(update={"name": "nominal", "faults": ()})


def test_every_committed_scenario_loads(scenarios):
    names = {load(path).name for path in scenarios.glob("*.toml")}
    assert names >= {"demo", "nominal"}


def test_defaults(write):
    scenario = load(write(HEAD))
    assert (scenario.setting, scenario.heading_deg) == (Setting.N, 0.0)
    assert (scenario.boot_s, scenario.reinitialise_s) == (2.0, 0.5)
    assert (scenario.faults, scenario.outages, scenario.holds) == ((), (), ())


def test_both_kinds_of_fault(write):
    dead = '[[faults]]\nkind = "dead"\nsensor = "imu"\nunit = "B"\nstart_s = 1.0\nduration_s = 2.0\n'
    stuck, dead_fault = load(write(HEAD + FAULT + dead)).faults
    assert isinstance(stuck, Stuck)
    assert isinstance(dead_fault, Dead)
    assert (dead_fault.start, dead_fault.duration) == (10, 20)


def test_all_problems_are_reported_at_once(write):
    text = 'name = ""\nseed = -1\nduration_s = nan\ncolour = "red"\n' + FAULT.replace('"acc"', '"sun"')
    found = problems(write(text))
    assert len(found) == 5
    for key in ("name", "seed", "duration_s", "colour", "faults.0.stuck.sensor"):
        assert any(problem.startswith(f"{key}: ") for problem in found)


@pytest.mark.parametrize(
    ("change", "key"),
    [
        (("10.0", "100.0"), "faults.0.start_s"),
        (("10.0", "0.0"), "faults.0.stuck.start_s"),
        (('"last"', '"given"'), "faults.0.stuck"),
        (('"last"', '"given"\nvalues = [1.0]'), "faults.0.stuck"),
        (('"last"', '"last"\nvalues = [1.0]'), "faults.0.stuck"),
        (('"stuck"', '"melted"'), "faults.0"),
        (('"A"', '"C"'), "faults.0.stuck.unit"),
        (("start_s", "start"), "faults.0.stuck.start_s"),
    ],
)
def test_a_wrong_fault_is_named_by_its_key(change, key, write):
    assert any(problem.startswith(f"{key}: ") for problem in problems(write(HEAD + FAULT.replace(*change))))


@pytest.mark.parametrize(("axes", "values"), [("x", "[1.0]"), ("all", "[1.0, 2.0, 3.0]")])
def test_given_values_fit_the_axes(axes, values, write):
    text = FAULT.replace('"last"', f'"given"\naxes = "{axes}"\nvalues = {values}')
    assert load(write(HEAD + text)).faults[0].axes == axes


def second(start: float) -> str:
    return FAULT.replace("10.0", str(start))


def test_two_faults_of_a_unit_must_not_overlap(write):
    first = FAULT + "duration_s = 5.0\n"
    assert problems(write(HEAD + first + second(14.0))) == [
        "faults.1.start_s: fault 0 of acc unit A is not over by then"
    ]
    assert problems(write(HEAD + FAULT + second(50.0)))
    assert len(load(write(HEAD + first + second(15.0))).faults) == 2
    assert len(load(write(HEAD + FAULT + second(14.0).replace('"A"', '"B"'))).faults) == 2


def test_a_fault_may_come_back_after_a_power_cycle(write):
    clearable = FAULT + 'cleared_by = "power_cycle"\n'
    assert len(load(write(HEAD + clearable + second(50.0))).faults) == 2
    assert problems(write(HEAD + clearable + second(10.0)))


def test_a_fault_may_come_back_after_a_reinitialisation(write):
    assert len(load(write(HEAD + FAULT + 'cleared_by = "reinitialise"\n' + second(50.0))).faults) == 2


MUTE = FAULT.replace('"stuck"', '"mute"').replace('mode = "last"\n', "")


def test_a_stuck_unit_may_be_mute_as_well_but_not_mute_twice(write):
    stuck, mute = load(write(HEAD + FAULT + MUTE)).faults
    assert isinstance(stuck, Stuck)
    assert isinstance(mute, Mute)
    assert problems(write(HEAD + FAULT + MUTE + MUTE.replace("10.0", "20.0"))) == [
        "faults.2.start_s: fault 1 of acc unit A is not over by then"
    ]


def test_a_fault_that_comes_and_goes(write):
    (fault,) = load(write(HEAD + FAULT + "on_s = 3.0\noff_s = 4.5\n")).faults
    assert (fault.on_s, fault.off_s) == (3.0, 4.5)


@pytest.mark.parametrize("key", ["on_s", "off_s"])
def test_a_fault_that_comes_also_goes(key, write):
    (problem,) = problems(write(HEAD + FAULT + f"{key} = 3.0\n"))
    assert problem == "faults.0.stuck: Value error, on_s and off_s belong together"


def test_outages_and_holds(write):
    tables = (
        "[[outages]]\nstart_s = 5.0\nduration_s = 2.0\n[[outages]]\nstart_s = 7.0\n"
        "[[holds]]\nstart_s = 10.0\nduration_s = 30.0\n"
        '[[holds]]\nmotion = "translation"\nstart_s = 20.0\nduration_s = 30.0\n'
    )
    scenario = load(write(HEAD + tables))
    assert [(outage.start, outage.stop) for outage in scenario.outages] == [(50, 70), (70, None)]
    assert [(hold.start, hold.length) for hold in scenario.holds] == [(100, 300), (200, 300)]
    assert [[hold.stills(sensor) for sensor in Sensor] for hold in scenario.holds] == [
        [True, True],
        [True, False],
    ]


@pytest.mark.parametrize(
    ("tables", "problem"),
    [
        (
            "[[outages]]\nstart_s = 100.0\n",
            "outages.0.start_s: 100.0 s is not within the run of 100.0 s",
        ),
        (
            "[[holds]]\nstart_s = 100.0\nduration_s = 1.0\n",
            "holds.0.start_s: 100.0 s is not within the run of 100.0 s",
        ),
        (
            "[[outages]]\nstart_s = 9.0\n[[outages]]\nstart_s = 5.0\nduration_s = 5.0\n",
            "outages.0.start_s: outage 1 is not over by then",
        ),
        (
            "[[outages]]\nstart_s = 9.0\n[[outages]]\nstart_s = 50.0\n",
            "outages.1.start_s: outage 0 is not over by then",
        ),
        ("[[holds]]\nstart_s = 9.0\n", "holds.0.duration_s: Field required"),
    ],
)
def test_outages_and_holds_that_cannot_be(tables, problem, write):
    assert problems(write(HEAD + tables)) == [problem]


def test_files_that_are_none(write, tmp_path):
    assert problems(tmp_path / "missing.toml") == ["cannot be read: No such file or directory"]
    assert problems(write("name = "))[0].startswith("not TOML: ")
    path = tmp_path / "latin.toml"
    path.write_bytes(b'name = "\xe9"')
    assert problems(path)[0].startswith("not TOML: ")
