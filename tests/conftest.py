"""What all tests share: property tests that give the same examples every time, without time limits."""

from hypothesis import HealthCheck, settings

settings.register_profile(
    "ci",
    deadline=None,
    derandomize=True,
    max_examples=100,
    database=None,
    suppress_health_check=(HealthCheck.too_slow,),
)
settings.load_profile("ci")
