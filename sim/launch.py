"""From a scenario file to the vehicle that flies it, whichever that is."""

from pathlib import Path

from sim import scenario, scenario_file
from sim.adcs import scenario as adcs
from sim.adcs.scenario import AdcsScenario
from sim.adcs.vehicle import AdcsVehicle
from sim.scenario import Scenario
from sim.scenario_file import ScenarioError
from sim.spacecraft import Spacecraft
from sim.vehicle import Vehicle

AnyScenario = Scenario | AdcsScenario


def load(path: Path) -> AnyScenario:
    """Load a scenario file; its ``vehicle`` says of which one, and is the hopper if it says nothing.

    Raises
    ------
    ScenarioError
        With every problem that was found.

    """
    table = scenario_file.read(path)
    match table.get("vehicle", "hopper"):
        case "hopper":
            return scenario.make(table, path)
        case "cubesat-adcs":
            return adcs.make(table, path)
        case other:
            raise ScenarioError(path, [f"vehicle: must be hopper or cubesat-adcs (got {other!r})"])


def launch(chosen: AnyScenario, session: int | None = None) -> Spacecraft:
    """Make the vehicle of a scenario; without a session it follows from the seed."""
    if isinstance(chosen, AdcsScenario):
        return AdcsVehicle(chosen, session)
    return Vehicle(chosen, session)
