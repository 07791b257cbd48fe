"""From a scenario file to the vehicle that flies it, whichever that is."""

from pathlib import Path

from sim import scenario, scenario_file
from sim.adcs import scenario as adcs
from sim.adcs.scenario import AdcsScenario
from sim.adcs.vehicle import AdcsVehicle
from sim.imager import scenario as imager
from sim.imager.scenario import ImagerScenario
from sim.imager.vehicle import ImagerVehicle
from sim.scenario import Scenario
from sim.scenario_file import ScenarioError
from sim.spacecraft import Spacecraft
from sim.vehicle import Vehicle

AnyScenario = Scenario | AdcsScenario | ImagerScenario


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
        case "imager":
            return imager.make(table, path)
        case other:
            raise ScenarioError(path, [f"vehicle: must be hopper, cubesat-adcs or imager (got {other!r})"])


def launch(chosen: AnyScenario, session: int | None = None) -> Spacecraft:
    """Make the vehicle of a scenario; without a session it follows from the seed."""
    if isinstance(chosen, AdcsScenario):
        return AdcsVehicle(chosen, session)
    if isinstance(chosen, ImagerScenario):
        return ImagerVehicle(chosen, session)
    return Vehicle(chosen, session)
