"""Fixtures for every test; the ones of an app stand in its own conftest.py."""

from hypothesis import HealthCheck, settings

pytest_plugins = [
    "tests.fixtures.browser",
    "tests.fixtures.live",
    "tests.fixtures.mail",
    "tests.fixtures.servers",
    "tests.fixtures.skips",
    "tests.fixtures.speed",
    "tests.fixtures.static",
]

# A busy machine makes an example slow, not wrong.
settings.register_profile(
    "tests", max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("tests")
