from pathlib import Path

import pytest

from sim.adcs.scenario import AdcsScenario, FaultKind, fault
from sim.faults import Axes, DeadFault, Mode, MuteFault, StuckFault
from sim.launch import launch, load
from sim.scenario import Scenario, ScenarioError
from sim.vehicle import Vehicle

CONFIGS = Path(__file__).parents[3] / "configs"
RUN = 'vehicle = "cubesat-adcs"\nname = "test"\nseed = 1\nduration_s = 1000.0\n'


@pytest.fixture
def written(tmp_path):
    def write(text: str) -> Path:
        path = tmp_path / "run.toml"
        path.write_text(text)
        return path

    return write


def problems(path):
    with pytest.raises(ScenarioError) as caught:
        load(path)
    return caught.value.problems


def faults(*lines):
    return RUN + "".join(f"[[faults]]\n{line}\n" for line in lines)


@pytest.mark.parametrize("path", sorted((CONFIGS / "cubesat-adcs" / "scenarios").glob("*.toml")))
def test_shipped_scenarios_load_and_are_named_as_their_files(path):
    assert load(path).name == path.stem


def test_a_file_says_which_vehicle_flies(written):
    assert isinstance(load(written(RUN)), AdcsScenario)
    hopper = load(CONFIGS / "hopper" / "scenarios" / "demo.toml")
    assert isinstance(hopper, Scenario)
    assert isinstance(launch(hopper), Vehicle)


def test_another_vehicle_is_unknown(written):
    assert problems(written(RUN.replace("cubesat-adcs", "rover"))) == [
        "vehicle: must be hopper, cubesat-adcs or imager (got 'rover')"
    ]


def test_samples_come_every_ten_seconds(written):
    scenario = load(written(faults('kind = "zero"\nunit = "A"\nstart_s = 100.0\nduration_s = 55.0')))
    (section,) = scenario.faults
    assert (scenario.samples, section.start, section.duration, section.stop) == (100, 10, 6, 16)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (faults('kind = "odd"\nunit = "A"\nstart_s = 10.0'), "faults.0.kind"),
        (faults('kind = "zero"\nunit = "C"\nstart_s = 10.0'), "faults.0.unit"),
        (faults('kind = "zero"\nunit = "A"\nstart_s = 1.0'), "faults.0.start_s"),
        (faults('kind = "dead"\nunit = "A"\naxes = "x"\nstart_s = 10.0'), "is so on all axes"),
        (faults('kind = "zero"\nunit = "A"\nstart_s = 1000.0'), "is not within the run"),
        (RUN + "[[outages]]\nstart_s = 10.0\n[[outages]]\nstart_s = 20.0", "outage 0 is not over"),
        (
            faults('kind = "zero"\nunit = "B"\nstart_s = 10.0', 'kind = "dead"\nunit = "B"\nstart_s = 20.0'),
            "fault 0 of magnetometer unit B is not over",
        ),
        (RUN + 'colour = "red"', "colour"),
    ],
)
def test_problems_name_their_key(text, expected, written):
    (line,) = problems(written(text))
    assert expected in line


def test_faults_of_two_units_and_a_mute_one_may_overlap(written):
    sections = [f'kind = "{k}"\nunit = "{u}"\nstart_s = 10.0' for k, u in (("zero", "A"), ("mute", "A"))]
    assert len(load(written(faults(*sections, 'kind = "frozen"\nunit = "B"\nstart_s = 10.0'))).faults) == 3


def test_each_kind_of_fault_is_what_it_says():
    zero = StuckFault(3, 4, Mode.GIVEN, Axes.Y, noise=False, values=(0.0,))
    assert fault(FaultKind.ZERO, 3, 4, Axes.Y) == zero
    assert fault(FaultKind.ZERO, 3, None).values == (0.0, 0.0, 0.0)
    assert fault(FaultKind.FROZEN, 3, None) == StuckFault(3, None, Mode.LAST, Axes.ALL, noise=False)
    assert fault(FaultKind.DEAD, 3, 4) == DeadFault(3, 4)
    assert fault(FaultKind.MUTE, 3, 4) == MuteFault(3, 4)
