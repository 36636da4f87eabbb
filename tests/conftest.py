"""Fixtures for every test; the ones of an app stand in its own conftest.py."""

pytest_plugins = [
    "tests.fixtures.browser",
    "tests.fixtures.live",
    "tests.fixtures.servers",
    "tests.fixtures.skips",
]
