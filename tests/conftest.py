"""Fixtures that every kind of test may use; each concern has its module in ``tests/support``."""

from hypothesis import settings

# How long an example takes says something about the machine, and nothing about the code.
settings.register_profile("house", deadline=None)
settings.load_profile("house")

pytest_plugins = [
    "tests.support.database",
    "tests.support.sandbox",
    "tests.support.receiver",
    "tests.support.contracts",
    "tests.support.teams",
    "tests.support.teams_openid",
    "tests.support.creneau",
    "tests.support.browser",
    "tests.support.served",
    "tests.support.playground",
]
