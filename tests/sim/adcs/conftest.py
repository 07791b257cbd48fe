import pytest

from sim.adcs.dataset import Telemetry, generate


@pytest.fixture(scope="session")
def telemetry() -> Telemetry:
    """Fifteen days with the paper's anomalies."""
    return generate(1)
